// SPDX-License-Identifier: Apache-2.0
// `skep demo` for tests, with a temporary folder of its own, and a look at the processes it starts.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program, until } from "./skep.mjs";

export const temporary = mkdtempSync(join(tmpdir(), "skep-demo-test-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

export function startDemo(args) {
  const api = args.includes("--api") ? [] : ["--api", "127.0.0.1:0"];
  const child = spawn(program, ["demo", ...api, ...args], { env: { ...process.env, TMPDIR: temporary } });
  process.on("exit", () => child.kill("SIGKILL")); // its nodes then end by themselves
  const demo = { child, out: "", err: "", began: Date.now() };
  child.stdout.on("data", (bytes) => (demo.out += bytes));
  child.stderr.on("data", (bytes) => (demo.err += bytes));
  demo.ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
  return demo;
}

/** The dashboard's address, once the demo has printed it. */
export async function dashboardOf(demo) {
  const line = /^dashboard: (http:\/\/\S+#token=\S+)$/m;
  return (await until("the dashboard's line", 20000, () => line.exec(demo.out)?.[1])).value;
}

/** The processes whose parent this one is, as the system lists them: { pid, state, command }. */
export function children(parent) {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).map((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      if (Number(/^PPid:\s+(\d+)$/m.exec(status)[1]) !== parent) return null;
      return { pid, state: /^State:\s+(\w)/m.exec(status)[1], command: readFileSync(`/proc/${pid}/cmdline`, "utf8") };
    } catch {
      return null; // it ended meanwhile
    }
  }).filter((one) => one !== null);
}

export const isAlive = ({ pid }) => existsSync(`/proc/${pid}`);
