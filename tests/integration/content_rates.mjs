// SPDX-License-Identifier: Apache-2.0
// What the caretaker allows for content is what passes, within a tenth: given to two peers, who share it fairly, and
// asked of them; changed by a reload while files move. What is no content does not wait behind it.
//
//   content_rates.mjs SKEP

import { writeFileSync } from "node:fs";
import { add, dataIn, filesOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, pause, until } from "./lib/skep.mjs";

const MIB = 1 << 20;
const dataOut = async () => (await dataIn(one)) + (await dataIn(other));

/** A node whose rates can be changed: set({ "upload-rate": "2M" }). */
async function start(rates, args = []) {
  const settings = `${folder()}.conf`;
  const write = (all) => writeFileSync(settings, Object.entries(all).map(([key, value]) => `${key} = ${value}\n`).join(""));
  write(rates);
  const node = await new Node({ args: ["--config", settings, ...args] }).start();
  node.set = async (all) => {
    const settled = (await node.events()).filter(({ code }) => code === "config-applied").length;
    write(all);
    node.signal("SIGHUP");
    await until("it is in force", 5000, async () => (await node.events()).filter(({ code }) => code === "config-applied").length > settled);
  };
  return node;
}

/** What a counter says, and when: in the middle of the asking. */
async function read(count) {
  const asked = performance.now();
  const bytes = await count();
  return { bytes, at: (asked + performance.now()) / 2 };
}
/** Bytes a second of each counter, over some seconds. */
async function ratesOf(counters, ms = 3000) {
  const before = await Promise.all(counters.map(read));
  await pause(ms);
  const after = await Promise.all(counters.map(read));
  return after.map(({ bytes, at }, i) => (1000 * (bytes - before[i].bytes)) / (at - before[i].at));
}
const mib = (rate) => `${(rate / MIB).toFixed(2)} MiB/s`;
const isAbout = (rate, wanted) => Math.abs(rate - wanted) <= wanted / 10;

const author = await start({ "upload-rate": "2M" });
const peer = ["--peer", `${author.nodeId}@${author.listen}`];
const [one, other] = await Promise.all([start({}, peer), start({}, peer)]);
await until("two are linked with the author", 15000, async () => (await author.openLinks()).length === 2);
const [given, asked] = await add(author, [writeFile(folder(), 16 * MIB, "given"), writeFile(folder(), 8 * MIB, "asked")]);
const isHere = (node, id) => async () => (await filesOf(node)).get(id)?.state === "held";

// ---- Given ----

for (const node of [one, other]) await skep(node, "get", ["--no-wait", given.id]);
await until("it moves", 10000, async () => (await dataIn(one)) > MIB / 4 && (await dataIn(other)) > MIB / 4);
const measured = ratesOf([dataOut, () => dataIn(one), () => dataIn(other)]);
await one.post("/api/v1/doctor", { nodeId: author.nodeId });
const { value: answer } = await until("the author says how it sees the link", 5000, async () => (await one.events()).find(({ code }) => code === "far-end"));
check(answer.context.waitedMs < (process.env.SKEP_SANITIZED === "1" ? 1000 : 250), `a question to the author is answered after ${answer.context.waitedMs} ms, in the middle of that`);
const [out, toOne, toOther] = await measured;
check(isAbout(out, 2 * MIB), `upload-rate = 2M: ${mib(out)} go out`);
check(isAbout(toOne, MIB) && isAbout(toOther, MIB), `each of two has its half: ${mib(toOne)} and ${mib(toOther)}`);
await author.set({ "upload-rate": "4M" });
const [faster] = await ratesOf([dataOut], 1500);
check(isAbout(faster, 4 * MIB), `changed to 4M by a reload: ${mib(faster)}`);
await author.set({});
for (const node of [one, other]) await until("without a limit it is soon whole", 15000, isHere(node, given.id));
check(true, "and to none: the rest is here at once");

// ---- Asked ----

await one.set({ "download-rate": "1M" });
await skep(one, "get", ["--no-wait", asked.id]);
await until("it moves", 10000, async () => (await filesOf(one)).get(asked.id).chunksHere > 0);
const [into] = await ratesOf([() => dataIn(one)], 4000);
check(isAbout(into, MIB), `download-rate = 1M: ${mib(into)} come in`);
await one.set({});
await until("without a limit it is soon whole", 15000, isHere(one, asked.id));
check(true, "and to none: the rest is here at once");

for (const node of [one, other, author]) check((await node.stop()).code === 0, "it ended with 0");
