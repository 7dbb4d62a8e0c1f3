// SPDX-License-Identifier: Apache-2.0
// A delay of 80 ms for the round trip, made by a long cable, is what both ends show. The cable itself is judged first: its
// rate is the one it was given.

import { spawn } from "node:child_process";
import { Network } from "./lib/network.mjs";
import { check, until } from "./lib/skep.mjs";

const ROUND_TRIP_MS = 80;

const network = await Network.make({ forwarder: process.argv[3] });
const near = await network.host("near");
const far = await network.host("far", { roundTripMs: ROUND_TRIP_MS });

const RATE_KBIT = 8000;
const BYTES = 2000000;
const slow = await network.host("slow", { roundTripMs: 10, rateKbit: RATE_KBIT });

/** Runs a line of JavaScript in a host; it resolves with what it printed first. */
function runLine(host, line) {
  const [command, ...words] = [...host.wrap, process.execPath, "-e", line];
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve) => child.stdout.once("data", (bytes) => resolve(String(bytes).trim())));
}
await runLine(near, `require("node:net").createServer((socket) => socket.end(Buffer.alloc(${BYTES})))
  .listen(9000, () => console.log("ready"))`);
const took = Number(await runLine(slow, `const began = Date.now();
  require("node:net").connect(9000, "${near.address}").resume().on("end", () => console.log(Date.now() - began))`));
const ideal = (BYTES * 8) / RATE_KBIT;
check(took > 0.95 * ideal && took < 1.5 * ideal, `${BYTES} bytes took ${took} ms at ${RATE_KBIT} kbit/s, which is ${ideal} ms of data`);

const answering = await near.run();
const dialling = await far.run({ args: ["--peer", `${near.address}:8782`] });

/** What a node shows of its one link once it has measured it a few times. */
async function shownBy(node) {
  const { value } = await until("the link has measured its round trips", 30000, async () => {
    const [link] = await node.openLinks();
    return link?.rttMs != null && link.jitterMs !== null && link;
  });
  return value;
}

for (const [node, who] of [[dialling, "the one that dialled"], [answering, "the other"]]) {
  const link = await shownBy(node);
  const isNear = Math.abs(link.rttMs - ROUND_TRIP_MS) <= ROUND_TRIP_MS / 10;
  check(isNear, `${who} shows ${link.rttMs} ms (jitter ${link.jitterMs} ms) over a cable of ${ROUND_TRIP_MS} ms`);
}
const ends = await Promise.all([answering.stop(), dialling.stop()]);
check(ends.every((end) => end.code === 0), "both ended with 0");
process.exit(0);
