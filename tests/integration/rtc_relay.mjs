// SPDX-License-Identifier: Apache-2.0
// Two ends that may only be relayed meet through a TURN server: 64 MiB pass and the path is named for what it is; with a
// wrong password there is no path, and both say so in time.
//
//   node rtc_relay.mjs SKEP RTC_END

import { startCoturn } from "./lib/coturn.mjs";
import { introduce, meet, part } from "./lib/rtc_end.mjs";
import { check, freePort } from "./lib/skep.mjs";

const [, , , program] = process.argv;
const MIB = 1048576;
const [COUNT, SIZE] = [1024, 65536];

const turn = await startCoturn({ ip: "127.0.0.1", port: await freePort() });
const args = ["--loopback", "--relay", ...turn.args];

const ends = await meet(program, { a: { args }, b: { args } });
for (const [name, end] of [["offerer", ends[0]], ["answerer", ends[1]]]) {
  const candidates = end.lines.filter((line) => /^candidate ./.test(line));
  check(candidates.length > 0 && candidates.every((line) => / typ relay\b/.test(line)), `the ${name} offers relayed candidates only`);
  check((await end.told("connected"))[1] === "relay", `the ${name} is connected through the relay`);
}
const received = ends[1].next("received", 60000);
ends[1].say(`expect ${COUNT}`);
ends[0].say(`send ${COUNT} ${SIZE}`);
const [, , bytes, us] = await received;
check(Number(bytes) === COUNT * SIZE, `${bytes / MIB} MiB came through the relay, at ${(bytes / MIB / (us / 1e6)).toFixed(1)} MiB/s`);
const codes = await part(ends);
check(codes.every((code) => code === 0), "both ended with 0");

const wrong = ["--loopback", "--relay", "--turn", turn.place, turn.user, "wrong", "--open-ms", "10000"];
const strangers = introduce(program, { a: { args: wrong }, b: { args: wrong } });
for (const end of strangers) {
  const [, how] = await end.told("closed", 25000);
  check(how === "no-path", `with a wrong password there is no path (${how})`);
}
await turn.stop();
process.exit(0);
