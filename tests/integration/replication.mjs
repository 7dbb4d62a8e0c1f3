// SPDX-License-Identifier: Apache-2.0
// Twelve nodes as real processes hold 200 files at their target of three. Two of them die at once (kill -9), again and
// again: nothing is lost, all is back at its target within a minute, and little more is sent than was lost. What is
// counted is what the nodes hold, not what they say of each other.
//
//   replication.mjs SKEP [PAIRS] [STORM_SECONDS] [SEED]       the full form is 5 and 600

import { rmSync } from "node:fs";
import { join } from "node:path";
import { add, dataIn, filesOf, hashOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, freePort, isOneMesh, pause, until } from "./lib/skep.mjs";

const NODES = 12;
const FILES = 200;
const TARGET = 3;
const REPAIR_MS = 60000;
const SETTLE_MS = 35000; // who has just come makes no copies for 30 s
const pairs = Number(process.argv[3] ?? 5);
const stormSeconds = Number(process.argv[4] ?? 0);
const seed = Number(process.argv[5] ?? Date.now() % 1000000);
console.log(`seed ${seed}: replication.mjs SKEP ${pairs} ${stormSeconds} ${seed}`);

let state = seed >>> 0;
function random(below) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

// ---- A swarm, and files of many sizes from all of its nodes ----

const beacon = await new Node({ args: ["--roles", "beacon"] }).start();
const nodes = [];
for (let i = 0; i < NODES; i++) {
  const port = await freePort(); // it comes back where it was
  nodes.push(new Node({ args: ["--listen", `127.0.0.1:${port}`, "--beacon", `http://${beacon.serve}`] }));
}
await Promise.all(nodes.map((node) => node.start()));
await until("the nodes are one mesh", 30000, () => isOneMesh(nodes));

const work = folder();
const files = new Map(); // id -> { size, path }
for (const [index, node] of nodes.entries()) {
  const paths = [];
  for (let i = index; i < FILES; i += NODES) {
    const size = i % 20 === 0 ? 600000 + random(1000000) : 1000 + random(60000);
    paths.push(writeFile(join(work, `file ${i}`), size, `${seed} ${i}`));
  }
  const sizes = new Map();
  for (const { id, path } of await add(node, paths)) files.set(id, { path });
  for (const file of (await filesOf(node)).values()) sizes.set(file.id, file.size);
  for (const [id, size] of sizes) if (files.has(id)) files.get(id).size ??= size;
}
check(files.size === FILES, `${FILES} files are published by ${NODES} nodes`);

// ---- Who really holds what ----

const isAlive = (node) => node.exit === null;
async function holdersOf() {
  const holders = new Map([...files.keys()].map((id) => [id, new Set()]));
  for (const node of nodes.filter(isAlive)) {
    for (const file of (await filesOf(node)).values()) if (file.state === "held") holders.get(file.id)?.add(node);
  }
  return holders;
}
const atLeast = (holders, count) => [...holders.values()].every((set) => set.size >= count);
const spread = (holders) => {
  const counts = {};
  for (const { size } of holders.values()) counts[size] = (counts[size] ?? 0) + 1;
  return JSON.stringify(counts);
};
async function settle(what, ms) {
  let holders;
  const done = await until(`${what}: every file is at its target`, ms, async () => {
    holders = await holdersOf();
    return atLeast(holders, TARGET);
  }).catch((error) => {
    throw new Error(`${error.message}; holders: ${spread(holders)}`);
  });
  return { ...done, holders };
}
const traffic = async () => {
  const sums = await Promise.all(nodes.filter(isAlive).map(async (node) => [node, await dataIn(node)]));
  return new Map(sums);
};
const moved = (before, after) => [...after].reduce((sum, [node, bytes]) => sum + bytes - (before.get(node) ?? 0), 0);

const first = await settle("after they were published", 2 * REPAIR_MS);
console.log(`at target after ${first.ms} ms: holders of the files: ${spread(first.holders)}`);
check(Math.max(...[...first.holders.values()].map((set) => set.size)) <= TARGET + 2, "and hardly over it");

// ---- Two die ----

for (let round = 0; round < pairs; round++) {
  const holders = (await settle("before two die", REPAIR_MS)).holders;
  const dead = [nodes[random(NODES)]];
  while (dead.length < 2) {
    const other = nodes[random(NODES)];
    if (!dead.includes(other)) dead.push(other);
  }
  let lost = 0;
  for (const [id, set] of holders) lost += dead.filter((node) => set.has(node)).length * files.get(id).size;
  const before = await traffic();
  const began = Date.now();
  await Promise.all(dead.map((node) => node.kill()));
  const left = await holdersOf();
  check(atLeast(left, 1), `two of ${NODES} are dead: every file is on one that lives`);
  const back = await settle("two are dead", REPAIR_MS);
  const took = Date.now() - began;
  await pause(2000); // what is on its way too much counts, too
  const bytes = moved(before, await traffic());
  check(took <= REPAIR_MS, `all are back at their target after ${took} ms; holders: ${spread(back.holders)}`);
  check(bytes <= 1.5 * lost, `${bytes} bytes were sent for ${lost} that were lost (${(bytes / lost).toFixed(2)})`);
  await Promise.all(dead.map((node) => node.start()));
  await until("the two are back in the mesh", 30000, () => isOneMesh(nodes));
  if (round + 1 < pairs) await pause(SETTLE_MS);
}

// ---- They come and go for long ----

if (stormSeconds > 0) {
  const until_ms = Date.now() + stormSeconds * 1000;
  let last = await traffic();
  let sent = 0;
  let deaths = 0;
  let most = 0;
  const count = async () => {
    const now = await traffic();
    for (const [node, bytes] of now) sent += bytes >= (last.get(node) ?? 0) ? bytes - (last.get(node) ?? 0) : bytes; // it began anew
    last = new Map([...last, ...now]);
  };
  while (Date.now() < until_ms) {
    const dead = nodes.filter((node) => !isAlive(node));
    if (dead.length >= 2 || (dead.length > 0 && random(3) === 0)) {
      await dead[random(dead.length)].start();
    } else {
      await nodes[random(NODES)].kill();
      deaths++;
    }
    const holders = await holdersOf();
    most = Math.max(most, ...[...holders.values()].map((set) => set.size));
    await count();
    await pause(1000 + random(14000));
  }
  await Promise.all(nodes.filter((node) => !isAlive(node)).map((node) => node.start()));
  const end = await settle("after the storm", REPAIR_MS);
  await count();
  const all = [...files.values()].reduce((sum, { size }) => sum + size, 0);
  console.log(`${deaths} deaths in ${stormSeconds} s; at most ${most} held one file; at the end ${spread(end.holders)}; ${(sent / all).toFixed(2)} times all files were sent`);
  check(sent <= 2 * TARGET * all, "no stampede");
}

// ---- They are what they were ----

const reader = nodes[random(NODES)];
const target = folder();
const got = await skep(reader, "get", ["-", "-o", `${target}/`], { input: [...files.keys()].join("\n") });
check(got.code === 0, `one of them gets all ${FILES}${got.code === 0 ? "" : `: ${got.err}`}`);
for (const { path } of files.values()) {
  const there = join(target, path.slice(work.length + 1));
  if ((await hashOf(there)) !== (await hashOf(path))) throw new Error(`${path} is not what it was`);
}
check(true, "bit by bit");
rmSync(work, { recursive: true });
const ends = await Promise.all(nodes.filter(isAlive).map((node) => node.stop()));
check(ends.every((end) => end.code === 0), "an orderly end");
process.exit(0);
