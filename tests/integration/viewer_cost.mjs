// SPDX-License-Identifier: Apache-2.0
// What one who looks on costs a node that knows a thousand peers and has sixty links: bytes on the stream once the
// snapshot is there, and the processor time that the node needs more than without him.
//
//   viewer_cost.mjs SKEP LINK_CROWD SECONDS      the full form is 60

import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { Crowd } from "./lib/crowd.mjs";
import { Node, check, pause, until } from "./lib/skep.mjs";
import { nativeTicket, newKey } from "./lib/tickets.mjs";

const seconds = Number(process.argv[4] ?? 60);
const PEERS = 1000;
const LISTED = 200; // of one beacon, as many as a node reads
const VIEW = 8;
const GUESTS = 52;
const BYTES_PER_SECOND = 20000;
const CORE_SHARE = 0.02;
const SANITIZED = process.env.SKEP_SANITIZED === "1";
const TICKS_PER_SECOND = 100; // the unit of /proc/PID/stat

/** A beacon that lists nodes whose addresses are of this machine, where nobody answers. */
async function beaconOf(first) {
  const tickets = Array.from({ length: LISTED }, (_, i) =>
    nativeTicket(newKey(), [`127.${1 + first / LISTED}.0.${1 + i}:9`], { lifeMs: 600000 }));
  const server = createServer((query, response) => {
    query.resume();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ok: true, peers: tickets }));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.on("listening", resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

const beacons = [];
for (let first = 0; first < PEERS; first += LISTED) beacons.push(await beaconOf(first));
const node = await new Node({ args: [...beacons.flatMap((url) => ["--beacon", url]), "--log", "error"] }).start();
const [view, guests] = [["high", VIEW, 1], ["none", GUESTS, 1001]].map(([mesh, links, key]) =>
  new Crowd(process.argv[3], node.listen, {
    args: ["--links", links, "--first-key", key, "--mesh", mesh, "--ping-every", 10000, "--spread"],
  }));
await until("every link is open", 30000, () => view.opened.size === VIEW && guests.opened.size === GUESTS);
await until("it knows them all", 90000, async () => (await node.get("/api/v1/mesh")).known >= PEERS);
await pause(5000);

function processorTicks() {
  const fields = readFileSync(`/proc/${node.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

async function shareOfCore(ms) {
  const before = processorTicks();
  const began = performance.now();
  await pause(ms);
  return (processorTicks() - before) / TICKS_PER_SECOND / ((performance.now() - began) / 1000);
}

/** What a delta is made of: { name: bytes }. */
function parts({ panels = {}, ...rows }) {
  return Object.entries({ ...panels, ...rows }).map(([name, value]) => [`of ${name}`, JSON.stringify(value).length]);
}

/** A reader of the stream: { snapshot, bytes, of }, the bytes of the snapshot, of all after it, and of each kind. */
function follow() {
  const [host, port] = node.api.split(":");
  const reader = { snapshot: 0, bytes: 0, of: {} };
  let text = "";
  const count = (kind, size) => (reader.of[kind] = (reader.of[kind] ?? 0) + size);
  const take = (message) => {
    const [, kind] = /^event: (\w+)/m.exec(message) ?? [null, "retry"];
    if (kind === "snapshot") reader.snapshot = message.length;
    else if (reader.snapshot > 0) reader.bytes += message.length;
    if (kind !== "delta") return count(kind, message.length);
    for (const [name, size] of parts(JSON.parse(/^data: (.*)$/m.exec(message)[1]))) count(name, size);
  };
  const query = request({ host, port, path: "/api/v1/stream", headers: { authorization: `Bearer ${node.token}` } });
  query.on("response", (response) => response.setEncoding("utf8").on("data", (more) => {
    const messages = (text + more).split("\n\n");
    text = messages.pop();
    messages.forEach(take);
  }));
  query.on("error", () => {});
  query.end();
  reader.end = () => query.destroy();
  return reader;
}

const alone = await shareOfCore(seconds * 1000);
const reader = follow();
await until("the snapshot is there", 5000, () => reader.snapshot > 0);
reader.bytes = 0;
const watched = await shareOfCore(seconds * 1000);
reader.end();
const rate = reader.bytes / seconds;
const known = (await node.get("/api/v1/mesh")).known;
const percent = (share) => `${(100 * share).toFixed(2)} %`;
console.log(`${known} peers, ${(await node.openLinks()).length} links, ${seconds} s: snapshot ${reader.snapshot} bytes,`
  + ` then ${rate.toFixed(0)} bytes/s; of a core ${percent(alone)} without a viewer, ${percent(watched)} with one:`
  + ` ${percent(watched - alone)} more`);
console.log(`  ${Object.entries(reader.of).map(([kind, bytes]) => `${kind} ${bytes}`).join(", ")}`);
check(rate < BYTES_PER_SECOND, `under ${BYTES_PER_SECOND / 1000} KB/s`);
if (SANITIZED) console.log("SKIPPED: the processor is measured without the sanitizers");
else check(watched - alone < CORE_SHARE, `under ${percent(CORE_SHARE)} of a core`);
await Promise.all([view.stop(), guests.stop()]);
check((await node.stop()).code === 0, "an orderly end");
process.exit(0);
