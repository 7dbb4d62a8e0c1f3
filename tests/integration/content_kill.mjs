// SPDX-License-Identifier: Apache-2.0
// A large file between two nodes, and kill -9 of one of them at random moments. The fetch goes on by itself after each
// start; only a getter that had not even the manifest is asked again. In the end it is bit by bit what it was, nothing
// was fetched twice but what was not synced yet, and neither node took more memory than it may.
//
//   content_kill.mjs SKEP MEBIBYTES [KILLS] [SEED]       the full form is 1024 and 10

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { add, dataIn, filesOf, hashOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, freePort, pause, until } from "./lib/skep.mjs";

const MIB = 1 << 20;
const size = Number(process.argv[3] ?? 64) * MIB;
const kills = Number(process.argv[4] ?? 10);
const seed = Number(process.argv[5] ?? Date.now() % 1000000);
const isSanitized = process.env.SKEP_SANITIZED === "1";
const MEMORY_MAX = 64 * MIB;
/* What may be under way to a getter, and has to come again when the author dies. */
const UNDER_WAY_MAX = 24 * MIB;

const KILL_MS_MAX = 3000;
/* Stopped for most of the time, the author takes so long that the kills fall into the middle of it. */
const PULSE_MS = 60;
const WORK_MS = size > 512 * MIB ? 6 : 2;

let state = seed >>> 0;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}
console.log(`seed ${seed}: content_kill.mjs SKEP ${size / MIB} ${kills} ${seed}`);

const memoryOf = (node) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${node.child.pid}/status`, "utf8"))[1]) * 1024;
const peakOf = (node) => Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${node.child.pid}/status`, "utf8"))[1]) * 1024;

const ports = [await freePort(), await freePort()];
const author = new Node({ args: ["--listen", `127.0.0.1:${ports[0]}`] });
await author.start();
const getter = new Node({ args: ["--listen", `127.0.0.1:${ports[1]}`, "--peer", `${author.nodeId}@${author.listen}`] });
await getter.start();
await until("they are linked", 60000, async () => (await getter.openLinks()).length === 1);
const idle = { author: memoryOf(author), getter: memoryOf(getter) };
const over = { author: 0, getter: 0 };
const measure = () => {
  for (const [name, node] of Object.entries({ author, getter })) if (node.exit === null) over[name] = Math.max(over[name], peakOf(node) - idle[name]);
};

mkdirSync(join(folder(), ".."), { recursive: true });
const path = writeFile(folder(), size, seed);
const began = Date.now();
const [{ id }] = await add(author, [path]);
measure();
console.log(`published in ${Date.now() - began} ms; the author is ${(over.author / MIB).toFixed(1)} MiB over idle`);

let killed = 0;
let isDone = false;
const pulses = (async () => {
  while (!isDone) {
    author.signal("SIGSTOP");
    await pause(PULSE_MS - WORK_MS);
    author.signal("SIGCONT");
    await pause(killed < kills ? WORK_MS : 10 * PULSE_MS);
  }
})();
const fileHere = async () => (await filesOf(getter)).get(id);
const bytesOf = (file) => (file === undefined || file.chunks === null ? 0 : (file.chunksHere / file.chunks) * size);
await skep(getter, "get", ["--no-wait", id]);

let fetched = 0; // bytes of slices, over all lives of the getter
let mayCome = size; // in this life of the getter: what is not claimed on its disk, and the rest of that
const judgeLife = () => {
  if (seenData > mayCome * 1.02 + MIB / 4) throw new Error(`${seenData} bytes came, of which ${mayCome} were missing`);
};
let asked = 0;
let last = 0;
let seenData = 0; // in this life of the getter
let due = Date.now() + random() * KILL_MS_MAX; // the next kill
const startAgain = async (node) => {
  await node.start();
  if (node !== getter) return;
  seenData = 0;
  const file = await fileHere();
  const survey = await until("it looked at its disk", 10000, async () => (await fileHere()) ?? (Date.now() - started > 2000 ? "none" : null)).catch(() => null);
  if (file === undefined && (survey === null || survey.value === "none")) {
    asked++;
    await skep(getter, "get", ["--no-wait", id]);
  }
};
let started = Date.now();
const deadline = Date.now() + 600000;
while (Date.now() < deadline) {
  const file = await fileHere();
  seenData = Math.max(seenData, await dataIn(getter));
  measure();
  if (file?.state === "held") break;
  const here = bytesOf(file);
  if (here < last - 1) throw new Error(`${here} bytes are here, and ${last} were before`);
  last = here;
  if (killed === kills || Date.now() < due) {
    await pause(5);
    continue;
  }
  const victim = random() < 0.5 ? author : getter;
  if (victim === getter) {
    seenData = Math.max(seenData, await dataIn(getter).catch(() => seenData));
    judgeLife();
    fetched += seenData;
  }
  await victim.kill();
  killed++;
  started = Date.now();
  await startAgain(victim);
  due = Date.now() + random() * KILL_MS_MAX;
  const now = await fileHere();
  mayCome = victim === getter ? size - bytesOf(now) : mayCome + UNDER_WAY_MAX;
  console.log(`kill ${killed}: the ${victim === author ? "author" : "getter"} at ${(here / MIB).toFixed(1)} MiB; ${(bytesOf(now) / MIB).toFixed(1)} MiB after the start`);
}
judgeLife();
fetched += seenData;
isDone = true;
await pulses;
check((await fileHere())?.state === "held", `whole after ${killed} kills, ${Date.now() - began} ms; asked again ${asked} times`);
check(killed >= Math.min(kills, 3), "it was killed in the middle of it"); // how often before its end is the machine's affair
check(true, `${(fetched / MIB).toFixed(1)} MiB came for ${size / MIB}; in no life of the getter more than was not on its disk`);
const out = join(folder());
check((await skep(getter, "get", [id, "-o", out])).code === 0 && (await hashOf(out)) === (await hashOf(path)), "bit by bit");
check((await skep(getter, "verify", [id])).code === 0 && (await skep(author, "verify", [id])).code === 0, "it verifies at both ends");
measure();
console.log(`over idle: the author ${(over.author / MIB).toFixed(1)} MiB, the getter ${(over.getter / MIB).toFixed(1)} MiB`);
check(isSanitized || (over.author < MEMORY_MAX && over.getter < MEMORY_MAX), `${isSanitized ? "(not judged with sanitizers) " : ""}both under ${MEMORY_MAX / MIB} MiB over idle`);
for (const node of [author, getter]) check((await node.stop()).code === 0, "it ended with 0");
