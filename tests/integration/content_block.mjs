// SPDX-License-Identifier: Apache-2.0
// What the caretaker forbids ends a transfer at once: from the API's answer to the last slice that comes from the peer
// is measured; taken back, the transfer goes on where it was, by itself.
//
//   content_block.mjs SKEP MEBIBYTES

import { add, dataIn, filesOf, hashOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, pause, until } from "./lib/skep.mjs";

const MIB = 1 << 20;
const size = Number(process.argv[3] ?? 192) * MIB;
const WITHIN_MS = 1000;
const WATCH_MS = 1600; // longer than anything that is only late

const author = await new Node().start();
const getter = await new Node({ args: ["--peer", `${author.nodeId}@${author.listen}`] }).start();
const isLinked = async () => (await getter.openLinks()).length === 1 && (await author.openLinks()).length === 1;
await until("they are linked", 60000, isLinked);
const path = writeFile(folder(), size, "block");
const [{ id }] = await add(author, [path]);
const here = async () => (await filesOf(getter)).get(id);

const operate = async (node, body) => {
  const answer = await node.post("/api/v1/operations", body);
  if (answer.status !== 202) throw new Error(`${JSON.stringify(body)}: ${answer.status} ${answer.body}`);
  return { at: performance.now(), id: answer.json.id };
};
/** How long after that moment slices still came, as the getter counts them. */
async function lastSlice(since) {
  let bytes = await dataIn(getter);
  let last = since;
  while (performance.now() < since + WATCH_MS) {
    const now = await dataIn(getter);
    if (now > bytes) last = performance.now();
    bytes = now;
    await pause(5);
  }
  return last - since;
}

const nodeOf = (node) => ({ nodeId: node.nodeId });
const bans = [
  ["the getter blocks the sender", getter, { action: "block.add", target: nodeOf(author), params: { direction: "all" } }, { action: "block.remove", target: nodeOf(author) }],
  ["the sender blocks the getter", author, { action: "block.add", target: nodeOf(getter), params: { direction: "all" } }, { action: "block.remove", target: nodeOf(getter) }],
  ["the sender isolates itself", author, { action: "isolate.on" }, { action: "isolate.off" }],
  ["the getter's network is off", getter, { action: "network.disable" }, { action: "network.enable" }],
];
await skep(getter, "get", ["--no-wait", id]);
let before = 0;
let cuts = 0;
for (const [what, node, forbid, allow] of bans) {
  await until("slices come", 60000, async () => (await dataIn(getter)) > before);
  const { at } = await operate(node, forbid);
  const ms = await lastSlice(at);
  const file = await here();
  check(file.state === "fetching", `${what} in the middle of it: at ${((file.chunksHere ?? 0) / file.chunks * 100).toFixed(0)} %`);
  check(ms < WITHIN_MS, `the last slice came ${ms.toFixed(0)} ms after the answer`);
  before = await dataIn(getter);
  await operate(node, allow);
  // The link comes back by itself; only that three ends within a minute hold it down is not waited for.
  if (++cuts >= 3) await operate(getter, { action: "link.connect", target: { ...nodeOf(author), address: author.listen } });
}
// The getter named the sender by --peer: that is a peer of its caretaker's, whom isolation lets stay. Pauses cut no link.
for (const [what, forbid, allow] of [["isolation", "isolate.on", "isolate.off"], ["a pause", "pause.all", "resume"]]) {
  await operate(getter, { action: forbid });
  before = await dataIn(getter);
  await until("slices come", 60000, async () => (await dataIn(getter)) > before || (await here()).state === "held");
  check(true, `${what} of the getter leaves it the peers it was given, and what comes from them`);
  await operate(getter, { action: allow });
}
await until("it goes on by itself to the end", 180000, async () => {
  const { state, chunksHere, chunks, trouble } = await here();
  if (state === "held") return true;
  throw new Error(`${chunksHere} of ${chunks} chunks, ${(await getter.openLinks()).length} links, trouble: ${trouble}`);
});
const out = folder();
check((await skep(getter, "get", [id, "-o", out])).code === 0 && (await hashOf(out)) === (await hashOf(path)), "and is bit by bit what it was");
for (const node of [author, getter]) check((await node.stop()).code === 0, "it ended with 0");
