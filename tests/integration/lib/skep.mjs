// SPDX-License-Identifier: Apache-2.0
// Real `skep run` processes for tests: each in its own temporary folder, on free ports, gone at the end whatever
// happens.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const program = process.env.SKEP_PROGRAM ?? process.argv[2];
process.env.SKEP_CONFIG ??= "none"; // what the person who runs the tests has configured is not asked for
const folders = mkdtempSync(join(tmpdir(), "skep-test-"));
const running = new Set();
let nodeCount = 0;

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folders, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
process.on("unhandledRejection", (error) => fail(error));

export function fail(error) {
  console.error(error);
  process.exit(1);
}

export function check(condition, what) {
  if (!condition) throw new Error(`not so: ${what}`);
  console.log(`ok: ${what}`);
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer is truthy, and gives it with the milliseconds it took; throws after `ms`. */
export async function until(what, ms, ask) {
  const began = Date.now();
  let last = null;
  while (Date.now() - began < ms) {
    try {
      last = await ask();
      if (last) return { value: last, ms: Date.now() - began };
    } catch (error) {
      last = error;
    }
    await pause(50);
  }
  throw new Error(`not within ${ms} ms: ${what} (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`);
}

/** Runs the program to its end: { code, out, err }. */
export function run(args, { input = "", env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: { ...process.env, ...env } });
    const result = { code: null, out: "", err: "" };
    child.stdout.on("data", (bytes) => (result.out += bytes));
    child.stderr.on("data", (bytes) => (result.err += bytes));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("close", (code) => resolve({ ...result, code }));
  });
}

/** A port of this machine that nobody listens on; for what has to have the same one twice. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.on("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function folder() {
  return join(folders, `node-${++nodeCount}`);
}

export class Node {
  /** `wrap`: the command in front of the program's; it must become the program, so that the pid stays. `connect`: how to
   * reach a port on the loopback that the node has, when it is not ours. `file`: another build of the program. */
  constructor({ args = [], data = folder(), community = "test", wrap = [], connect, file = program } = {}) {
    this.file = file;
    this.data = data;
    this.wrap = wrap;
    this.connect = connect;
    this.args = ["run", "--data", data, "--api", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--serve", "127.0.0.1:0",
      ...(community === null ? [] : ["--community", community]), "--log", "debug", ...args];
    this.log = "";
  }

  async start() {
    const [command, ...words] = [...this.wrap, this.file, ...this.args];
    this.child = spawn(command, words, { stdio: ["ignore", "ignore", "pipe"] });
    running.add(this.child);
    this.child.stderr.on("data", (bytes) => (this.log = (this.log + bytes).slice(-200000)));
    this.ended = new Promise((resolve) => {
      this.child.on("exit", (code, signal) => {
        running.delete(this.child);
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
    this.exit = null;
    const { value } = await until(`a node on ${this.data} is ready`, 20000, () => {
      if (this.exit !== null) fail(new Error(`the node ended: ${JSON.stringify(this.exit)}\n${this.log}`));
      const file = join(this.data, "run.json");
      if (!existsSync(file)) return null;
      const facts = JSON.parse(readFileSync(file, "utf8"));
      return facts.pid === this.child.pid ? facts : null; // not one of a life before
    });
    Object.assign(this, value);
    this.token = readFileSync(join(this.data, "api.token"), "utf8").trim();
    return this;
  }

  /** GET or POST on the API: { status, headers, body, json }. */
  call(path, { method = "GET", headers = {}, body } = {}) {
    const [host, port] = this.api.split(":");
    const way = this.connect === undefined ? {} : { createConnection: () => this.connect(Number(port)) };
    return new Promise((resolve, reject) => {
      const all = { authorization: `Bearer ${this.token}`, ...headers };
      const query = request({ host, port, path, method, headers: all, ...way });
      query.on("response", (response) => {
        let text = "";
        response.on("data", (bytes) => (text += bytes));
        response.on("end", () => {
          let json = null;
          try {
            json = JSON.parse(text);
          } catch {}
          resolve({ status: response.statusCode, headers: response.headers, body: text, json });
        });
      });
      query.on("error", reject);
      query.setTimeout(5000, () => query.destroy(new Error("no answer")));
      query.end(body);
    });
  }

  /** A POST of JSON. */
  post(path, body) {
    const headers = { "content-type": "application/json" };
    return this.call(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async get(path) {
    const { status, json, body } = await this.call(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
    return json;
  }

  async openLinks() {
    return (await this.get("/api/v1/links")).items.filter((link) => link.state === "open");
  }

  async events(query = "limit=200") {
    return (await this.get(`/api/v1/events?${query}`)).items;
  }

  signal(name) {
    this.child.kill(name);
  }

  async stop() {
    if (this.exit !== null) return this.exit;
    this.signal("SIGTERM");
    return this.ended;
  }

  async kill() {
    if (this.exit !== null) return this.exit;
    this.signal("SIGKILL");
    return this.ended;
  }
}

/** Two nodes may call each other at once, and one of the two links ends: the link of each that stays. */
export async function settledPair(nodes, ms = 60000) {
  let before = "";
  const { value } = await until("the two have one link, which stays", ms, async () => {
    const all = await Promise.all(nodes.map(async (node) => (await node.get("/api/v1/links")).items));
    const open = all.map((rows) => rows.filter(({ state }) => state === "open"));
    const isCalm = all.flat().every(({ state }) => state === "open" || state === "closed");
    const now = open.map((rows) => rows.map(({ id }) => id).join()).join(" ");
    const stays = isCalm && now === before && open.every(({ length }) => length === 1);
    before = now;
    if (!stays) await pause(1000);
    return stays && open.map(([link]) => link);
  });
  return value;
}

/** Every node's open links as a graph: true when one component holds all. */
export async function isOneMesh(nodes) {
  const neighbours = new Map();
  for (const node of nodes) {
    neighbours.set(node.nodeId, (await node.openLinks()).map((link) => link.nodeId));
  }
  const reached = new Set([nodes[0].nodeId]);
  for (const id of reached) {
    for (const other of neighbours.get(id) ?? []) if (neighbours.has(other)) reached.add(other);
  }
  return reached.size === nodes.length;
}
