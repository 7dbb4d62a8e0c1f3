// SPDX-License-Identifier: Apache-2.0
// Posts: written, edited, taken back; what a node keeps of them, also over kill -9; conflicts between two nodes of one
// user; and that nobody changes what is not his.
//
//   posts.mjs SKEP

import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { add, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, freePort, until } from "./lib/skep.mjs";

const MISSING = "0".repeat(64);

async function allOf(node, limit = 100) {
  const posts = [];
  for (let cursor = ""; cursor !== null; ) {
    const page = await node.get(`/api/v1/posts?limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`);
    posts.push(...page.items);
    cursor = page.next;
  }
  return posts;
}
const post = async (node, body) => {
  const { status, json } = await node.post("/api/v1/posts", body);
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(json)}`);
  return json;
};
const textsOf = async (node) => (await allOf(node)).map(({ text }) => text);
const refused = async (node, body, status, code) => {
  const answer = await node.post("/api/v1/posts", body);
  check(answer.status === status && answer.json.code === code, `${status} ${code}: ${JSON.stringify(body).slice(0, 70)}`);
};

// ---- One node ----

const ports = [await freePort(), await freePort()];
const first = new Node({ args: ["--listen", `127.0.0.1:${ports[0]}`] });
await first.start();
const one = await post(first, { text: "one", tags: ["a", "b"], attachments: [MISSING] });
check(one.version === 1 && one.of === one.id, "a post is the first version of itself");
const two = await post(first, { text: "two" });
check(two.at > one.at, "what is written later says so");
const listed = (await allOf(first)).find(({ id }) => id === one.id);
const { userId } = await first.get("/api/v1/node");
check(listed.isOurs && listed.userId === userId && listed.author === userId, "it is by the node's user");
check(listed.tags.join() === "a,b" && listed.attachments.join() === MISSING, "with its tags and attachments");
check((await textsOf(first)).join() === "two,one", "newest first");

const oneLater = await post(first, { text: "one, later", of: one.id });
check(oneLater.version === 2 && oneLater.of === one.id, "an edit is a later version");
const oneLast = await post(first, { text: "one, last", of: oneLater.id });
check(oneLast.version === 3 && oneLast.of === one.id, "also of a later version, by its own id");
check((await post(first, { text: "one, very last", of: one.id })).version === 4, "and by the first one's, which is gone");
check((await textsOf(first)).join() === "one, very last,two", "only the last one is kept");
await post(first, { of: two.id, deleted: true });
const gone = (await allOf(first)).find(({ of }) => of === two.id);
check(gone.deleted && gone.text === "" && gone.version === 2, "a deletion leaves no text");

await refused(first, { text: "x", of: MISSING }, 404, "post-absent");
await refused(first, { text: "x".repeat(16385) }, 400, "post-malformed");
await refused(first, { text: "x".repeat(300000) }, 400, "post-malformed");
await refused(first, { deleted: true }, 400, "post-malformed");
await refused(first, {}, 400, "post-malformed");
await refused(first, { text: "x", tags: ["t".repeat(65)] }, 400, "post-malformed");
await refused(first, { text: "x", attachments: ["nothing"] }, 400, "post-malformed");
await refused(first, { text: "x", attachments: Array(17).fill(MISSING) }, 400, "post-malformed");
check((await first.call("/api/v1/posts?cursor=x")).status === 400, "a cursor that is none is refused");
const largest = '"'.repeat(16384);
await refused(first, { text: "\u0001".repeat(16384) }, 400, "post-malformed"); // as a record it is over 64 KiB
const large = await post(first, { text: largest });
check((await allOf(first)).find(({ id }) => id === large.id).text === largest, "the largest text comes back as it was");

// ---- Many at once, kill -9, and what was acknowledged is there, once ----

const acknowledged = new Map();
let isKilled = false;
const writers = [...Array(8).keys()].map(async (writer) => {
  for (let i = 0; i < 200 && !isKilled; i++) {
    const text = `${writer} ${i}`;
    const answer = await first.post("/api/v1/posts", { text }).catch(() => null);
    if (answer?.status === 201) acknowledged.set(answer.json.id, { text, at: answer.json.at });
    if (acknowledged.size === 150) isKilled = Boolean(await first.kill());
  }
});
await Promise.all(writers);
await first.start();
const { value: kept } = await until("they are there again", 10000, async () => {
  const posts = await allOf(first, 37);
  return posts.length >= acknowledged.size ? posts : null;
});
const byId = new Map(kept.map((each) => [each.id, each]));
check(byId.size === kept.length, `${kept.length} posts, none twice`);
check([...acknowledged].every(([id, { text }]) => byId.get(id)?.text === text), `${acknowledged.size} were acknowledged, and are there`);
check(new Set(kept.map(({ at }) => at)).size === kept.length && kept.every(({ at }, i) => i === 0 || at < kept[i - 1].at), "no two at a time, in order");
check((await allOf(first)).find(({ of }) => of === two.id).deleted, "what was taken back stays so");

// ---- The command line ----

const cli = await skep(first, "post", ["--tag", "bees", "from the command line"]);
const cliId = cli.out.trim();
check(cli.code === 0 && /^[0-9a-f]{64}$/.test(cliId), "skep post prints the id");
check((await skep(first, "post", ["--edit", cliId.slice(0, 12), "-"], { input: "from standard input\n" })).code === 0, "skep post --edit finds it by its first digits");
const shown = await skep(first, "posts");
check(shown.code === 0 && shown.out.includes("from standard input") && !shown.out.includes("from the command line"), "skep posts shows it");
check((await skep(first, "post", ["--edit", cliId.slice(0, 12), "--tag", "hive", "edited\ntwice"])).code === 0, "also after an edit, by those of the first version");
check(/ hive .* edited twice$/m.test((await skep(first, "posts")).out), "skep posts shows its tags, and its lines on one");
check((await skep(first, "post", ["--delete", cliId])).code === 0, "skep post --delete");
check(/deleted/.test((await skep(first, "posts")).out), "and says so");
for (const args of [[], ["--delete", cliId, "x"], ["--edit", "zz", "x"], ["--edit", cliId, "--delete", cliId, "x"], [""], ["--tag", "", "x"], ["--tag", "t".repeat(65), "x"], ["one", "two"]])
  check((await skep(first, "post", args)).code === 2, `skep post ${args.join(" ").slice(0, 30)} is refused`);
check(/"two" is one word too many/.test((await skep(first, "post", ["one", "two"])).err), "a text of two words has to be quoted");
check((await skep(first, "post", ["-"], { input: "\n" })).code === 2, "nothing on standard input is refused, too");
const overlong = await skep(first, "post", ["-"], { input: "x".repeat(16386) });
check(overlong.code === 2 && /more than 16 KiB/.test(overlong.err), "and so is more than 16 KiB");
check((await skep(first, "post", ["--edit", MISSING, "x"])).code === 1, "there is no such post");
const [{ id: fileId }] = await add(first, [writeFile(join(folder(), "a file"), 5000, "a file")]);
const attached = await skep(first, "post", ["--json", "--attach", fileId.slice(0, 10), "see the file"]);
check(attached.code === 0, "a file is attached by its first digits");
check((await allOf(first)).find(({ id }) => id === JSON.parse(attached.out).id).attachments.join() === fileId, "whose id is in the post");
check((await skep(first, "posts")).out.includes(` ${fileId.slice(0, 12)} `), "and in what skep posts shows");
check((await skep(first, "post", ["--attach", fileId, ""])).code === 0, "a file may stand for a text");

// ---- Another user ----

const stranger = new Node({ args: ["--listen", `127.0.0.1:${ports[1]}`, "--peer", `${first.nodeId}@${first.listen}`] });
await stranger.start();
await until("they are linked", 15000, async () => (await stranger.openLinks()).length === 1);
const fresh = await post(first, { text: "for everybody" });
await until("it came", 15000, async () => (await textsOf(stranger)).includes("for everybody"));
const theirs = (await allOf(stranger)).find(({ id }) => id === fresh.id);
check(!theirs.isOurs && theirs.userId === userId && theirs.signature === "verified", "it is somebody else's there");
await refused(stranger, { text: "mine now", of: fresh.id }, 403, "post-not-ours");
await refused(stranger, { of: fresh.id, deleted: true }, 403, "post-not-ours");
check((await skep(stranger, "post", ["--edit", fresh.id, "mine now"])).code === 1, "skep post --edit says no, too");
await post(first, { text: "for everybody, again", of: fresh.id });
await until("the edit came", 15000, async () => (await textsOf(stranger)).includes("for everybody, again"));
check(!(await textsOf(stranger)).includes("for everybody"), "and took the other's place");
await stranger.kill();
await stranger.start();
await until("it is there after kill -9", 10000, async () => (await textsOf(stranger)).includes("for everybody, again"));
check((await stranger.stop()).code === 0, "the stranger ended with 0");

// ---- Two nodes of one user, apart, write the same version ----

const data = folder();
mkdirSync(join(data, "identity"), { recursive: true, mode: 0o700 });
copyFileSync(join(first.data, "identity", "user.key"), join(data, "identity", "user.key"));
const twin = new Node({ data, args: ["--listen", `127.0.0.1:${ports[1]}`, "--peer", `${first.nodeId}@${first.listen}`] });
await twin.start();
check((await twin.get("/api/v1/node")).userId === userId, "which is a node of the same user");
await until("they are linked", 15000, async () => (await twin.openLinks()).length === 1);
const shared = await post(first, { text: "shared" });
await until("both have it", 15000, async () => (await textsOf(twin)).includes("shared"));
await first.post("/api/v1/operations", { action: "network.disable", confirmWithinMs: 600000 });
await until("they are apart", 15000, async () => (await twin.openLinks()).length === 0);
const here = await post(first, { text: "edited here", of: shared.id });
const there = await post(twin, { text: "edited there", of: shared.id });
check(here.version === 2 && there.version === 2, "both are version 2");
await first.post("/api/v1/operations", { action: "network.enable" });
const ofShared = async (node) => (await allOf(node)).find(({ of }) => of === shared.id);
const { value: standing } = await until("both know of both", 30000, async () => {
  const [mine, its] = [await ofShared(first), await ofShared(twin)];
  return mine?.conflicts.length === 1 && its?.conflicts.length === 1 ? [mine, its] : null;
});
check(standing[0].id === standing[1].id && standing[0].conflicts[0] === standing[1].conflicts[0], "the same one stands on both");
check(standing[0].id === there.id && standing[0].text === "edited there", "the later of the two");
check(/conflict with 1 other/.test((await skep(first, "posts")).out), "skep posts says that there is a conflict");
const settled = await post(first, { text: "settled", of: shared.id });
check(settled.version === 3, "the next edit is later than both");
await until("it ends the conflict", 30000, async () => {
  const posts = [await ofShared(first), await ofShared(twin)];
  return posts.every((each) => each?.id === settled.id && each.conflicts.length === 0);
});
for (const node of [first, twin]) check((await node.stop()).code === 0, "it ended with 0");
