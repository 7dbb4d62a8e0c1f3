// SPDX-License-Identifier: Apache-2.0
// The newcomer's way: `skep demo`, its line, the page in Chromium, Ctrl-C, and nothing left behind.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, fail, program, run, until } from "./lib/skep.mjs";

const live = process.argv[3]; // tests/browser/live_test.mjs
const temporary = mkdtempSync(join(tmpdir(), "skep-demo-test-"));

function startDemo(args) {
  const child = spawn(program, ["demo", "--api", "127.0.0.1:0", ...args], { env: { ...process.env, TMPDIR: temporary } });
  const demo = { child, out: "", err: "", began: Date.now() };
  child.stdout.on("data", (bytes) => (demo.out += bytes));
  child.stderr.on("data", (bytes) => (demo.err += bytes));
  demo.ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
  return demo;
}

/** The processes whose parent this one is, as the system lists them. */
function children(parent) {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) === parent;
    } catch {
      return false; // it ended meanwhile
    }
  });
}
const isAlive = (pid) => existsSync(`/proc/${pid}`);

try {
  const demo = startDemo([]);
  const { value: url } = await until("the dashboard's line", 20000, () => /^dashboard: (http:\/\/\S+#token=\S+)$/m.exec(demo.out)?.[1]);
  check(true, `the swarm was up after ${Date.now() - demo.began} ms`);
  const nodes = children(demo.child.pid);
  check(nodes.length === 9, "a beacon and eight nodes run as processes of their own");

  await new Promise((resolve) => {
    const page = spawn(process.execPath, [live, url], { stdio: "inherit" });
    page.on("exit", (code) => {
      check(code === 0, "the page shows the swarm, live, in both themes");
      resolve();
    });
  });

  demo.child.kill("SIGINT");
  check((await demo.ended) === 0, "Ctrl-C ends it with 0");
  check(!nodes.some(isAlive), "no process is left behind");
  check(readdirSync(temporary).length === 0, "no file is left behind");

  const killed = startDemo([]);
  await until("the second demo is up", 20000, () => /^dashboard: /m.test(killed.out));
  const orphans = children(killed.child.pid);
  killed.child.kill("SIGKILL");
  await until("the nodes of a killed demo end by themselves", 10000, () => !orphans.some(isAlive));
  check(true, "the nodes of a demo that was killed end by themselves");

  const bad = await run(["demo", "--nodes", "0"]);
  check(bad.code === 2 && /--nodes/.test(bad.err), "a number of nodes that makes no swarm is a usage error");
  process.exitCode = 0;
} catch (error) {
  fail(error);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
