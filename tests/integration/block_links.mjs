// SPDX-License-Identifier: Apache-2.0
// A block takes effect on every path: from the API's answer until nothing more passes between the node and whom it
// blocked is measured at the other end. First many links at once, then each path by itself.
//
//   block_links.mjs SKEP LINK_CROWD LINKS      the full form is 200 links

import { createServer } from "node:net";
import { Crowd, nowUs } from "./lib/crowd.mjs";
import { quantile, spread } from "./lib/figures.mjs";
import { Node, check, pause, until } from "./lib/skep.mjs";

const crowdProgram = process.argv[3];
const links = Number(process.argv[4] ?? 200);
const WITHIN_MS = 1000;
const isFull = links >= 200; // an exchange is half a minute away
const QUIET_MS = 2500; // so long nobody is dialled who would else be dialled at once
const delays = []; // milliseconds from an answer to the last byte that passed

const operate = async (node, body) => {
  const answer = await node.post("/api/v1/operations", body);
  const answeredUs = nowUs();
  const isDone = answer.status === 202 && answer.json.state === "applied";
  if (!isDone) throw new Error(`${JSON.stringify(body)}: ${answer.status} ${answer.body}`);
  return answeredUs;
};
const block = (node, target, direction = "all") =>
  operate(node, { action: "block.add", target, params: { direction } });
const unblock = (node, target) => operate(node, { action: "block.remove", target });
const isLinked = async (node, other) => (await node.openLinks()).some((link) => link.nodeId === other);
const crowdOf = (node, ...args) => new Crowd(crowdProgram, node.listen, { args });
const allOpen = (what, crowd, count) => until(`${count} ${what} are linked`, 30000, () => crowd.opened.size === count);

/** How long something still passed on the links of these nodes, either way: also a delay of its own in the end. */
async function cutOff(crowd, answeredUsOf) {
  await until("every blocked link is gone", 20000, () => [...answeredUsOf.keys()].every((id) => !crowd.opened.has(id)));
  const ends = crowd.ends.filter((line) => line.opened && answeredUsOf.has(line.nodeId));
  const lastUs = (line) => Math.max(line.heardAtUs, line.saidAtUs);
  const own = ends.map((line) => Math.max(0, lastUs(line) - answeredUsOf.get(line.nodeId)) / 1000);
  delays.push(...own);
  return { ends, own };
}

// ---- Many links at once, all of them busy ----

const broad = await new Node({ args: ["--log", "error", "--max-links", "224"] }).start();
const part = Math.floor(links / 5);
const deafCount = links - 4 * part;
const crowdAt = (count, firstKey, ...more) =>
  crowdOf(broad, "--links", count, "--first-key", firstKey, "--mesh", "high", "--spread", ...more);
const named = crowdAt(2 * part, 1);
const ofUser = crowdAt(2 * part, 1001, "--user", 9);
const deaf = crowdAt(deafCount, 2001, "--user", 9, "--claim", "--deaf");
await allOpen("nodes", named, 2 * part);
await allOpen("of a user", ofUser, 2 * part);
await allOpen("deaf ones", deaf, deafCount);
const linked = await broad.openLinks();
const addresses = new Set(linked.map((link) => link.address.split(":")[0]));
check(linked.length === links, `${links} links with as many nodes, from ${addresses.size} addresses`);

const answers = new Map();
for (const [index, nodeId] of [...named.opened.keys()].entries())
  answers.set(nodeId, await block(broad, { nodeId }, index % 2 === 0 ? "all" : "in"));
const one = await cutOff(named, answers);
const wereTold = (ends) => ends.every((line) => line.goodbye === "blocked");
check(wereTold(one.ends), `${one.ends.length} nodes, each by a block of its own, were told why: ${spread(one.own)}`);
check(ofUser.opened.size === 2 * part && deaf.opened.size === deafCount, "and nobody else was cut");

const user = ofUser.opened.values().next().value.userId;
const users = [...ofUser.opened.keys()];
const userAnswered = await block(broad, { userId: user });
const wide = await cutOff(ofUser, new Map(users.map((id) => [id, userAnswered])));
check(wereTold(wide.ends), `${wide.ends.length} nodes of one proven user, by one block: ${spread(wide.own)}`);
check(deaf.opened.size === deafCount, "who only claims to be that user is not cut by that");

const claimers = [...deaf.opened.keys()];
const claimAnswered = await block(broad, { nodeId: claimers[0], userId: user });
const talking = await cutOff(deaf, new Map(claimers.map((id) => [id, claimAnswered])));
check(talking.ends.length === claimers.length,
  `${claimers.length} nodes that claim a user, hear no goodbye and talk on, by one block: ${spread(talking.own)}`);
check((await broad.openLinks()).length === 0, "no link is left");
await Promise.all([named.over, ofUser.over, deaf.over]);
check((await broad.stop()).code === 0, "an orderly end");

// ---- Each path by itself, at a node as people run it ----

const beacon = await new Node({ args: ["--roles", "beacon"] }).start();
const source = ["--beacon", `http://${beacon.serve}`];
const called = await new Node({ args: source }).start();
await operate(called, { action: "pause.outbound" }); // the node calls it, never the other way round
const node = await new Node({ args: source }).start();

/** The calls of `by` that `other` has seen; closed ones for half a minute. */
async function callsOf(other, by) {
  const { items } = await other.get("/api/v1/links");
  return items.filter((link) => link.direction === "inbound" && link.nodeId === by.nodeId).length;
}

