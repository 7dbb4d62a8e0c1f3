// SPDX-License-Identifier: Apache-2.0
// A block takes effect on every path: from the API's answer until nothing more passes between the node and whom it
// blocked is measured at the other end. First many links at once, then each path by itself.
//
//   block_links.mjs SKEP LINK_CROWD ROOMY LINKS      ROOMY: a node with as many places; the full form is 200 links

import { createServer } from "node:net";
import { Crowd, nowUs } from "./lib/crowd.mjs";
import { quantile, spread } from "./lib/figures.mjs";
import { Node, check, pause, until } from "./lib/skep.mjs";

const [crowdProgram, roomy] = process.argv.slice(3);
const links = Number(process.argv[5] ?? 200);
const WITHIN_MS = 1000;
const QUIET_MS = 3000; // so long nobody is dialled who would else be dialled at once
const delays = []; // milliseconds from an answer to the last byte that passed

const operate = async (node, body) => {
  const answer = await node.call("/api/v1/operations",
    { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const answeredUs = nowUs();
  if (answer.status !== 202 || answer.json.state !== "applied") throw new Error(`${JSON.stringify(body)}: ${answer.status} ${answer.body}`);
  return answeredUs;
};
const block = (node, target, direction = "all") => operate(node, { action: "block.add", target, params: { direction } });
const unblock = (node, target) => operate(node, { action: "block.remove", target });
const isLinked = async (node, other) => (await node.openLinks()).some((link) => link.nodeId === other);
const crowdOf = (node, ...args) => new Crowd(crowdProgram, node.listen, { args });
const allOpen = (what, crowd, count) => until(`${count} ${what} are linked`, 30000, () => crowd.opened.size === count);

/** How long something still passed on the links of these nodes, either way: also a delay of its own in the end. */
async function cutOff(crowd, answeredUsOf) {
  await until("every blocked link is gone", 20000, () => [...answeredUsOf.keys()].every((id) => !crowd.opened.has(id)));
  const ends = crowd.ends.filter((line) => line.opened && answeredUsOf.has(line.nodeId));
  const own = ends.map((line) => Math.max(0, Math.max(line.heardAtUs, line.saidAtUs) - answeredUsOf.get(line.nodeId)) / 1000);
  delays.push(...own);
  return { ends, own };
}

// ---- Many links at once, all of them busy ----

const broad = await new Node({ file: roomy, args: ["--log", "error"] }).start();
const part = Math.floor(links / 5);
const named = crowdOf(broad, "--links", 2 * part, "--first-key", 1, "--mesh", "high", "--spread");
const ofUser = crowdOf(broad, "--links", 2 * part, "--first-key", 1001, "--mesh", "high", "--user", 9, "--spread");
const deaf = crowdOf(broad, "--links", links - 4 * part, "--first-key", 2001, "--mesh", "high", "--user", 9, "--claim", "--deaf", "--spread");
await Promise.all([allOpen("nodes", named, 2 * part), allOpen("of a user", ofUser, 2 * part), allOpen("deaf ones", deaf, links - 4 * part)]);
const { length: linked } = await broad.openLinks();
check(linked === links, `${linked} links with as many nodes, from ${new Set((await broad.openLinks()).map((link) => link.address.split(":")[0])).size} addresses`);

const answers = new Map();
for (const [index, nodeId] of [...named.opened.keys()].entries())
  answers.set(nodeId, await block(broad, { nodeId }, index % 2 === 0 ? "all" : "in"));
const one = await cutOff(named, answers);
check(one.ends.every((line) => line.goodbye === "blocked"), `${one.ends.length} nodes, each by a block of its own, were told why: ${spread(one.own)}`);
check(ofUser.opened.size === 2 * part && deaf.opened.size === links - 4 * part, "and nobody else was cut");

const user = ofUser.opened.values().next().value.userId;
const users = [...ofUser.opened.keys()];
const userAnswered = await block(broad, { userId: user });
const wide = await cutOff(ofUser, new Map(users.map((id) => [id, userAnswered])));
check(wide.ends.every((line) => line.goodbye === "blocked"), `${wide.ends.length} nodes of one proven user, by one block: ${spread(wide.own)}`);
check(deaf.opened.size === links - 4 * part, "who only claims to be that user is not cut by that");

const claimers = [...deaf.opened.keys()];
const claimAnswered = await block(broad, { nodeId: claimers[0], userId: user });
const talking = await cutOff(deaf, new Map(claimers.map((id) => [id, claimAnswered])));
check(talking.ends.length === claimers.length,
  `${claimers.length} nodes that claim a user, hear no goodbye and talk on, by one block: ${spread(talking.own)}`);
check((await broad.openLinks()).length === 0, "no link is left");
await Promise.all([named.over, ofUser.over, deaf.over]);
check((await broad.stop()).code === 0, "an orderly end");
