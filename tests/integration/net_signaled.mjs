// SPDX-License-Identifier: Apache-2.0
// Nodes behind routers that nobody can dial, called through a signaling server: where both routers keep a port for all
// destinations they link straight through them, where both take another port for each they link by way of a TURN server.
// Where the routers change their ways, the relayed link goes straight after a while. A cable that loses five packets in a
// hundred is shown to do so.
//
//   net_signaled.mjs SKEP

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCoturn } from "./lib/coturn.mjs";
import { move, writeFile } from "./lib/files.mjs";
import { Network } from "./lib/network.mjs";
import { check, folder, pause, until } from "./lib/skep.mjs";

const LOSS = 0.05;
const POINT = 0.01;
const PACKETS = 2000;
const PATIENCE_MS = 150000;

const network = await Network.make();
const serverHost = await network.host("server");
const turnHost = await network.host("turn");
const server = await serverHost.run({ args: ["--roles", "beacon,signaling", "--signaling-host", serverHost.address] });
const turn = await startCoturn({ ip: turnHost.address, port: 3478, wrap: turnHost.wrap });
const credentials = join(folder(), "..", "turn.credentials");
writeFileSync(credentials, `${turn.user}\n${turn.password}\n`);
chmodSync(credentials, 0o600);
const args = ["--beacon", `http://${serverHost.address}:8781`, "--signal", `http://${serverHost.address}:8781/`,
  "--ice-server", `stun:${turn.place}`, "--ice-server", `turn:${turn.place}`, "--ice-credentials", credentials];

/** Two households with a node each, which are linked; { nodes, homes, link }. */
async function pair(name, options) {
  const homes = [await network.home(`${name}1`, options), await network.home(`${name}2`, options)];
  const nodes = [];
  for (const [i, home] of homes.entries())
    nodes.push(await (await home.host(`${name}in${i}`)).run({ args: [...args, "--community", name], community: null }));
  const linkOf = async () => (await nodes[0].openLinks()).find(({ nodeId }) => nodeId === nodes[1].nodeId);
  const { value: link, ms } = await until(`${name}: they are linked`, 60000, linkOf);
  check(link.transport === "webrtc", `${name}: linked by WebRTC after ${ms} ms`);
  return { nodes, homes, linkOf };
}

const symmetric = await pair("sym", { isSymmetric: true });
await until("the relay is seen", 10000, async () => (await symmetric.linkOf()).path === "relayed");
check(true, "symmetric and symmetric: relayed");
await move(...symmetric.nodes, writeFile(folder(), 1 << 20, 5));
check(true, "a file moves through the relay");
for (const home of symmetric.homes) home.settle(); // what comes of it is seen at the end
const { id: relayed } = await symmetric.linkOf();

const cone = await pair("cone", {});
const { value: direct } = await until("the path is measured", 10000, async () => {
  const link = await cone.linkOf();
  return link?.candidates && link.path === "direct" && link;
});
check(direct.path === "direct", `cone and cone: ${direct.path}, at ${direct.address}`);

/* What comes over the lossy cable is what the node behind it counts; the other one is told. */
const [sender, receiver] = cone.nodes;
cone.homes[1].cable.lose(LOSS);
const began = Date.now();
let shown = null;
let seed = 100;
while (Date.now() - began < PATIENCE_MS) {
  await move(sender, receiver, writeFile(folder(), 3 << 20, seed++));
  const [link] = await receiver.openLinks();
  const { to } = cone.homes[1].cable.counts();
  if (to.sent >= PACKETS && link?.lossIn != null && Date.now() - began > 20000) {
    shown = { lossIn: link.lossIn, lost: to.lost / to.sent, sent: to.sent };
    if (Math.abs(shown.lossIn - shown.lost) <= POINT) break;
  }
  await pause(500);
}
check(shown !== null, `${shown?.sent} packets have passed`);
console.log(`lossIn: shown ${(100 * shown.lossIn).toFixed(2)} %; the router dropped ${(100 * shown.lost).toFixed(2)} %, told ${100 * LOSS} %`);
check(Math.abs(shown.lossIn - shown.lost) <= POINT, "the loss is shown within one point");
const { value: told } = await until("the other end is told", 30000, async () => (await cone.linkOf())?.lossOut);
console.log(`lossOut at the sender: ${(100 * told).toFixed(2)} %`);

const isStraight = async () => (await symmetric.linkOf())?.path === "direct";
const { ms } = await until("the relayed link goes straight, now that its routers let it", 100000, isStraight);
check((await symmetric.linkOf()).id === relayed, `and is the same link, ${ms} ms later`);

for (const node of [...cone.nodes, ...symmetric.nodes, server]) check((await node.stop()).code === 0, "it ended with 0");
await turn.stop();
process.exit(0);
