// SPDX-License-Identifier: Apache-2.0
// Three nodes lose the network for a minute, each in its own way: a cable cut in the middle, which nobody is told of; a
// cable pulled out; an interface that goes down. The loss is noticed by both sides within 25 s, and within 10 s of the
// return each is linked again, however long its back-offs have grown.

import { Network } from "./lib/network.mjs";
import { check, isOneMesh, pause, until } from "./lib/skep.mjs";

const CUT_MS = 60000;
const NOTICED_MS = 25000;
const HEALED_MS = 10000;

const network = await Network.make();
const beacon = await network.host("beacon");
await beacon.run({ args: ["--roles", "beacon"] });

async function run(name) {
  const host = await network.host(name);
  return { host, name, node: await host.run({ args: ["--beacon", `http://${beacon.address}:8781`] }) };
}
const stay = await Promise.all(["stay1", "stay2", "stay3"].map(run));
const cases = [
  { ...(await run("cut")), lose: (host) => host.cable.cut(), give: (host) => host.cable.mend() },
  { ...(await run("pulled")), lose: (host) => host.cable.pull(), give: (host) => host.cable.plug() },
  { ...(await run("down")), lose: (host) => host.interfaceDown(), give: (host) => host.interfaceUp() },
];
const whole = [...stay, ...cases].map((one) => one.node);
const meshed = await until("the nodes are one mesh", 30000, () => isOneMesh(whole));
console.log(`one mesh after ${meshed.ms} ms`);

/** Neither side shows an open link any more. */
async function isNoticed({ node }) {
  if ((await node.openLinks()).length > 0) return false;
  for (const other of stay) {
    if ((await other.node.openLinks()).some((link) => link.nodeId === node.nodeId)) return false;
  }
  return true;
}

const problems = [];
/** Goes on after a miss, so that one run tells of all cases. */
async function within(what, ms, ask) {
  try {
    check(true, `${what} within ${(await until(what, ms, ask)).ms} ms`);
  } catch (error) {
    problems.push(error.message);
    console.log(`NOT SO: ${error.message}`);
  }
}

const began = Date.now();
for (const one of cases) one.lose(one.host);
await Promise.all(cases.map((one) => within(`${one.name}: the loss is noticed by both sides`, NOTICED_MS, () => isNoticed(one))));
check(await isOneMesh(stay.map((one) => one.node)), "the others are still one mesh");

await pause(CUT_MS - (Date.now() - began)); // the back-offs are to grow
for (const one of cases) one.give(one.host);
await Promise.all(cases.map((one) => within(`${one.name}: linked again`, HEALED_MS, async () => (await one.node.openLinks()).length > 0)));
await within("all are one mesh again", 2 * HEALED_MS, () => isOneMesh(whole));

if (problems.length > 0) throw new Error(problems.join("\n"));
const ends = await Promise.all(whole.map((node) => node.stop()));
check(ends.every((end) => end.code === 0), "every node ended with 0");
process.exit(0);
