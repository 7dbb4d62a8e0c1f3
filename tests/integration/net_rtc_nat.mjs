// SPDX-License-Identifier: Apache-2.0
// WebRTC between households. Behind NATs that keep the port (a server sees the same one as everybody) the two ends meet
// directly, by the addresses that STUN told them; behind NATs that choose another port for each connection they meet at
// the relay, and nowhere without one.
//
//   node net_rtc_nat.mjs SKEP RTC_END

import { startCoturn } from "./lib/coturn.mjs";
import { Network } from "./lib/network.mjs";
import { introduce, meet, part } from "./lib/rtc_end.mjs";
import { check, until } from "./lib/skep.mjs";

const [, , , program] = process.argv;
const [COUNT, SIZE] = [200, 16384];

const network = await Network.make();
const server = await network.host("turn");
const turn = await startCoturn({ ip: server.address, port: 3478, wrap: server.wrap });
const withRelay = ["--stun", turn.place, ...turn.args];
const withoutRelay = ["--stun", turn.place];

async function household(name, isSymmetric) {
  const home = await network.home(name);
  if (isSymmetric) home.randomise();
  const host = await home.host(`in${name}`);
  await host.carries();
  return { home, host };
}
const [cone1, cone2] = [await household("cone1", false), await household("cone2", false)];
const [random1, random2] = [await household("random1", true), await household("random2", true)];

async function talk(what, left, right, wanted) {
  const began = Date.now();
  const ends = await meet(program, { a: { args: withRelay, wrap: left.host.wrap }, b: { args: withRelay, wrap: right.host.wrap } });
  console.log(`${what}: open after ${Date.now() - began} ms, ${(await ends[0].told("connected")).slice(1).join(" ")}`);
  for (const [from, to] of [ends, [...ends].reverse()]) {
    const received = to.next("received", 30000);
    to.say(`expect ${COUNT}`);
    from.say(`send ${COUNT} ${SIZE}`);
    await received;
  }
  const { value: paths } = await until(`${what}: the path is ${wanted}`, 10000, async () => { // a better pair may be chosen later
    const looks = await Promise.all(ends.map((end) => end.look()));
    return looks.every(({ path }) => wanted.includes(path)) && looks.map(({ path }) => path);
  });
  check(true, `${what}: ${COUNT * 2} messages passed, the path is ${paths}`);
  await part(ends);
}
await talk("two NATs that keep the port", cone1, cone2, ["srflx", "prflx"]);
await talk("two symmetric NATs", random1, random2, ["relay"]);

const args = [...withoutRelay, "--open-ms", "8000"];
const ends = introduce(program, { a: { args, wrap: random1.host.wrap }, b: { args, wrap: random2.host.wrap } });
for (const end of ends) {
  const [, how] = await end.told("closed", 20000);
  check(how === "no-path", `two symmetric NATs without a relay: ${how}`);
}
await turn.stop();
process.exit(0);
