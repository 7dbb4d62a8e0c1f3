// SPDX-License-Identifier: Apache-2.0
// What a disk does not keep: bytes of a node's content become others behind its back, in the database and in a file of
// its own. The node reads everything again, finds each, says so, and has it from the other node; then all is what it was.
//
//   content_rot.mjs SKEP

import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { add, filesOf, hashOf, metricOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, until } from "./lib/skep.mjs";

const CHUNK = 262144 + 16;
const large = writeFile(folder(), 3 << 20, "rot, large"), small = writeFile(folder(), 60000, "rot, small");
const author = await new Node().start();
const settings = `${folder()}.conf`;
const setRate = (rate) => writeFileSync(settings, `scrub-rate = ${rate}\n`);
setRate("0");
const args = ["--peer", `${author.nodeId}@${author.listen}`, "--config", settings];
let node = await new Node({ args }).start();
await until("they are linked", 15000, async () => (await node.openLinks()).length === 1);
const lines = await add(author, [large, small]);
const idOf = (path) => lines.find((line) => line.path === path).id;
check((await skep(node, "get", lines.map(({ id }) => id))).code === 0, "two files are here");
check((await node.get("/api/v1/snapshot")).content.scrub.bytesPerSecond === 0, "nothing is read again: scrub-rate is 0");

const sealed = join(node.data, "content", "files", idOf(large).slice(0, 2), idOf(large));
const database = join(node.data, "content", "content.db");

function flip(path, at) {
  const fd = openSync(path, "r+");
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, at);
  byte[0] ^= 0x10;
  writeSync(fd, byte, 0, 1, at);
  closeSync(fd);
}

/** Where in the database the list of the large file lies, its manifest, and a page of the small file's sealed bytes. */
function placesOf() {
  const bytes = readFileSync(database), chunks = readFileSync(sealed);
  const list = Buffer.concat([0, 1].map((i) => createHash("sha256").update(chunks.subarray(i * CHUNK, (i + 1) * CHUNK)).digest()));
  const page = bytes.readUInt16BE(16);
  let random = 0;
  while (new Set(bytes.subarray(random, random + page)).size < 250) random += page;
  return { list: bytes.indexOf(list) + 40, manifest: bytes.indexOf(idOfList(list, bytes)) + 5, small: random + 1000 };
}
/** The manifest names its list in hexadecimal. */
function idOfList(head, bytes) {
  const at = bytes.indexOf(head);
  return createHash("sha256").update(bytes.subarray(at, at + 12 * 32)).digest("hex");
}

async function mended(what, count) {
  const events = async (code) => (await node.events()).filter((event) => event.code === code);
  const { value, ms } = await until(`${what}: it is mended, and read once more without a fault`, 30000, async () => {
    const files = await filesOf(node);
    const { scrub } = (await node.get("/api/v1/snapshot")).content;
    const isRead = scrub.faults === 0 && !scrub.running && scrub.bytes > 3 << 20; // not a pass before all was back
    const isFine = [...files.values()].every(({ state }) => state === "held") && isRead;
    const found = await events("content-rotten"), last = found[0]?.at ?? 0; // newest first
    return isFine && found.length === count && (await events("content-mended"))[0]?.at >= last && found;
  });
  for (const { message } of value) console.log(`   ${message}`);
  const out = folder();
  mkdirSync(out);
  const got = await skep(node, "get", [...lines.map(({ id }) => id), "-o", `${out}/`]);
  if (got.code !== 0) throw new Error(`${got.err}`);
  for (const name of readdirSync(out)) {
    const hash = await hashOf(join(out, name));
    if (hash !== (await hashOf(large)) && hash !== (await hashOf(small))) throw new Error(`${what}: ${name} is another`);
  }
  check(readdirSync(out).length === 2, `${what}: found, told, and back from the other node after ${ms} ms, bit by bit`);
  return value;
}

// ---- While it does not run: a manifest, a list, a chunk in a file of its own, a small file ----

const before = readFileSync(sealed);
check((await node.stop()).code === 0, "it is stopped");
const places = placesOf();
check(Object.values(places).every((at) => at > 100), `what is to rot was found: ${JSON.stringify(places)}`);
for (const at of Object.values(places)) flip(database, at);
flip(sealed, 5 * CHUNK + 777);
setRate("50M");
node = await new Node({ data: node.data, args }).start();
const told = await mended("four places on the disk", 4); // the chunk is judged once its list is back
check(told.every(({ message }) => /the disk did not keep/.test(message)), `${told.length} places are told of`);
check(readFileSync(sealed).equals(before), "the sealed file is what it was, to the byte");
const { scrub } = (await node.get("/api/v1/snapshot")).content;
check(scrub.passes >= 1 && scrub.faults === 0 && scrub.bytes > 3 << 20 && scrub.endedAt > 0 && !scrub.running && scrub.bytesPerSecond === 50 << 20,
  `the snapshot tells of it: ${JSON.stringify(scrub)}`);
check((await node.events()).some(({ code }) => code === "content-scrubbed"), "and an event says when all was read");
check((await metricOf(node, "skep_content_faults_total")) === 4 && (await metricOf(node, "skep_content_scrub_passes_total")) === scrub.passes, "and the metrics");

// ---- While it runs; a pass begins when it is allowed again ----

const reload = async (rate) => {
  setRate(rate);
  node.signal("SIGHUP");
  await until(`scrub-rate is ${rate}`, 5000, async () => (await node.get("/api/v1/snapshot")).content.scrub.bytesPerSecond === (rate === "0" ? 0 : 20 << 20));
};
await reload("0");
flip(sealed, 11 * CHUNK + 1);
await reload("20M");
await mended("a byte while it runs", 5);
check(readFileSync(sealed).equals(before), "and again it is what it was");
for (const one of [author, node]) check((await one.stop()).code === 0, "it ended with 0");
