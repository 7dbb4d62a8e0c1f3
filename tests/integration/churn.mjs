// SPDX-License-Identifier: Apache-2.0
// Thirty nodes and a beacon as real processes on loopback. Again and again ten of them are killed and started anew with
// their folders: within 30 s the twenty that are left are one mesh, and within 30 s of the restart all thirty. At the
// end those that lived through it have not grown.
//
//   node churn.mjs PROGRAM [SECONDS]          SKEP_CHURN_SEED=N kills the same ones again
//
// Of thirty nodes nobody would live through fifty rounds by luck, so three elders are never killed; like the beacon
// they see everybody else come and go, and it is in them that a leak would show.

import { readFileSync, readdirSync } from "node:fs";
import { Node, check, pause, until } from "./lib/skep.mjs";

const NODES = 30;
const KILLED = 10;
const ELDERS = 3;
const WHOLE_MS = 30000;
const DOWN_MS = 2000; // so that the others notice
const WARM_UP_MS = 60000;
const GROWTH_SHARE = 0.1;
const GROWTH_KIB = 1024;
const SPARE = 2;
// The log of events fills for minutes: each takes its place there the first time (daemon/event_log.h).
const EVENTS_MAX = 4096;
const EVENT_BYTES = 208;
// Sooner, bounded tables still fill; and the sanitizers keep freed memory in quarantine.
const MEMORY_SECONDS = 300;

const seconds = Number(process.argv[3] ?? 600);
const isSanitized = process.env.SKEP_SANITIZED === "1";
let seed = Number(process.env.SKEP_CHURN_SEED ?? Date.now() % 100000);
console.log(`seed ${seed}, ${seconds} s`);

/** A small generator (Park and Miller), so that a seed replays the choice of victims. */
function below(bound) {
  seed = (seed * 48271 + 11) % 2147483647;
  return seed % bound;
}

function pick(list, count) {
  const rest = [...list];
  return Array.from({ length: count }, () => rest.splice(below(rest.length), 1)[0]);
}

/** One component holds all, by links that both ends show as open. */
async function isWhole(nodes) {
  const shown = await Promise.all(nodes.map(async (node) => new Set((await node.openLinks()).map((link) => link.nodeId))));
  const byId = new Map(nodes.map((node, index) => [node.nodeId, shown[index]]));
  const reached = new Set([nodes[0].nodeId]);
  for (const id of reached) {
    for (const other of byId.get(id)) if (byId.get(other)?.has(id)) reached.add(other);
  }
  return reached.size === nodes.length;
}

const anonymousKib = (node) => Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${node.pid}/status`, "utf8"))[1]);

function countDescriptors(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch (error) {
    if (error.code !== "EACCES") throw error;
    return null; // only root may count them
  }
}

/** How many the node's log holds; the numbers in the ids count from 1. */
async function countEvents(node) {
  const newest = Math.max(0, ...(await node.events()).map((event) => Number(event.id.split("-")[1])));
  return Math.min(newest, EVENTS_MAX);
}

/** Anonymous memory, and descriptors beyond one for each link: the fewest of some looks, since a dial under way or a call
 * of the API has one for a moment. */
async function useOf(node) {
  const kib = anonymousKib(node);
  let spare = Infinity;
  for (let look = 0; look < 8; look++) {
    const links = node.isBeacon ? 0 : (await node.openLinks()).length;
    const descriptors = countDescriptors(node.pid);
    spare = descriptors === null ? null : Math.min(spare, descriptors - links);
    await pause(100);
  }
  return { kib, spare, eventsKib: ((await countEvents(node)) * EVENT_BYTES) / 1024 };
}

/** Two looks, both at the end of a round, when everybody is up. */
function judge(name, before, after) {
  console.log(`${name}: ${before.kib} KiB and ${before.spare} descriptors beyond its links after the warm-up; `
    + `${after.kib} KiB and ${after.spare} at the end`);
  if (before.spare === null) console.log("SKIPPED: descriptors are counted only when the tests run as root");
  else check(after.spare <= before.spare + SPARE, `${name}: at most ${SPARE} descriptors more`);
  if (isSanitized || seconds < MEMORY_SECONDS) return;
  const events = Math.round(after.eventsKib - before.eventsKib);
  const growth = after.kib - before.kib - events;
  check(growth < GROWTH_KIB && growth < before.kib * GROWTH_SHARE,
    `${name}: grew by ${growth} KiB beside ${events} KiB of events, less than 1 MiB and a tenth`);
}

const beacon = await new Node({ args: ["--roles", "beacon"] }).start();
beacon.isBeacon = true;
const nodes = Array.from({ length: NODES }, () => new Node({ args: ["--beacon", `http://${beacon.serve}`] }));
const began = Date.now();
await Promise.all(nodes.map((node) => node.start()));
const meshed = await until("all are one mesh", WHOLE_MS, () => isWhole(nodes));
check(true, `${NODES} nodes are one mesh ${meshed.ms} ms after the last was up`);

const watched = [...nodes.slice(0, ELDERS), beacon];
const mortal = nodes.slice(ELDERS);
let warm = null;
let worst = 0;

/** Kills ten, heals, starts them again, heals. */
async function playRound(number) {
  const victims = pick(mortal, KILLED);
  const left = nodes.filter((node) => !victims.includes(node));
  await Promise.all(victims.map((node) => node.kill()));
  const without = await until(`the ${left.length} that are left are one mesh`, WHOLE_MS, () => isWhole(left));
  await pause(DOWN_MS);
  await Promise.all(victims.map((node) => node.start()));
  const again = await until(`all ${NODES} are one mesh again`, WHOLE_MS, () => isWhole(nodes));
  const kib = watched.map(anonymousKib);
  worst = Math.max(worst, without.ms, again.ms);
  console.log(`round ${number}: killed ${victims.length}; the others whole after ${without.ms} ms; all whole ${again.ms} ms after the restart; elders and beacon hold ${kib.join(", ")} KiB`);
}

const warmUp = Math.min(WARM_UP_MS, (seconds * 1000) / 3);
let rounds = 0;
while (Date.now() - began < seconds * 1000 || rounds < 2) {
  await playRound(++rounds);
  if (warm === null && Date.now() - began >= warmUp) warm = await Promise.all(watched.map(useOf));
}
check(true, `${rounds} rounds; the slowest healing took ${worst} ms of the ${WHOLE_MS} allowed`);
const last = await Promise.all(watched.map(useOf));
for (const [index, node] of watched.entries()) judge(node.isBeacon ? "beacon" : `elder ${index + 1}`, warm[index], last[index]);
const ends = await Promise.all([...nodes, beacon].map((node) => node.stop()));
check(ends.every((end) => end.code === 0), "every process ended with 0 after SIGTERM");
process.exit(0);
