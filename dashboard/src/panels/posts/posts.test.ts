/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Post, readPost } from "../../data/posts";
import { readFile } from "../../data/stored_file";
import * as words from "../../text/posts";
import { attachable, hindrance, isLong, newestFirst, sizeOf, tagsIn } from "./select";

const makePost = (own: object = {}): Post => {
  const post = readPost({ id: "a", text: "Words", at: 1_000, version: 1, author: "n".repeat(32), ...own });
  assert.ok(post !== null);
  return post;
};
const draft = (own: object = {}) => ({ text: "Words", tags: [], attachments: [], ...own });

test("a post is read with what is not known of it as null, and odd members cost no more than themselves", () => {
  assert.equal(readPost({ text: "no id" }), null);
  const odd = makePost({ text: 7, at: 0, version: "2", tags: ["a", 1], attachments: "b", conflicts: null, signature: "yes" });
  assert.deepEqual([odd.text, odd.at, odd.version, odd.tags, odd.attachments, odd.conflicts], ["", null, null, ["a"], [], []]);
  assert.equal(odd.of, "a", "of itself");
  assert.equal(odd.isVerified, false);
  assert.equal(odd.isDeleted, false);
});

test("the newest comes first, and equal ones keep their places", () => {
  const posts = [makePost({ id: "b", at: 5 }), makePost({ id: "a", at: 5 }), makePost({ id: "c", at: 9 }), makePost({ id: "d", at: 0 })];
  assert.equal(newestFirst(posts).map(({ id }) => id).join(""), "cabd");
});

test("who wrote it: the name is a claim, and the id stands where there is none", () => {
  assert.equal(words.authorOf(makePost({ isOurs: true, name: "Ann" })), "You");
  assert.equal(words.authorOf(makePost({ name: "Ann\u202e" })), "Ann[U+202E]");
  assert.equal(words.authorOf(makePost({ userId: "u".repeat(32) })), "uuuu…uuuu");
  assert.equal(words.authorOf(makePost({ author: null })), "Somebody");
  assert.equal(words.versionOf(1), "");
  assert.equal(words.versionOf(null), "");
  assert.equal(words.versionOf(3), "edited, version 3");
  assert.equal(words.startOf(makePost({ text: " \n" })), "without words");
  assert.equal(words.startOf(makePost({ text: "one\ntwo" })), "one");
});

test("tags are taken out of what was typed, once each", () => {
  assert.deepEqual(tagsIn(" #river, pumps  ##river ,"), ["river", "pumps"]);
  assert.deepEqual(tagsIn(" , "), []);
});

test("a draft is held to the bounds of a post, in bytes", () => {
  assert.equal(hindrance(draft()), null);
  assert.equal(hindrance(draft({ text: " \n" })), words.emptyDraft);
  assert.equal(hindrance(draft({ text: "", attachments: ["a"] })), null, "files speak for themselves");
  assert.equal(sizeOf("ä€"), 5);
  assert.equal(hindrance(draft({ text: "ä".repeat(8_192) })), null);
  assert.equal(hindrance(draft({ text: "ä".repeat(8_193) })), words.tooLong);
  assert.equal(hindrance(draft({ tags: Array.from({ length: 17 }, (_, at) => `${at}`) })), words.tooManyTags);
  assert.match(hindrance(draft({ tags: ["ä".repeat(33)] })) ?? "", /longer than 64 bytes/);
});

test("files that are here can be attached, the newest first, and each once", () => {
  const file = (id: string, own: object = {}) => readFile({ id, state: "held", name: `file ${id}`, at: 1, ...own });
  const files = [file("a"), file("b", { at: 9 }), file("c", { state: "known" }), file("d", { state: "fetching" })].filter((one) => one !== null);
  const found = (attached: string[], find: string) => attachable(files, attached, find).map(({ id }) => id).join("");
  assert.equal(found([], ""), "ba");
  assert.equal(found(["b"], ""), "a");
  assert.equal(found([], "FILE A"), "a");
  assert.equal(found([], "b"), "b");
});

test("long posts are folded, by their lines too", () => {
  assert.equal(isLong("x".repeat(600)), false);
  assert.equal(isLong("x".repeat(601)), true);
  assert.equal(isLong("\n".repeat(7)), false);
  assert.equal(isLong("\n".repeat(8)), true);
});
