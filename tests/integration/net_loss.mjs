// SPDX-License-Identifier: Apache-2.0
// A cable that loses five packets in a hundred, at random, each way: once 2,000 have passed within the minute that a
// node looks back on, it shows the loss of both directions within one point. What it is judged by is what the router
// counted in that minute: the dice themselves stray by half a point over 2,000 packets.

import { spawn } from "node:child_process";
import { Network } from "./lib/network.mjs";
import { check, pause, until } from "./lib/skep.mjs";

const LOSS = 0.05;
const WINDOW_MS = 60000;
const PATIENCE_MS = 4 * WINDOW_MS;
const PACKETS = 2000;
const POINT = 0.01;

const network = await Network.make();
const nodeHost = await network.host("node");
const peerHost = await network.host("peer");
const node = await nodeHost.run();

const words = [...peerHost.wrap, process.argv[3], "--to", `${nodeHost.address}:8782`, "--community", "test"];
const driver = spawn(words[0], words.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
let ended = null;
let told = "";
driver.stdout.on("data", (bytes) => (told = (told + bytes).slice(-1000)));
driver.on("exit", (code) => (ended = code));
await until("the driver is linked", 10000, async () => (await node.openLinks()).length === 1);

peerHost.cable.lose(LOSS);
const looks = []; // { at, counts } each second
const began = Date.now();
const aMinuteAgo = () => looks.findLast((look) => look.at <= Date.now() - WINDOW_MS)?.counts;
const haveEnough = (before, now) => ["from", "to"].every((way) => now[way].sent - before[way].sent >= PACKETS);
for (let before; Date.now() - began < PATIENCE_MS; before = aMinuteAgo()) { // a machine with much to do sends fewer
  looks.push({ at: Date.now(), counts: peerHost.cable.counts() });
  if (ended !== null) throw new Error(`the driver ended with ${ended}`);
  if (before !== undefined && Date.now() - began >= WINDOW_MS + 3000 && haveEnough(before, looks.at(-1).counts)) break;
  await pause(1000);
}

const [link] = await node.openLinks();
const now = peerHost.cable.counts();
const before = aMinuteAgo();
const percent = (share) => `${(100 * share).toFixed(2)} %`;

for (const [way, shown, name] of [["from", link.lossIn, "lossIn"], ["to", link.lossOut, "lossOut"]]) {
  const sent = now[way].sent - before[way].sent;
  const lost = now[way].lost - before[way].lost;
  console.log(`${name}: ${sent} packets with data in the last minute, ${lost} of them dropped: ${percent(lost / sent)}`);
  check(sent >= PACKETS, `${name}: at least ${PACKETS} packets passed`);
  check(shown !== null, `${name} is known`);
  console.log(`${name}: shown ${percent(shown)}, ${percent(Math.abs(shown - LOSS))} from the ${percent(LOSS)} that the router was told`);
  check(Math.abs(shown - lost / sent) <= POINT, `${name}: shown within one point of what was dropped`);
}
console.log(`the driver: ${told.trim().split("\n").at(-1)}`);
driver.kill("SIGTERM");
await until("the driver has ended", 5000, () => ended !== null);
check(ended === 0, "the driver ended with 0");
check((await node.stop()).code === 0, "the node ended with 0");
process.exit(0);
