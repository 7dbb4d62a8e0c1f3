// SPDX-License-Identifier: Apache-2.0
// Ends in order over a long cable: 200 ms there and back. What was sent before the end arrives before it, and whenever
// the end is said, both ends hear of it soon: at one it is "closed", at the other "remote", never a time that ran out.
//
//   node net_rtc_close.mjs SKEP RTC_END FORWARDER

import { Network } from "./lib/network.mjs";
import { introduce, meet } from "./lib/rtc_end.mjs";
import { check, pause } from "./lib/skep.mjs";

const [, , , program, forwarder] = process.argv;
const [COUNT, SIZE] = [12, 65536]; // fewer bytes than SCTP takes at once, and some round trips of its window
const SOON_MS = 8000;

const network = await Network.make({ forwarder });
const [left, right] = [await network.host("left", { roundTripMs: 200 }), await network.host("right")];
await right.carries();
const sides = { a: { wrap: left.wrap }, b: { wrap: right.wrap } };

{
  const [a, b] = await meet(program, sides);
  const heard = b.told("closed");
  const all = b.next("received");
  b.say(`expect ${COUNT}`);
  a.say(`send ${COUNT} ${SIZE}`);
  await a.told("sent");
  a.say("close");
  const [, count, bytes] = await all;
  check(+count === COUNT && +bytes === COUNT * SIZE, `${COUNT} messages of ${SIZE} bytes arrive before the end that was said behind them`);
  check((await heard)[1] === "remote", "and then the end");
  check((await a.told("closed"))[1] === "closed", "which is none of time at the end that said it");
}

// From the first packet of DTLS to the answer on the first channel there are five round trips, a second.
await Promise.all(
  Array.from({ length: 12 }, async (_, i) => {
    const [a, b] = introduce(program, sides);
    await a.told("candidate");
    await pause(i * 200);
    const isUp = a.lines.some((line) => line.startsWith("connected"));
    const began = Date.now();
    a.say("close");
    const [how] = await Promise.all([a.told("closed", SOON_MS)]);
    check(how[1] === "closed", `said after ${i * 200} ms${isUp ? ", connected" : ""}: closed, after ${Date.now() - began} ms`);
    if (isUp) check((await b.told("closed", SOON_MS))[1] === "remote", `and the other end hears of it after ${Date.now() - began} ms`);
    else b.say("close");
    await b.ended;
  }),
);
process.exit(0);
