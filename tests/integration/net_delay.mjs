// SPDX-License-Identifier: Apache-2.0
// A delay of 80 ms for the round trip, made by a long cable, is what both ends show.

import { Network } from "./lib/network.mjs";
import { check, until } from "./lib/skep.mjs";

const ROUND_TRIP_MS = 80;

const network = await Network.make({ forwarder: process.argv[3] });
const near = await network.host("near");
const far = await network.host("far", { roundTripMs: ROUND_TRIP_MS });

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
