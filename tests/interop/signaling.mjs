// SPDX-License-Identifier: Apache-2.0
// Our signaling server beside the reference of its protocol, npm peer: the same checks, from outside, hold for both; where
// ours differs it differs on purpose, and only there. And what it has beyond the reference: the ids of nodes.
//
//   node signaling.mjs PROGRAM

import { spawn } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startNginx } from "../integration/lib/nginx.mjs";
import { Node, check, folder, freePort, pause, until } from "../integration/lib/skep.mjs";
import { checkPeerServer } from "./lib/peerserver_checks.mjs";
import { Client, ask, join as enter, offer, within } from "./lib/signaling_client.mjs";

/** What ours does otherwise, and why. */
const DIFFERENCES = new Map([
  ["a second socket of a token hears no OPEN", "a client that comes again has to know that it is let in"],
  ["the first one stays open", "nobody would ever hear of it again"],
  ["a message of 4 MiB is passed on", "128 KiB are a session description and all that is said with it"],
  ["a payload of 30,000 levels costs its receiver the connection", "what is deeper than 64 levels is nobody's message"],
]);

async function startReference(aliveMs) {
  const port = await freePort();
  const script = fileURLToPath(new URL("node_modules/peer/dist/bin/peerjs.js", import.meta.url));
  const child = spawn(process.execPath, [script, "--port", port, "--host", "127.0.0.1", "--path", "/", "--alive_timeout", aliveMs], { stdio: "ignore" });
  process.on("exit", () => child.kill("SIGKILL"));
  const place = { host: "127.0.0.1", port, key: "peerjs", aliveMs };
  await until("npm peer answers", 15000, async () => (await ask(`http://127.0.0.1:${port}/`)).status === 200);
  return { place, stop: () => new Promise((resolve) => (child.on("exit", resolve), child.kill("SIGTERM"))) };
}

async function startOurs(...args) {
  const node = await new Node({ args: ["--roles", "signaling", ...args] }).start();
  return { node, place: { host: "127.0.0.1", port: Number(node.serve.split(":")[1]), key: "peerjs", aliveMs: 90000 } };
}

// ---- The same checks for both ----

async function compare() {
  const [reference, ours] = [await startReference(10000), await startOurs()];
  const [theirs, mine] = await Promise.all([checkPeerServer("npm peer", reference.place), checkPeerServer("ours", ours.place)]);
  check(theirs.failures.length === 0, `npm peer: ${theirs.held} checks hold`);
  check(mine.failures.length === 0 && mine.held === theirs.held, `ours: ${mine.held} checks hold`);
  for (const [what, isSo] of theirs.quirks) check(isSo, `npm peer: ${what}`);
  for (const [what, isSo] of mine.quirks) check(isSo === !DIFFERENCES.has(what), `ours: ${what}${isSo ? "" : `: no; ${DIFFERENCES.get(what)}`}`);
  await reference.stop();
  check((await ours.node.stop()).code === 0, "ours ends in order, with clients or without");
}

// ---- The ids of nodes ----

/** A node's key, and its id as W2 makes it. */
function makeNode() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url");
  const hash = createHash("sha256").update("skep-node-v1").update(raw).digest().subarray(0, 20);
  const bits = [...hash].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const id = bits.match(/.{5}/g).map((five) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(five, 2)]).join("");
  const prove = ({ host = "127.0.0.1", at = Date.now(), about = id } = {}) =>
    `${at}.${raw.toString("base64url")}.${sign(null, Buffer.from(`skep-signal-v1\0${host}\0${about}\0${at}`), privateKey).toString("base64url")}`;
  return { id, prove };
}

/** How a newcomer is answered: OPEN, or why not. */
async function knock(place, id, token) {
  const client = new Client(place, { id, token });
  await within(4000, () => client.got.length > 0);
  const [first] = client.got;
  if (first?.type !== "OPEN") await client.ends();
  return { client, type: first?.type, why: first?.payload?.msg ?? "" };
}

async function nodes() {
  const { node, place } = await startOurs("--signaling-host", "signal.example");
  const [owner, other] = [makeNode(), makeNode()];
  const token = owner.prove();
  const first = await knock(place, owner.id, token);
  check(first.type === "OPEN", "a node that proves its id gets it");
  const refusals = [
    ["signal-proof-malformed", "without a proof", "token"],
    ["signal-proof-other-key", "with the proof of another", other.prove()],
    ["signal-proof-other-key", "with the proof of another, made for this id", other.prove({ about: owner.id })],
    ["signal-proof-signature-invalid", "with a proof for another server", owner.prove({ host: "evil.example" })],
    ["signal-proof-out-of-date", "with a proof of an hour ago", owner.prove({ at: Date.now() - 3600000 })],
    ["signal-proof-out-of-date", "with a proof of tomorrow", owner.prove({ at: Date.now() + 86400000 })],
    ["signal-proof-used", "with a proof that was shown before", token],
  ];
  for (const [name, what, shown] of refusals) {
    const { type, why, client } = await knock(place, owner.id, shown);
    check(type === "ID-TAKEN" && why.includes(name) && client.isClosed, `a node's id is not to be had ${what}: ${name}`);
  }
  check(first.client.isAlive, "none of them costs the node its connection");
  const second = await knock(place, owner.id, owner.prove({ host: "signal.example" }));
  check(second.type === "OPEN" && (await first.client.ends()), "a new proof, for any name of the server, takes the place of the older connection");
  const page = await enter(place);
  page.send(offer(owner.id, { hello: 1 }));
  check(await second.client.hears(({ payload }) => payload?.hello === 1), "and is who hears what is said to the id");
  for (const { client } of [first, second]) client.close();
  page.close();
  await node.stop();
}

