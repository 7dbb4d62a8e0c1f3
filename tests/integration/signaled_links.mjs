// SPDX-License-Identifier: Apache-2.0
// Nodes that nobody can dial, which find each other through a beacon and call each other through a signaling server: links
// by WebRTC whose hellos prove the keys. A file moves over one; the server goes and no link with it; a stop of signaling
// keeps what there is and calls nobody anew.
//
//   signaled_links.mjs SKEP [MEBIBYTES]

import { join } from "node:path";
import { add, hashOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, freePort, settledPair, until } from "./lib/skep.mjs";

const size = Number(process.argv[3] ?? 8) * (1 << 20);

const server = await new Node({ args: ["--roles", "beacon,signaling", "--serve", `127.0.0.1:${await freePort()}`] }).start();
const signal = `http://${server.serve}/`;
const hidden = () => new Node({ args: ["--advertise", "none", "--signal", signal, "--beacon", `http://${server.serve}`] });
const [a, b] = [await hidden().start(), await hidden().start()];

const linkOf = async (node) => (await node.openLinks())[0];
await until("both are at the server", 10000, async () => (await a.get("/api/v1/signaling")).state === "connected" && (await b.get("/api/v1/signaling")).state === "connected");
const { ms } = await until("they are linked", 30000, async () => (await linkOf(a)) && (await linkOf(b)));
const [first] = await settledPair([a, b]);
check(first.transport === "webrtc" && first.nodeId === b.nodeId, `linked by WebRTC after ${ms} ms`);
check((await linkOf(b)).nodeId === a.nodeId, "and the other end knows with whom");
const { value: link } = await until("the path is measured", 5000, async () => ((await linkOf(a)).candidates && (await linkOf(b)).candidates ? linkOf(a) : null));
check(link.path === "lan", `the path is said: ${link.path}`);

const { value: agreed } = await until("both say the same of what carries it", 10000, async () => {
  const [mine, theirs] = [await linkOf(a), await linkOf(b)];
  const { own, peer } = mine.candidates;
  return own.address === theirs.candidates.peer.address && peer.address === theirs.candidates.own.address && mine;
});
const { own, peer } = agreed.candidates;
check(own.kind === "host", `and what carries it: ${own.address} to ${peer.address}`);
check(peer.address === agreed.address, "the peer's is the address of the link");

const path = writeFile(folder(), size, 7);
const [{ id }] = await add(a, [path]);
const out = join(folder());
const began = Date.now();
check((await skep(b, "get", [id, "-o", out])).code === 0 && (await hashOf(out)) === (await hashOf(path)), "a file moves over it");
console.log(`${size} bytes in ${Date.now() - began} ms`);

const { id: linkId } = link;
await server.kill();
await until("the server is missed", 15000, async () => (await a.get("/api/v1/signaling")).state !== "connected");
check((await linkOf(a))?.id === linkId, "the server has gone, and no link with it");
check((await skep(b, "verify", [id])).code === 0, "and what came is whole");

await server.start();
await until("the server is in use again", 30000, async () => (await a.get("/api/v1/signaling")).state === "connected");
check((await linkOf(a))?.id === linkId, "it is back, and the link is the same");

await b.stop();
await until("it is missed", 10000, async () => !(await linkOf(a)));
await b.start();
const again = await until("they call each other again", 90000, async () => (await linkOf(a)) && (await linkOf(b)));
check(true, `linked again after ${again.ms} ms, though neither has an address`);

check((await skep(a, "disconnect", [b.nodeId])).code === 0, "asked to end it");
await until("it is gone at both ends", 10000, async () => !(await linkOf(a)) && !(await linkOf(b)));
check(true, "it is gone at both ends");
for (const node of [a, b, server]) check((await node.stop()).code === 0, "it ended with 0");
