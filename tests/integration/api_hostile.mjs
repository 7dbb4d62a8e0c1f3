// SPDX-License-Identifier: Apache-2.0
// Everything at the API's door that should not be there, one after the other, by the hundred, and while a thousand
// streams are asked for: each is refused by name or bounded, and the node answers all the while and is unharmed.
//
//   api_hostile.mjs SKEP STREAMS      the full form is 1000

import { readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { quantile, spread } from "./lib/figures.mjs";
import { Node, check, pause, until } from "./lib/skep.mjs";

const streams = Number(process.argv[3] ?? 1000);
const TIMES = 100;
const STREAMS_MAX = 16; // the API's caps
const SESSIONS = 65;
const CONNECTIONS_MAX = 128;
const ANSWER_MS = process.env.SKEP_SANITIZED === "1" ? 400 : 100;

const node = await new Node({ args: ["--log", "error"] }).start();
const own = { "x-skep-request": "1", "content-type": "application/json", origin: `http://${node.api}` };
const descriptors = () => readdirSync(`/proc/${node.pid}/fd`).length;

async function refused(what, wanted, code, path, options) {
  for (let i = 0; i < TIMES; i++) {
    const { status, json } = await node.call(path, options);
    if (status !== wanted || json?.code !== code) throw new Error(`${what}: ${status} ${JSON.stringify(json)}`);
  }
  const { status } = await node.call("/healthz");
  check(status === 200, `${what}, ${TIMES} times: ${wanted} ${code}, and it still answers`);
}

const loginBy = (token) =>
  ({ method: "POST", headers: { authorization: "", ...own }, body: JSON.stringify({ token }) });
const login = (token) => node.call("/api/v1/session", loginBy(token));
const cookieOf = (answer) => answer.headers["set-cookie"][0].split(";")[0];
const asPage = (cookie) => ({ headers: { authorization: "", cookie } });
const newCode = async () => (await node.call("/api/v1/login-codes", { method: "POST" })).json.code;

await refused("a foreign Host", 421, "host-foreign", "/api/v1/snapshot", { headers: { host: "evil.example" } });
await refused("a foreign Origin", 403, "origin-foreign", "/api/v1/operations", {
  method: "POST",
  headers: { origin: "http://evil.example", "content-type": "application/json" },
  body: JSON.stringify({ action: "network.disable" }),
});
await refused("no token", 401, "token-missing", "/api/v1/stream", { headers: { authorization: "" } });
await refused("a wrong token", 401, "token-wrong", "/api/v1/stream",
  { headers: { authorization: `Bearer ${"0".repeat(64)}` } });

const code = await newCode();
const session = cookieOf(await login(code));
check((await node.call("/api/v1/node", asPage(session))).status === 200, "a login code opens a session, once");
await refused("the same code again", 401, "login-refused", "/api/v1/session", loginBy(code));
for (let i = 0; i < SESSIONS; i++) await login(await newCode());
check((await node.call("/api/v1/node", asPage(session))).status === 200, `${SESSIONS} newer sessions crowd it out of nothing`);
await node.stop();
await node.start();
check((await node.call("/api/v1/node", asPage(session))).status === 200, "it outlives a restart");
const [name, value] = session.split("=");
await refused("a session of another hand", 401, "session-over", "/api/v1/node", asPage(`${name}=${"0".repeat(value.length)}`));
await node.stop();
rmSync(join(node.data, "api.token"));
await node.start();
await refused("a session of before the API token was made anew", 401, "session-over", "/api/v1/node", asPage(session));
await refused("an oversized body", 413, "body-too-large", "/api/v1/operations", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ reason: "x".repeat(9000) }),
});

// Streams: sixteen are served, the rest are refused or closed, however many ask.
const calm = descriptors();
const opened = [];
function openStream() {
  const [host, port] = node.api.split(":");
  const stream = { status: 0, isClosed: false, bytes: 0 };
  const head = ["GET /api/v1/stream HTTP/1.1", `Host: ${node.api}`, `Authorization: Bearer ${node.token}`, "", ""];
  stream.socket = connect({ host, port: Number(port) }, () => stream.socket.write(head.join("\r\n")));
  stream.socket.on("data", (bytes) => {
    if (stream.bytes === 0) stream.status = Number(bytes.toString("latin1", 9, 12));
    stream.bytes += bytes.length;
  });
  stream.socket.on("error", () => {});
  stream.socket.on("close", () => (stream.isClosed = true));
  opened.push(stream);
}
const delays = [];
async function healthz() {
  const began = performance.now();
  const { status } = await node.call("/healthz");
  if (status !== 200) throw new Error(`/healthz: ${status}`);
  delays.push(performance.now() - began);
}
for (let i = 0; i < streams; i++) {
  openStream();
  if (i % 20 === 19) await healthz();
}
await until("every stream is served, refused or closed", 20000, async () => {
  await healthz();
  return opened.every((stream) => stream.status !== 0 || stream.isClosed);
});
const opening = delays.splice(0); // in which this process waits for itself as well
for (let i = 0; i < 100; i++) await healthz();
const count = (wanted) => opened.filter((stream) => stream.status === wanted).length;
const served = opened.filter((stream) => stream.status === 200 && !stream.isClosed).length;
console.log(`${streams} streams: ${count(200)} served, ${count(503)} refused with 503, ${count(0)} closed unanswered;`
  + ` ${descriptors() - calm} descriptors more; /healthz while they come: ${spread(opening)}; then: ${spread(delays)}`);
check(served === STREAMS_MAX && count(200) === STREAMS_MAX, `${STREAMS_MAX} are served, and go on`);
check(count(200) + count(503) + count(0) === streams, "every other is refused or closed");
check(descriptors() - calm <= CONNECTIONS_MAX + 2, "connections are bounded");
check(quantile(delays, 0.99) < ANSWER_MS, `meanwhile it answers within ${ANSWER_MS} ms`);
const obeyed = await node.post("/api/v1/operations", { action: "pause.inbound" });
check(obeyed.status === 202, "and does what its caretaker says");

for (const stream of opened) stream.socket.destroy();
await until("descriptors are back", 10000, () => descriptors() <= calm + 1); // one is ours, kept open
openStream();
await until("a stream is served again", 5000, () => opened.at(-1).status === 200);
opened.at(-1).socket.destroy();
await pause(100);
check((await node.stop()).code === 0, "an orderly end");
process.exit(0);
