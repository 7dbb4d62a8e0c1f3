// SPDX-License-Identifier: Apache-2.0
// Nodes lose the network for a minute, each in its own way: a cable cut in the middle, which nobody is told of; a
// cable pulled out; an interface that goes down. The loss is noticed by both sides within 25 s, and within 10 s of the
// return each is linked again, however long its back-offs have grown. Two pairs have nobody else: one side is cut off from
// the only peer that it has, once one that its caretaker named, once one that a beacon told it of.

import { Network } from "./lib/network.mjs";
import { check, isOneMesh, pause, until } from "./lib/skep.mjs";

const CUT_MS = 1000 * Number(process.env.SKEP_CUT_S ?? 60); // the longer, the more the back-offs have grown
const NOTICED_MS = 25000;
const HEALED_MS = 10000;

const network = await Network.make();
const beacon = await network.host("beacon");
await beacon.run({ args: ["--roles", "beacon"] });

const toBeacon = ["--beacon", `http://${beacon.address}:8781`];
const cut = { lose: (host) => host.cable.cut(), give: (host) => host.cable.mend() };
const pulled = { lose: (host) => host.cable.pull(), give: (host) => host.cable.plug() };
const down = { lose: (host) => host.interfaceDown(), give: (host) => host.interfaceUp() };

async function run(name, args = toBeacon, community = "test") {
  const host = await network.host(name);
  return { host, name, node: await host.run({ args, community }) };
}

/** A community of two; the first is cut off from the other. */
async function runPair(name, argsFor) {
  const other = await run(`${name}2`, toBeacon, name);
  const one = await run(`${name}1`, argsFor(other.host), name);
  return { ...one, ...cut, others: [other] };
}

const stay = await Promise.all(["stay1", "stay2", "stay3"].map((name) => run(name)));
const members = [
  { ...(await run("cut")), ...cut, others: stay },
  { ...(await run("pulled")), ...pulled, others: stay },
  { ...(await run("down")), ...down, others: stay },
];
const pairs = [
  await runPair("named", (other) => ["--peer", `${other.address}:8782`]),
  await runPair("told", () => toBeacon),
];
const cases = [...members, ...pairs];
const whole = [...stay, ...members].map((one) => one.node);
const meshed = await until("the nodes are one mesh", 30000, () => isOneMesh(whole));
console.log(`one mesh after ${meshed.ms} ms`);
for (const pair of pairs) {
  await until(`${pair.name} is linked with the other`, 60000, async () => (await pair.node.openLinks()).length > 0);
}

/** Neither side shows an open link any more. */
async function isNoticed({ node, others }) {
  if ((await node.openLinks()).length > 0) return false;
  for (const other of others) {
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
const everybody = [...stay, ...cases, ...pairs.flatMap((pair) => pair.others)].map((one) => one.node);
const ends = await Promise.all(everybody.map((node) => node.stop()));
check(ends.every((end) => end.code === 0), "every node ended with 0");
process.exit(0);
