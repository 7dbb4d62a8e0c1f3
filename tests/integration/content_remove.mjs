// SPDX-License-Identifier: Apache-2.0
// Files that are removed from a node by hand: published, fetched, on their way, wanted by a wrong id, held for others.
// They stay away over kill -9 right after the answer, come back when they are wanted, and the last copy that is known of
// goes by force alone.
//
//   content_remove.mjs SKEP

import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { add, filesOf, hashOf, metricOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, freePort, until } from "./lib/skep.mjs";

const MIB = 1 << 20;
const WAIT_MS = 30000;
const port = await freePort();
const author = await new Node({ args: ["--listen", `127.0.0.1:${port}`, "--upload-rate", "4M"] }).start();
const second = await new Node({ args: ["--peer", `${author.nodeId}@${author.listen}`] }).start();
const linked = () => until("they are linked", WAIT_MS, async () => (await second.openLinks()).length === 1);
await linked();
const work = folder();
let made = 0;
const publish = async (size, target) => {
  const path = writeFile(join(work, `${++made}`), size, `remove ${made}`);
  return { path, size, id: (await add(author, ["--target", `${target}`, path]))[0].id };
};
const stateOf = async (node, id) => (await filesOf(node)).get(id)?.state ?? "none";
const becomes = (node, id, state) => until(`it is ${state}`, WAIT_MS, async () => (await stateOf(node, id)) === state);
const remove = (node, ...args) => skep(node, "remove", args);
const askToRemove = (node, id, query = "") => node.call(`/api/v1/files/${id}${query}`, { method: "DELETE" });
const sealedFiles = (node) => readdirSync(join(node.data, "content", "files"), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length;
const usedBy = async (node) => (await node.get("/api/v1/content")).bytesUsed;

// ---- What was fetched, and the last copy ----

const [small, large] = [await publish(20000, 1), await publish(3 * MIB, 1)];
for (const { id, size } of [small, large]) {
  check((await skep(second, "get", [id])).code === 0, `${size} bytes are fetched`);
  for (const node of [author, second]) await until("each knows of the other copy", WAIT_MS, async () => (await filesOf(node)).get(id).redundancy?.seen === 2);
}
const before = await usedBy(second);
const both = await remove(second, small.id.slice(0, 12), large.id);
check(both.code === 0 && both.out.trim().split("\n").length === 2, both.out.trim().split("\n").join("; "));
for (const { id } of [small, large]) check((await stateOf(second, id)) === "known", "only its manifest is still known");
check(before - (await usedBy(second)) >= small.size + large.size && sealedFiles(second) === 0, "and its bytes are gone from the disk");
const again = await remove(second, small.id);
check(again.code === 1 && /not here/.test(again.err), `once more: ${again.err.trim().split("\n")[0]}`);
await until("the author heard of it", WAIT_MS, async () => (await filesOf(author)).get(large.id).redundancy?.seen === 1);
const last = await remove(author, large.id, "--json");
check(last.code === 4 && JSON.parse(last.out).code === "last-copy" && /--force/.test(last.err), `the last copy: ${last.err.trim().split("\n")[0]}`);
check((await stateOf(author, large.id)) === "held", "which stays");
check((await skep(second, "get", [large.id, "-o", join(work, "back")])).code === 0 && (await hashOf(join(work, "back"))) === (await hashOf(large.path)), "wanted again it comes again, bit by bit");

// ---- What is on its way, and what nobody has ----

const slow = await publish(40 * MIB, 1);
await skep(second, "get", ["--no-wait", slow.id]);
await until("some of it is here", WAIT_MS, async () => ((await filesOf(second)).get(slow.id)?.chunksHere ?? 0) > 0);
check((await stateOf(second, slow.id)) === "fetching", "a large file is on its way");
check((await remove(second, slow.id)).code === 0 && (await stateOf(second, slow.id)) === "known", "removed, it is wanted no longer");
check(sealedFiles(second) === 1, "and what had come of it is gone");
const wrong = "0123456789abcdef".repeat(4);
await skep(second, "get", ["--no-wait", wrong]);
check((await stateOf(second, wrong)) === "fetching", "an id with a mistake in it is wanted");
const gone = await remove(second, "012345", "abcdef", "--json");
check(gone.code === 1 && gone.out === `{"id":"${wrong}","isRemoved":true}\n`, "it can be taken back; what begins no id does not keep it");
check((await stateOf(second, wrong)) === "none", "and is in no list any more");
check((await remove(second, "no id")).code === 2 && (await remove(second)).code === 2, "what is no id is a mistake on the command line");

// ---- While it is read ----

await until("the author gives out none of it any more", WAIT_MS, async () => (await stateOf(second, slow.id)) === "known");
const [host, apiPort] = author.api.split(":");
const cut = await new Promise((resolve, reject) => {
  const query = request({ host, port: apiPort, path: `/api/v1/files/${slow.id}`, headers: { authorization: `Bearer ${author.token}` } });
  query.on("error", reject);
  query.on("response", (response) => {
    let size = 0;
    response.on("error", () => resolve(size));
    response.once("readable", async () => {
      const { status } = await askToRemove(author, slow.id, "?force=true");
      if (status !== 204) reject(new Error(`${status}`));
      response.on("data", (bytes) => (size += bytes.length));
      response.on("close", () => resolve(size));
    });
  });
  query.end();
});
check(cut > 0 && cut < slow.size, `a reading under way ends: ${cut} of ${slow.size} bytes`);
check((await author.get("/api/v1/content")).held > 0, "and the node goes on");

// ---- kill -9 right after the answer ----

await skep(second, "get", ["--no-wait", wrong]);
const own = [await publish(10000, 1), await publish(2 * MIB, 1)];
for (const { id } of own) check((await askToRemove(author, id, "?force=true")).status === 204, "removed by force");
await author.kill();
check((await askToRemove(second, wrong)).status === 204 && (await askToRemove(second, large.id, "?force=true")).status === 204, "and elsewhere");
await second.kill();
await author.start();
await second.start();
await linked();
for (const { id } of own) check((await stateOf(author, id)) === "known", "after kill -9 it stays removed");
check((await stateOf(second, wrong)) === "none" && (await stateOf(second, large.id)) === "known", "and so does what was fetched or wanted");
check(sealedFiles(second) === 0, "with nothing of it on the disk");

// ---- What a neighbour would have us hold ----

const offered = await publish(30000, 2);
await until("the other holds it, too", 90000, async () => (await stateOf(second, offered.id)) === "held");
for (const node of [author, second]) await until("each knows of the other", WAIT_MS, async () => (await filesOf(node)).get(offered.id).redundancy?.seen === 2);
const offers = () => metricOf(second, 'skep_messages_total{direction="inbound",message="offer"}');
const offersBefore = await offers();
check((await remove(second, offered.id)).code === 0, "what is held for others is removed");
await until("it is offered again", 90000, async () => (await offers()) > offersBefore);
for (let i = 0; i < 5; i++) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  if ((await stateOf(second, offered.id)) !== "known") throw new Error("it came back");
}
check(true, "and declined");
check((await second.events()).some(({ code }) => code === "file-removed"), "the events tell of what was removed");
check((await skep(second, "get", [offered.id])).code === 0, "wanted, it comes");

await second.stop();
await author.stop();