/** Known, and would be called: so long it is not. */
async function staysUncalled(what, by, other) {
  await until(`${what} is known`, 60000, async () =>
    (await by.get("/api/v1/peers")).items.some((peer) => peer.nodeId === other.nodeId && peer.wait === "blocked"));
  const before = await callsOf(other, by);
  await pause(QUIET_MS);
  check((await callsOf(other, by)) <= before && !(await isLinked(by, other.nodeId)), `${what}: not called`);
}

/** Somebody who takes connections and says nothing: a dial stays under way there. */
async function silentAt(port = 0) {
  const silent = { count: 0, sockets: new Set(), closedUs: 0 };
  silent.server = createServer((socket) => {
    silent.count++;
    silent.sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => {
      silent.closedUs = nowUs();
      silent.sockets.delete(socket);
    });
    socket.resume();
  }).listen(port, "127.0.0.1");
  await new Promise((resolve) => silent.server.on("listening", resolve));
  silent.port = silent.server.address().port;
  return silent;
}

async function cutsDial(what, by, silent, nodeId) {
  await until(`${what} is under way`, 60000, () => silent.sockets.size > 0);
  const answeredUs = await block(by, { nodeId }, "out");
  await until("it is given up", 5000, () => silent.sockets.size === 0);
  delays.push(Math.max(0, silent.closedUs - answeredUs) / 1000);
  const { count } = silent;
  await pause(QUIET_MS);
  check(silent.count === count, `${what}: given up after ${delays.at(-1).toFixed(1)} ms, and not begun again`);
}

// Who hears of others: of who was there before it by an exchange, which comes within half a minute (so it begins here),
// and of who comes after it by a join that is passed on.
const friend = await new Node().start();
const befriended = ["--peer", `${friend.nodeId}@${friend.listen}`];
const early = await new Node({ args: befriended }).start();
const later = await new Node({ args: befriended }).start();
await until("the early one is linked", 20000, () => isLinked(friend, early.nodeId));
await later.stop();
const hearing = await new Node().start();
for (const other of [early, later]) await block(hearing, { nodeId: other.nodeId });
await hearing.stop();
hearing.args.push(...befriended);
await hearing.start();
await until("the friend is linked", 20000, () => isLinked(hearing, friend.nodeId));
await later.start();

// An inbound link, and an outbound one: a block of one direction leaves the links of the other.
const calling = crowdOf(node, "--links", 1, "--first-key", 3001);
await allOpen("caller", calling, 1);
const [caller] = calling.opened.keys();
await block(node, { nodeId: caller }, "out");
check(await isLinked(node, caller), "a block of calling leaves who called us");
const callerAnswered = new Map([[caller, await block(node, { nodeId: caller }, "in")]]);
check(wereTold((await cutOff(calling, callerAnswered)).ends), "inbound link: ended by a block of callers");

await until("the node has called it", 90000, () => isLinked(node, called.nodeId));
await block(node, { nodeId: called.nodeId }, "in");
check(await isLinked(node, called.nodeId), "a block of callers leaves whom we called");
await unblock(node, { nodeId: called.nodeId });
const calledAnsweredUs = await block(node, { nodeId: called.nodeId }, "out");
const { value: calledCutUs } = await until("its link is gone", 5000, async () =>
  !(await isLinked(called, node.nodeId)) && nowUs());
delays.push((calledCutUs - calledAnsweredUs) / 1000);
check(true, `outbound link: ended by a block of calling, ${delays.at(-1).toFixed(1)} ms`);
await staysUncalled("a candidate that the beacon lists", node, called);

// It is called again, its process dies, and is called once more: where it was nobody answers.
await unblock(node, { nodeId: called.nodeId });
await node.stop(); // else it would wait for a newer ticket of whom it closed, a minute
await node.start();
await until("it is called again", 60000, () => isLinked(node, called.nodeId));
await called.kill();
const grave = await silentAt(Number(called.listen.split(":")[1]));
await cutsDial("a call after its link dropped", node, grave, called.nodeId);
grave.server.close();

// Named by the caretaker himself.
const mute = await silentAt();
const nobody = "b".repeat(32);
const naming = await new Node({ args: ["--peer", `${nobody}@127.0.0.1:${mute.port}`] }).start();
await cutsDial("a call to whom the caretaker named", naming, mute, nobody);
mute.server.close();
await naming.stop();

// In the handshake, and as a probe.
const silent = crowdOf(node, "--links", 1, "--first-key", 3002, "--silent");
await allOpen("silent one", silent, 1);
const [shy] = silent.opened.keys();
const shyAnswered = new Map([[shy, await block(node, { nodeId: shy })]]);
check(wereTold((await cutOff(silent, shyAnswered)).ends), "a link in its handshake: ended");
const probing = async (key) => {
  const crowd = crowdOf(node, "--links", 1, "--first-key", key, "--extra", ',"probe":"0011223344556677"');
  await until("the probe is answered", 10000, () => crowd.ends.length > 0);
  await crowd.stop();
  return crowd.ends[0].goodbye;
};
check((await probing(3003)) === "probe", "a probe that nobody asked for is turned away as such");
check((await probing(3002)) === "blocked", "one of whom is blocked as any caller is");

await staysUncalled("a candidate of a join", hearing, later);
if (isFull) await staysUncalled("a candidate of an exchange", hearing, early);

console.log(`${delays.length} links blocked, from the API's answer to the last byte: ${spread(delays)}`);
check(quantile(delays, 0.99) < WITHIN_MS, `p99 under ${WITHIN_MS} ms`);
for (const one of [hearing, early, later, friend, node, beacon]) check((await one.stop()).code === 0, "an orderly end");
process.exit(0);
