// SPDX-License-Identifier: Apache-2.0
// A cable that loses five packets in a hundred, at random, each way: after 2,000 packets and more, the gaps in the
// numbers of DTLS records tell each end what was lost on the way to it, within one point of what the router dropped.
// Everything arrives nevertheless, and so it does after a cable of which nothing came for twelve seconds; and so does an end.
//
//   node net_rtc_loss.mjs SKEP RTC_END

import { Network } from "./lib/network.mjs";
import { meet, part } from "./lib/rtc_end.mjs";
import { check, pause } from "./lib/skep.mjs";

const [, , , program] = process.argv;
const LOSS = 0.05;
const POINT = 0.01;
const PACKETS = 2000;
const [COUNT, SIZE, INTERVAL_MS] = [6000, 600, 3]; // a packet each

const network = await Network.make();
const [left, right] = [await network.host("left"), await network.host("right")];
await Promise.all([left.carries(), right.carries()]);
const [a, b] = await meet(program, { a: { wrap: left.wrap }, b: { wrap: right.wrap } });
const before = await Promise.all([a.look(), b.look()]);
right.cable.lose(LOSS);
const all = [a, b].map((end) => end.next("received", 150000));
for (const end of [a, b]) end.say(`expect ${COUNT}`);
for (const end of [a, b]) end.say(`send ${COUNT} ${SIZE} ${INTERVAL_MS}`);
await Promise.all(all);
check(true, `${COUNT} messages of ${SIZE} bytes arrived each way`);
await pause(500); // a look is up to 200 ms old
const counts = right.cable.counts();
const after = await Promise.all([a.look(), b.look()]);

const percent = (share) => `${(100 * share).toFixed(2)} %`;
for (const [name, i, { sent, lost }] of [["offerer", 0, counts.from], ["answerer", 1, counts.to]]) {
  const came = after[i].packetsIn - before[i].packetsIn;
  const missed = after[i].packetsMissed - before[i].packetsMissed;
  const shown = missed / (came + missed);
  console.log(`${name}: ${came} records came, ${missed} are missing: ${percent(shown)}; the router dropped ${lost} of ${sent}: ${percent(lost / sent)}`);
  check(came + missed >= PACKETS, `${name}: at least ${PACKETS} packets were sent to it`);
  check(Math.abs(shown - lost / sent) <= POINT, `${name}: within one point of what was dropped`);
  check(Math.abs(shown - LOSS) <= POINT, `${name}: within one point of ${percent(LOSS)}`);
  check(after[i].rttUs >= 0, `${name}: a round trip takes ${after[i].rttUs} us by SCTP's estimate`);
}

right.cable.lose(0.9999);
await pause(12000);
right.cable.lose(LOSS);
const late = b.next("received", 30000);
b.say("expect 10");
a.say("send 10 600");
await late;
check(true, "twelve seconds without a packet are no end");
right.cable.lose(0);
await part([a, b]);

const [c, d] = await meet(program, { a: { wrap: left.wrap }, b: { wrap: right.wrap } });
const heard = d.told("closed", 10000);
right.cable.cut();
c.say("close");
await c.told("closed");
right.cable.mend();
check((await heard)[1] === "remote", "an end of which the first words were lost is heard all the same");
process.exit(0);
