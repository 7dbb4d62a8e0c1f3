/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readContent, shelfOf } from "../../data/content";
import { readFile, type Redundancy, type StoredFile } from "../../data/stored_file";
import { pathOf, type Upload } from "../../data/uploads";
import * as words from "../../text/content";
import { barWords, countsOf, meaningOf, nodesOf, seenMeans, seenOf, signedOf, verifiedMeans } from "../../text/copies";
import { visible, visibleText } from "../../text/visible";
import { overRoom, phaseOf, spoken } from "../../text/uploads";
import { roomOf } from "./room";
import { filterFiles, idsIn, isReadable, newestFirst, noFilter, shareOf, sortFiles } from "./select";

const makeFile = (own: Partial<StoredFile> = {}): StoredFile => ({
  id: "a",
  state: "held",
  name: "a.txt",
  mime: "text/plain",
  size: 10,
  author: "tjq4aaaaaaaaw6mz",
  isOurs: false,
  at: 1_000,
  readers: "public",
  target: 3,
  chunks: 4,
  chunksHere: 4,
  stage: "whole",
  sources: null,
  trouble: null,
  role: null,
  redundancy: null,
  ...own,
});
const copies = (own: Partial<Redundancy> = {}): Redundancy => ({
  target: 3,
  seen: 3,
  verified: 1,
  domains: 2,
  coming: 0,
  state: "ok",
  ...own,
});
const nothing = { name: null, size: null, author: null, at: null, readers: null, chunks: null, chunksHere: null };
const ids = (files: readonly StoredFile[]): string => files.map(({ id }) => id).join("");

test("a file is read with what is not known of it as null, and odd members cost no more than themselves", () => {
  assert.equal(readFile({ name: "no id" }), null);
  assert.deepEqual(readFile({ id: "a", state: "odd", readers: "all", size: "10", at: 0, stage: 7 }), {
    ...makeFile({ ...nothing, state: "fetching", mime: null, stage: null, target: null }),
  });
  assert.equal(readContent({ items: [] }), null);
  const page = readContent({ asOf: 5, held: 1, fetching: 0, bytesUsed: 9, bytesMax: null, items: [{ id: "a" }, 7], next: 500 });
  assert.deepEqual(page?.totals, { asOf: 5, held: 1, fetching: 0, known: null, bytesUsed: 9, bytesMax: null });
  assert.equal(page?.files.length, 1);
  assert.equal(page?.hasNext, true);
});

test("pages are one list; a file that moved between two stands in it once, as it was seen last", () => {
  const page = (files: StoredFile[], hasNext: boolean) => ({
    totals: { asOf: 5, held: 2, fetching: 0, known: null, bytesUsed: 0, bytesMax: null },
    files,
    hasNext,
  });
  const shelf = shelfOf([
    page([makeFile({ id: "a" }), makeFile({ id: "b", state: "fetching" })], true),
    page([makeFile({ id: "b" })], false),
  ]);
  assert.deepEqual(shelf?.files.map(({ id, state }) => [id, state]), [["a", "held"], ["b", "held"]]);
  assert.equal(shelf?.isPart, false);
  assert.equal(shelfOf([page([], true)])?.isPart, true);
  assert.equal(shelfOf([]), null);
});

test("what is under way comes first, then the newest; what is unknown comes last whichever way", () => {
  const files = [
    makeFile({ id: "a", at: 1 }),
    makeFile({ id: "b", at: 9 }),
    makeFile({ id: "c", at: null }),
    makeFile({ id: "d", at: 5, state: "fetching" }),
  ];
  assert.equal(ids(sortFiles(files, newestFirst)), "dbac");
  assert.equal(ids(sortFiles(files, { column: "at", falling: false })), "adbc");
  const sizes = [makeFile({ id: "a", size: null }), makeFile({ id: "b", size: 5 }), makeFile({ id: "c", size: 7 })];
  assert.equal(ids(sortFiles(sizes, { column: "size", falling: true })), "cba");
  assert.equal(ids(sortFiles(sizes, { column: "size", falling: false })), "bca");
  const names = [makeFile({ id: "a", name: "b10" }), makeFile({ id: "b", name: "B9" }), makeFile({ id: "c" })];
  assert.equal(ids(sortFiles(names, { column: "name", falling: false })), "cba", "as people count, not as bytes");
  const same = [makeFile({ id: "b" }), makeFile({ id: "a" })];
  assert.equal(ids(sortFiles(same, newestFirst)), "ab", "equal ones keep their places");
});

