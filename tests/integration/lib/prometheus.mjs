// SPDX-License-Identifier: Apache-2.0
// Reading metrics as Prometheus does: its text, its own checker, and a real one on a free port, gone at the end.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, until } from "./skep.mjs";

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

export const hasPrometheus = ["prometheus", "promtool"].every((name) => spawnSync(name, ["--version"]).status === 0);

/** What `promtool` says to this; throws when it finds fault. */
export function promtool(args, input) {
  return execFileSync("promtool", args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}

/** The series of a text, each with its value: `name{key="value"}` -> number. */
export function readSeries(text) {
  const series = new Map();
  for (const line of text.split("\n").filter((one) => one !== "" && !one.startsWith("#"))) {
    const match = /^([a-z_0-9]+(?:\{.*\})?) (\S+)$/.exec(line);
    if (match === null || series.has(match[1]) || !Number.isFinite(Number(match[2]))) throw new Error(`no sample: ${line}`);
    series.set(match[1], Number(match[2]));
  }
  return series;
}

export function labelValues(series) {
  return [...series.matchAll(/="((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]);
}

function get(port, path) {
  return new Promise((resolve, reject) => {
    const query = request({ host: "127.0.0.1", port, path }, (response) => {
      let text = "";
      response.on("data", (bytes) => (text += bytes));
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    query.on("error", reject);
    query.setTimeout(5000, () => query.destroy(new Error("no answer")));
    query.end();
  });
}

export class Prometheus {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "skep-prometheus-"));
    process.on("exit", () => rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  }

  /** Writes a file for it to read and gives its path. */
  file(name, text) {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  async start(config) {
    this.port = await freePort();
    this.child = spawn("prometheus", [`--config.file=${config}`, `--storage.tsdb.path=${join(this.folder, "data")}`,
      `--web.listen-address=127.0.0.1:${this.port}`], { stdio: ["ignore", "ignore", "pipe"] });
    running.add(this.child);
    this.log = "";
    this.child.stderr.on("data", (bytes) => (this.log = (this.log + bytes).slice(-20000)));
    this.ended = new Promise((resolve) => this.child.on("exit", () => resolve(running.delete(this.child))));
    await until("Prometheus is ready", 20000, async () => {
      if (this.child.exitCode !== null) throw new Error(this.log);
      return (await get(this.port, "/-/ready")).status === 200;
    });
    return this;
  }

  /** What its API gives; throws on an error. */
  async ask(path) {
    const { text } = await get(this.port, path);
    const answer = JSON.parse(text);
    if (answer.status !== "success") throw new Error(`${decodeURIComponent(path)}: ${answer.error}`);
    return answer.data;
  }

  /** The samples that a query gives now. */
  async query(expression) {
    return (await this.ask(`/api/v1/query?query=${encodeURIComponent(expression)}`)).result;
  }

  async stop() {
    this.child.kill("SIGTERM");
    await this.ended;
  }
}