async function blocks() {
  const node = await new Node({ args: ["--roles", "node,signaling"] }).start();
  const place = { host: "127.0.0.1", port: Number(node.serve.split(":")[1]), key: "peerjs" };
  const [good, bad] = [makeNode(), makeNode()];
  const [friend, foe] = [await knock(place, good.id, good.prove()), await knock(place, bad.id, bad.prove())];
  check(friend.type === "OPEN" && foe.type === "OPEN", "two nodes are there");
  const asked = await node.call("/api/v1/operations", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ action: "block.add", target: { nodeId: bad.id } }),
  });
  check(asked.status === 202, `the caretaker blocks one of them: ${asked.body}`);
  check(await foe.client.ends(), "who is blocked is hung up on");
  await pause(5);
  const again = await knock(place, bad.id, bad.prove());
  check(again.type === "ERROR" && again.why.includes("blocked"), "and not let in again");
  check(friend.client.isAlive, "the other one stays");
  friend.client.close();
  await node.stop();
}

// ---- Limits and options ----

async function limits() {
  const { node, place } = await startOurs("--signaling-clients-max", "10", "--signaling-key", "ours", "--signaling-discovery");
  place.key = "ours";
  const all = Array.from({ length: 14 }, () => new Client(place));
  await within(5000, () => all.every((client) => client.got.length > 0));
  const inside = all.filter((client) => client.of("OPEN").length > 0);
  const outside = all.filter((client) => client.of("ERROR").length > 0);
  check(inside.length === 10 && outside.length === 4, "ten places are ten clients");
  check(outside.every(({ got }) => got[0].payload.msg === "Server has reached its concurrent user limit"), "the others hear why");
  const listed = JSON.parse((await ask(`http://127.0.0.1:${place.port}/ours/peers`)).body);
  check(listed.length === 10 && inside.every(({ id }) => listed.includes(id)), "with signaling-discovery the ids are listed");
  const metrics = (await node.call("/metrics")).body;
  check(/^skep_signaling_clients 10$/m.test(metrics) && /^skep_signaling_refused_total\{verdict="full"\} 4$/m.test(metrics), "and counted");
  check((await ask(`http://127.0.0.1:${place.port}/.well-known/skep`)).body.includes('"signaling":{"socket":"peerjs","key":"ours"'), "the node's document says where the socket is");
  for (const client of all) client.close();
  await node.stop();
}

// ---- Behind a proxy ----

async function proxied() {
  const socket = join(folder(), "..", "signaling.sock");
  const node = await new Node({ args: ["--roles", "signaling", "--serve", `unix:${socket}`, "--trusted-proxies", "unix", "--trusted-proxies", "127.0.0.1", "--signaling-host", "signal.example"] }).start();
  const nginx = await startNginx(({ tls }) => `
  map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
  server {
    listen 127.0.0.1:${tls};
    location / {
      proxy_pass http://unix:${socket}:/;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_read_timeout 120s;
    }
  }`);
  const place = { host: "127.0.0.1", port: nginx.tls, key: "peerjs" };
  const [a, b] = [await enter(place), await enter(place)];
  a.send(offer(b.id, { through: 1 }));
  check(await b.hears(({ payload }) => payload?.through === 1), "clients talk through nginx");
  const owner = makeNode();
  const proven = await knock(place, owner.id, owner.prove({ host: "signal.example" }));
  check(proven.type === "OPEN", "a node proves its id for the name of the proxy");
  const headers = { "X-Forwarded-For": "203.0.113.9" };
  const crowd = Array.from({ length: 129 }, () => new Client(place, { headers }));
  await within(10000, () => crowd.every((client) => client.got.length > 0));
  const refused = crowd.filter((client) => client.got[0]?.payload?.msg === "Too many clients of this address");
  check(crowd.filter((client) => client.of("OPEN").length > 0).length === 128 && refused.length === 1, "one address behind the proxy has 128 clients, and no more");
  const other = await enter(place, { headers: { "X-Forwarded-For": "203.0.113.10" } });
  check(other.isAlive, "which are not those of another");
  for (const client of [a, b, proven.client, other, ...crowd]) client.close();
  await nginx.stop();
  await node.stop();
}

await Promise.all([compare(), nodes(), blocks(), limits(), proxied()]);
process.exit(0);