test("files are found by name, id, author and who may read them", () => {
  const files = [
    makeFile({ id: "aa", name: "Harvest.csv" }),
    makeFile({ id: "bb", readers: "community", isOurs: true }),
    makeFile({ id: "cc", ...nothing, state: "fetching", mime: null }),
  ];
  const found = (find: string) => ids(filterFiles(files, { ...noFilter, find }));
  assert.equal(found(" harvest "), "aa");
  assert.equal(found("cc"), "cc");
  assert.equal(found("the community"), "bb");
  assert.equal(found("you"), "bb");
  assert.equal(found(""), "aabbcc");
  assert.equal(ids(filterFiles(files, { ...noFilter, which: "fetching" })), "cc");
});

test("a share is known from the moment the size is", () => {
  assert.equal(shareOf(makeFile({ chunksHere: null })), 1, "what is held is whole");
  assert.equal(shareOf(makeFile({ state: "fetching", stage: "chunks", chunksHere: 1 })), 0.25);
  assert.equal(shareOf(makeFile({ state: "fetching", stage: "manifest" })), null);
  assert.equal(shareOf(makeFile({ ...nothing, state: "fetching", stage: "chunks" })), null);
});

test("how far a file is, in words", () => {
  const told = (own: Partial<StoredFile>) => words.progressOf(makeFile({ state: "fetching", ...own }));
  assert.equal(words.progressOf(makeFile()), "Here");
  assert.equal(told({ stage: "manifest" }), "Its manifest is awaited");
  assert.equal(told({ stage: "lists" }), "Its list of chunks is awaited");
  assert.equal(told({ stage: "chunks", chunks: 1_200, chunksHere: 30 }), "30 of 1,200 chunks");
  assert.equal(told({ stage: "chunks", chunks: null }), "Its chunks are awaited");
  assert.equal(told({ stage: "whole", chunksHere: 0 }), "Waits for its turn");
});

test("what is sealed for others has no name and cannot be read; what is unknown is no zero", () => {
  const sealed = makeFile(nothing);
  assert.equal(words.nameOf(sealed), "Sealed for others");
  assert.equal(isReadable(sealed), false);
  assert.equal(words.readersMeans(sealed), "not this node's user");
  assert.equal(words.nameOf({ ...sealed, state: "fetching" }), "Name not known yet");
  assert.equal(isReadable(makeFile({ state: "fetching" })), false);
  assert.equal(isReadable(makeFile()), true);
  assert.equal(nodesOf(null), "—");
  assert.equal(nodesOf(1), "1 node");
  assert.equal(words.authorOf(makeFile()), "tjq4…w6mz");
  assert.equal(roomOf(null, 5), null);
  assert.equal(roomOf(7, null), null);
  assert.equal(roomOf(7, 5), 0);
});

test("ids are taken out of whatever was pasted, once each", () => {
  const [a, b] = ["a".repeat(64), "0123456789abcdef".repeat(4)];
  assert.deepEqual(idsIn(` ${a}\n${b.toUpperCase()}, ${a}; `), { ids: [a, b], odd: [] });
  assert.deepEqual(idsIn(`${a} ${"g".repeat(64)} ${"a".repeat(63)}`).odd.length, 2);
  assert.deepEqual(idsIn("  "), { ids: [], odd: [] });
  assert.match(words.fetchOdd("x".repeat(99), 2), /^x{24}… is no id of a file, and 2 more are none: /);
});

test("what came of asking", () => {
  assert.equal(words.wantedText({ held: 0, fetching: 1, refused: 0 }), "1 file is on the way.");
  assert.equal(
    words.wantedText({ held: 1, fetching: 2, refused: 3 }),
    "2 files are on the way. 1 is here already. 3 were not taken: this node knows as many files as it can.",
  );
});

test("a name goes whole into the address of an upload, whatever is in it", () => {
  const address = new URL(pathOf("a+b & 100%?#/é.txt", { readers: "users", target: 5 }), "http://node/x/");
  assert.equal(address.pathname, "/x/api/v1/uploads");
  assert.deepEqual([...address.searchParams], [["name", "a+b & 100%?#/é.txt"], ["readers", "users"], ["target", "5"]]);
  assert.match(address.search, /a%2Bb%20%26/, "a plus is no space, and a space no plus");
});

test("an upload says how far it is; one without bytes is whole at once", () => {
  const upload = (own: Partial<Upload>): Upload => ({
    ...{ key: 1, name: "a", size: 2_048, wish: { readers: "public", target: 3 } },
    ...{ phase: "sending", bytesSent: 1_024, id: null, refusal: null },
    ...own,
  });
  assert.equal(phaseOf(upload({})), "1.0 KiB of 2.0 KiB, 50 %");
  assert.equal(phaseOf(upload({ size: 0, bytesSent: 0 })), "0 B of 0 B, 100 %");
  assert.equal(phaseOf(upload({ phase: "failed" })), "Not published");
  assert.equal(spoken(1, 2), "1 file is published. 2 files were not.");
  assert.equal(spoken(0, 0), "");
  assert.match(overRoom(2_048, 1_024), /^2\.0 KiB is more than the 1\.0 KiB that the budget has left/);
});

