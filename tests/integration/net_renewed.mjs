// SPDX-License-Identifier: Apache-2.0
// Links by WebRTC whose path goes while they stand: a node gets another address, as who walks from one network into the
// next; its router gets another one, of which the node is told nothing; everything is cut for a while and comes back. Each
// time the link stays the one that it was, over another path where the old one is no more, and a file moves.
//
//   net_renewed.mjs SKEP

import { startCoturn } from "./lib/coturn.mjs";
import { move, writeFile } from "./lib/files.mjs";
import { Network } from "./lib/network.mjs";
import { check, folder, pause, settledPair, until } from "./lib/skep.mjs";

const network = await Network.make();
const serverHost = await network.host("server");
const server = await serverHost.run({ args: ["--roles", "beacon,signaling", "--signaling-host", serverHost.address] });
const turnHost = await network.host("turn");
const turn = await startCoturn({ ip: turnHost.address, port: 3478, wrap: turnHost.wrap });
const at = `http://${serverHost.address}:8781`;
const homes = [await network.home("home1"), await network.home("home2")];
const hosts = [await homes[0].host("in1"), await homes[1].host("in2")];
const nodes = await Promise.all(hosts.map((host) => host.run({ args: ["--beacon", at, "--signal", `${at}/`, "--ice-server", `stun:${turn.place}`] })));
const [walker, other] = nodes;

const linkOf = async (node) => (await node.openLinks())[0];
const before = await settledPair(nodes);
check(before.every((link) => link.transport === "webrtc"), "linked by WebRTC");

let seed = 1;
const moveOne = () => move(walker, other, writeFile(folder(), 1 << 20, seed++));

async function isStill(what) {
  await moveOne();
  const after = await Promise.all(nodes.map(linkOf));
  check(after.every((link, i) => link?.id === before[i].id), `${what}: the link stays, and a file moves over it`);
  return after;
}

/** Until the walker is heard of over another path than before. */
async function renewed(what, change) {
  const was = (await linkOf(other)).address;
  const began = Date.now();
  await change();
  await until(`${what}: another path is found`, 30000, async () => (await linkOf(other))?.address !== was);
  console.log(`${what}: another path after ${Date.now() - began} ms`);
  await isStill(what);
}

await moveOne();
const [host] = hosts;
await renewed("another address", async () => {
  host.ip("address", "flush", "dev", "eth0", "scope", "global");
  host.ip("address", "add", `${host.address.replace(/\d+$/, "77")}/24`, "dev", "eth0");
  host.ip("route", "replace", "default", "via", host.gateway);
});
check(walker.log.includes("network-changed"), "and the node says that its network is another");

const [home] = homes;
await renewed("another router", async () => {
  home.ip("address", "flush", "dev", "eth0", "scope", "global");
  home.ip("address", "add", `${home.address.replace(/\d+$/, "88")}/24`, "dev", "eth0");
  home.ip("route", "replace", "default", "via", home.gateway);
});

await pause(3000);
home.cable.cut();
await pause(10000);
home.cable.mend();
await isStill("cut for ten seconds");

for (const node of [...nodes, server]) check((await node.stop()).code === 0, "it ended with 0");
await turn.stop();
process.exit(0);
