/* SPDX-License-Identifier: Apache-2.0 */
/* Serves the built page and a fake live API, so that the page can be looked at and tested without
 * a daemon:  node test/fixture_server.mjs [--scenario story] [--bundle DIR]
 * It listens on a free port of this machine and prints the link to open. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { FakeDoctor } from "./fake_doctor.mjs";
import { bodyOf, json, problem } from "./answers.mjs";
import { FakeContent } from "./fake_content.mjs";
import { historyOf, momentOf } from "./fake_history.mjs";
import { FakeNode, scenarioNames } from "./fake_node.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const token = "demo-token";
const csp =
  "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const types = {
  "/": "text/html",
  "/app.css": "text/css",
  "/app.js": "text/javascript",
  "/late.css": "text/css",
  "/late.js": "text/javascript",
};

export class Fixture {
  constructor({ bundle, scenario = "story" }) {
    this.bundle = bundle;
    this.sessions = new Set();
    this.streams = new Set();
    this.requests = [];
    this.silent = false;
    /* In how many messages a second's rows come: more than a few never come in one. */
    this.messagesPerStep = scenario === "thousand" ? 20 : 1;
    this.doctor = new FakeDoctor();
    /* The history cannot be read. */
    this.keepsNothing = false;
    /* How long an answer to a deed takes, and [title, detail] to refuse every one. */
    this.answerAfterMs = 0;
    this.refusal = null;
    this.port = 0;
    this.server = null;
    this.sent = 0;
    this.setScenario(scenario);
  }

  setScenario(name) {
    this.node = new FakeNode(name);
    this.content = new FakeContent(name);
    this.node.step(Date.now());
    for (const stream of this.streams) this.sendSnapshot(stream);
  }

  async start() {
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise((done) => this.server.listen(this.port, "127.0.0.1", done));
    this.port = this.server.address().port;
    this.timer = setInterval(() => this.step(), 1_000);
    return this;
  }

  /** As if the daemon had died: no answer at all until `start` is called again. */
  async stop() {
    const { server } = this;
    if (server === null) return;
    this.server = null;
    clearInterval(this.timer);
    this.streams.clear();
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  }

  /** Streams stay open and nothing comes. */
  setSilent(silent) {
    this.silent = silent;
  }

  /** Every browser is signed out. */
  revoke() {
    this.sessions.clear();
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  get url() {
    return `http://127.0.0.1:${this.port}/`;
  }

  get link() {
    return `${this.url}#token=${token}`;
  }

  send(stream, name, data) {
    this.sent += 1;
    stream.write(`id: ${this.sent}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  sendSnapshot(stream) {
    this.send(stream, "snapshot", this.snapshot());
  }

  snapshot() {
    const now = Date.now();
    return { ...this.node.snapshot(now), content: this.content.panel(now) };
  }

  /** One step of the fake node, at once. */
  step() {
    const now = Date.now();
    const { links, removed, peers, events } = this.node.step(now);
    if (this.silent) return;
    const panels = { ...this.node.panels(now), content: this.content.panel(now) };
    const [first, ...later] = this.parts(links);
    this.sendLater(later);
    for (const stream of this.streams) {
      const rows = { links: { upsert: first, remove: removed }, peers: { upsert: peers, remove: [] } };
      this.send(stream, "delta", { asOf: now, panels, ...rows });
      for (const event of events) this.send(stream, "event", event);
      this.send(stream, "tick", { asOf: now });
    }
  }

  parts(links) {
    const size = Math.max(1, Math.ceil(links.length / this.messagesPerStep));
    return Array.from({ length: this.messagesPerStep }, (_, at) => links.slice(at * size, (at + 1) * size));
  }

  /** Over the second that follows. */
  sendLater(parts) {
    for (const [at, upsert] of parts.entries()) {
      setTimeout(() => {
        const delta = { asOf: Date.now(), links: { upsert, remove: [] } };
        for (const stream of this.streams) this.send(stream, "delta", delta);
      }, ((at + 1) * 1_000) / this.messagesPerStep);
    }
  }

  async answer(request, response) {
    const { pathname: path, searchParams } = new URL(request.url, this.url);
    this.requests.push(`${request.method} ${path}`);
    response.setHeader("Content-Security-Policy", csp);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Cache-Control", "no-store");
    if (types[path] !== undefined) return this.file(path, response);
    if (path === "/api/v1/session") return this.signIn(request, response);
    const cookie = /skep-fixture=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    if (!this.sessions.has(cookie)) return problem(response, 401, "No session");
    if (path === "/api/v1/snapshot") {
      response.setHeader("Content-Type", "application/json");
      return response.end(JSON.stringify(this.snapshot()));
    }
    if (path === "/api/v1/blocks")
      return json(response, 200, this.node.people.panels(Date.now()).blocks);
    if (path === "/api/v1/stream") return this.stream(response);
    if (path.startsWith("/api/v1/history")) return this.history(path, searchParams, response);
    if (path.startsWith("/api/v1/operations")) return this.operate(request, path, response);
    if (/^\/api\/v1\/(content|files\/|uploads|posts|outbox|quarantine)/.test(path)) return this.content.answer(request, path, searchParams, response);
    if (path === "/api/v1/doctor") return this.doctor.answer(request, response, { bodyOf, json, problem });
    return problem(response, 404, "Nothing is here");
  }

  async file(path, response) {
    const name = path === "/" ? "index.html" : path.slice(1);
    response.setHeader("Content-Type", `${types[path]}; charset=utf-8`);
    response.setHeader("Content-Encoding", "gzip");
    response.end(await readFile(join(this.bundle, `${name}.gz`)));
  }

  history(path, asked, response) {
    const now = Date.now();
    const at = Number(asked.get("at"));
    const isMoment = path.endsWith("/moment");
    if (this.keepsNothing) return problem(response, 503, "No history", "The history cannot be read.");
    const told = isMoment ? momentOf(this.node, at, now) : historyOf(this.node, asked.get("range"), now);
    if (told !== null) return json(response, 200, told);
    if (!isMoment) return problem(response, 400, "No such range");
    return problem(response, 404, "Nothing is kept of that time", "Twenty days are kept.");
  }

  /** Asking, trying out, keeping and taking back, as src/daemon/api/control.c answers them. */
  async operate(request, path, response) {
    const asked = await bodyOf(request);
    const own =
      request.headers["x-skep-request"] === "1" && request.headers.origin === this.url.slice(0, -1);
    if (request.method !== "POST" || !own) return problem(response, 403, "Not from this page");
    const [, , , , id, verb] = path.split("/");
    if (this.answerAfterMs > 0) await new Promise((done) => setTimeout(done, this.answerAfterMs));
    const { control } = this.node;
    const now = Date.now();
    if (asked?.dryRun === true)
      return json(response, 200, { impact: this.node.impact(asked) });
    if (this.refusal !== null) return problem(response, 503, ...this.refusal);
    const refusal = id === undefined ? this.node.people.refusalOf(asked) : null;
    if (refusal !== null) return problem(response, 409, ...refusal);
    const operation = id === undefined ? control.ask(asked, now) : control.find(id);
    if (operation == null) return problem(response, 404, "There is no such operation");
    const done =
      id === undefined ||
      (verb === "confirm" ? control.confirm(operation) : control.revert(operation, now));
    if (!done) return problem(response, 409, "It is too late for that", "The operation has ended.");
    return json(response, 202, operation);
  }

  async signIn(request, response) {
    const body = await bodyOf(request);
    const own = request.headers["x-skep-request"] === "1";
    if (request.method !== "POST" || !own) return problem(response, 403, "Not from this page");
    if (body === null) return problem(response, 400, "Not JSON");
    if (body.token !== token) return problem(response, 401, "The token is wrong, used or old");
    const session = Math.random().toString(36).slice(2);
    this.sessions.add(session);
    response.setHeader("Set-Cookie", `skep-fixture=${session}; HttpOnly; SameSite=Strict`);
    response.writeHead(204).end();
  }

  stream(response) {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("retry: 2000\n\n");
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
    if (!this.silent) this.sendSnapshot(response);
  }
}

export async function startFixture(options) {
  return new Fixture(options).start();
}

function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bundle = resolve(option("bundle", join(here, "../../build/dashboard")));
  if (!existsSync(join(bundle, "app.js.gz"))) {
    console.error(`no page in ${bundle}: run "node build.mjs ${bundle}" first`);
    process.exit(2);
  }
  const scenario = option("scenario", "story");
  if (!scenarioNames.includes(scenario)) {
    console.error(`scenarios: ${scenarioNames.join(", ")}`);
    process.exit(2);
  }
  const fixture = await startFixture({ bundle, scenario });
  console.log(fixture.link);
}