test("copies are read figure by figure; a node that tells none, and odd ones, are told apart from zero", () => {
  const read = (redundancy: unknown) => readFile({ id: "a", redundancy })?.redundancy;
  assert.equal(read(undefined), null);
  assert.equal(read(null), null);
  assert.equal(read("3"), null);
  assert.deepEqual(read({ target: 3, seen: 0, verified: null, domains: "2", coming: 1, state: "odd" }), {
    ...copies({ seen: 0, verified: null, domains: null, coming: 1, state: "unknown" }),
  });
  assert.equal(readFile({ id: "a", role: "owner" })?.role, null);
  assert.equal(readFile({ id: "a", role: "replica", state: "known" })?.state, "known");
});

test("what the copies come to, in words", () => {
  assert.equal(seenOf(copies({ seen: null })), "— of 3");
  assert.equal(meaningOf(copies()), "at its target");
  assert.equal(meaningOf(copies({ state: "under", seen: 1, coming: 2 })), "2 missing · 2 coming");
  assert.equal(meaningOf(copies({ state: "under", seen: null, coming: null })), "too few");
  assert.equal(meaningOf(copies({ state: "over", seen: 5 })), "2 more than wanted");
  assert.equal(meaningOf(copies({ state: "unknown", seen: null })), "not known yet");
  const seen = (own: number | null, state: StoredFile["state"] = "held") => seenMeans(makeFile({ state, redundancy: copies({ seen: own }) }));
  assert.match(seen(null), /^— it is not known yet who/);
  assert.equal(seen(1), "this node alone");
  assert.equal(seen(3), "3 nodes, this one among them");
  assert.equal(seen(1, "known"), "1 node that says it holds all of it");
  assert.equal(seen(0, "known"), "no node in sight");
  assert.match(verifiedMeans(null), /^— no other node/);
  assert.match(verifiedMeans(0), /^no other node yet; each is asked/);
  assert.equal(countsOf({ ok: 4, under: 0, over: 0, unknown: null }), "0 under it");
  assert.equal(barWords({ ok: 4, under: null, over: 0, unknown: 1 }), "4 at their target, — under it, 0 over it, 1 not known");
  assert.match(signedOf(makeFile({ ...nothing, state: "fetching", stage: "manifest" })), /^not known yet/);
  assert.match(signedOf(makeFile({ state: "known" })), /^verified: /);
});

test("files are chosen by their copies; the most missing come first, and those nobody knows of last", () => {
  const files = [
    makeFile({ id: "a", redundancy: copies({ seen: 5, state: "over" }) }),
    makeFile({ id: "b", redundancy: copies({ seen: 1, state: "under" }) }),
    makeFile({ id: "c" }),
    makeFile({ id: "d", redundancy: copies() }),
    makeFile({ id: "e", redundancy: copies({ target: 9, seen: 4, state: "under" }) }),
  ];
  const chosen = (own: object) => ids(filterFiles(files, { ...noFilter, ...own }));
  assert.equal(chosen({ copies: "under" }), "be");
  assert.equal(chosen({ copies: "unknown" }), "c");
  assert.equal(chosen({ copies: "ok" }), "d");
  assert.equal(chosen({ find: "over its target" }), "a");
  assert.equal(ids(sortFiles(files, { column: "copies", falling: false })), "ebdac");
  const away = makeFile({ id: "z", state: "known", at: 9_000 });
  assert.equal(ids(sortFiles([away, ...files.slice(0, 2)], newestFirst)), "abz", "what is not here comes after what is");
  assert.equal(words.progressOf(away), "Not here");
  assert.equal(words.nameOf({ ...away, name: null }), "Sealed for others");
});

test("names of strangers keep to their line and their direction", () => {
  assert.equal(words.nameOf(makeFile({ name: "invoice\u202egnp.exe" })), "invoice[U+202E]gnp.exe");
  assert.equal(visible("a\nb\u0000\u200b\u{E0041}"), "a[U+000A]b[U+0000][U+200B][U+E0041]");
  assert.equal(visible("שלום – naïve 👩‍🚀"), "שלום – naïve 👩‍🚀", "words of any language stay");
  assert.equal(visibleText("a\r\nb\tc\u202d\u200f"), "a\nb\tc[U+202D]\u200f");
});
