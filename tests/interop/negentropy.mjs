// SPDX-License-Identifier: Apache-2.0
// Set reconciliation against other implementations of the Negentropy protocol v1, over pairs of sets by seed, with frames
// of all sizes:
//
//   - we ask, the reference's JavaScript answers; it asks, we answer; nostr-tools asks, we answer: each initiator learns
//     exactly what differs;
//   - as long as no frame is full, what we say is byte for byte what the reference says.
//
//   node negentropy.mjs PROGRAM [SEEDS]

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
// Both packages keep these files to themselves.
import * as tools from "./node_modules/nostr-tools/lib/esm/nip77.js";
import * as reference from "./node_modules/applesauce-relay/dist/lib/negentropy.js";

const program = process.argv[2];
const seeds = Number(process.argv[3] ?? 100);
const FRAME_MAX = 65536;
/** A frame that has so much room left was not full: the largest split, and what the reference keeps free. */
const ROOM = 1200 + 200;

function fail(text) {
  console.error(`FAILED: ${text}`);
  process.exit(1);
}

// ---- Dice and sets ----

/** Numbers of [0, 1) by seed (mulberry32). */
function dice(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function makePair(seed) {
  const roll = dice(seed);
  const below = (bound) => Math.floor(roll() * bound);
  const times = [1, 3, 1000, 2 ** 31 - 2][below(4)]; // their numbers are of 32 bits: seconds, not milliseconds
  const some = () => below([2, 40, 300, 2500][below(4)]);
  let number = 0;
  const items = (count) =>
    Array.from({ length: count }, () => ({
      timestamp: below(times),
      id: createHash("sha256").update(`${seed} ${number++}`).digest("hex"),
    }));
  const [both, asker, answerer] = [items(some()), items(some()), items(some())];
  const frame = () => [4096, 8192, FRAME_MAX, 4096 + below(FRAME_MAX - 4096)][below(4)];
  return { asker: [...both, ...asker], answerer: [...both, ...answerer], have: asker, need: answerer, frames: [frame(), frame()] };
}

// ---- Sides: each begins, and takes a message ----

/** Our program; one session at a time. */
class Skep {
  #child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  #lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  #send(text) {
    this.#child.stdin.write(`${text}\n`);
  }
  async #outcome() {
    const told = { have: [], need: [] };
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) fail("our program ended");
      const [word, rest] = value.split(" ");
      if (word === "have" || word === "need") told[word].push(rest);
      else if (word === "refused") fail(`we refused what the other said: ${rest}`);
      else return { ...told, say: word === "say" ? rest : null };
    }
  }
  async begin(items, role, frame) {
    this.#send("reset");
    for (const { timestamp, id } of items) this.#send(`item ${timestamp} ${id}`);
    this.#send(`${role} ${frame}`);
    return (await this.#outcome()).say;
  }
  async take(message) {
    this.#send(`take ${message}`);
    return this.#outcome();
  }
  end() {
    this.#child.stdin.end();
  }
}

/** The reference. */
class Reference {
  #session;
  async begin(items, role, frame) {
    const storage = new reference.NegentropyStorageVector();
    for (const { timestamp, id } of items) storage.insert(timestamp, id);
    storage.seal();
    this.#session = new reference.Negentropy(storage, frame);
    return role === "initiator" ? this.#session.initiate() : null;
  }
  async take(message) {
    const [say, have, need] = await this.#session.reconcile(message);
    return { say, have, need };
  }
}

/** nostr-tools, which only asks. */
class Tools {
  #session;
  async begin(items, role, frame) {
    const storage = new tools.NegentropyStorageVector();
    for (const { timestamp, id } of items) storage.insert(timestamp, id);
    storage.seal();
    this.#session = new tools.Negentropy(storage, frame);
    return this.#session.initiate();
  }
  async take(message) {
    const told = { have: [], need: [] };
    const say = this.#session.reconcile(
      message,
      (id) => told.have.push(id),
      (id) => told.need.push(id),
    );
    return { ...told, say };
  }
}

// ---- A talk ----

const sorted = (ids) => [...new Set(ids)].sort().join();
const sizeOf = (message) => message.length / 2;

async function talk(what, pair, asker, answerer) {
  const told = { have: [], need: [] };
  const said = [];
  let message = await asker.begin(pair.asker, "initiator", pair.frames[0]);
  await answerer.begin(pair.answerer, "responder", pair.frames[1]);
  while (message !== null) {
    if (said.length > 2000) fail(`${what}: no end`);
    const answer = (await answerer.take(message)).say;
    if (sizeOf(message) > pair.frames[0] || sizeOf(answer) > pair.frames[1]) fail(`${what}: a message over its frame`);
    said.push(message, answer);
    const outcome = await asker.take(answer);
    told.have.push(...outcome.have);
    told.need.push(...outcome.need);
    message = outcome.say;
  }
  for (const way of ["have", "need"]) {
    if (sorted(told[way]) !== sorted(pair[way].map(({ id }) => id))) fail(`${what}: ${way} is not what differs`);
  }
  return said;
}

const ours = new Skep();
const longest = (said) => Math.max(...said.map(sizeOf));
let roundTrips = 0;
let same = 0;
for (let seed = 1; seed <= seeds; seed++) {
  const pair = makePair(seed);
  const asked = await talk(`seed ${seed}, we ask the reference`, pair, ours, new Reference());
  const answered = await talk(`seed ${seed}, the reference asks us`, pair, new Reference(), ours);
  const toolsAsked = await talk(`seed ${seed}, nostr-tools asks us`, pair, new Tools(), ours);
  const own = await talk(`seed ${seed}, the reference asks itself`, pair, new Reference(), new Reference());
  roundTrips += (asked.length + answered.length + toolsAsked.length) / 2;
  if (longest(own) + ROOM > Math.min(...pair.frames)) continue;
  same++;
  for (const said of [asked, answered, toolsAsked]) {
    if (said.join() !== own.join()) fail(`seed ${seed}: what is said differs from the reference`);
  }
}
ours.end();
console.log(`${seeds} pairs of sets, each asked and answered by us: ${roundTrips} round trips; exactly what differs, every time`);
console.log(`${same} of them within their frames: byte for byte what the reference says to itself`);
if (same === 0 || same === seeds) fail("the seeds should have both: full frames, and none that is full");
