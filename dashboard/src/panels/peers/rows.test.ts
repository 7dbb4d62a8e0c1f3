/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLink, makePeer } from "../../../test/builders";
import type { Link, Peer } from "../../data/model";
import { heldOrder } from "../../parts/hold";
import { newestRows } from "../networking/select";
import { csvOf } from "./csv";
import { firstShown, tableEntries } from "./entries";
import { countGroups, filterRows, noFilter, type PeerRow, peerRows, sortRows } from "./rows";
import { sliceFor, wholeUpTo } from "./window";
import { worstInput } from "../../parts/meter_line";
import { rowWords } from "./words";

function rowsOf(links: readonly Link[], peers: readonly Peer[] = []): PeerRow[] {
  return peerRows(links, new Map(peers.map((peer) => [peer.nodeId, peer])));
}

const keys = (rows: readonly PeerRow[]): string[] => rows.map((row) => row.key);

test("a peer with a link is one row, by its best link", () => {
  const rows = rowsOf(
    [
      makeLink({ id: "1", nodeId: "a", state: "closed" }),
      makeLink({ id: "2", nodeId: "a", state: "open" }),
      makeLink({ id: "3", nodeId: "a", state: "dialing" }),
    ],
    [makePeer({ nodeId: "a" }), makePeer({ nodeId: "b" })],
  );
  assert.deepEqual(keys(rows), ["a", "b"]);
  assert.equal(rows[0]?.link?.id, "2");
});

test("two open links to one peer are two rows", () => {
  const rows = rowsOf([makeLink({ id: "1", nodeId: "a" }), makeLink({ id: "2", nodeId: "a" })]);
  assert.equal(countGroups(rows).connected, 2);
  assert.equal(new Set(keys(rows)).size, 2);
});

test("a link whose peer is not known yet is a row too", () => {
  const rows = rowsOf([makeLink({ id: "7", nodeId: null, state: "handshaking" })]);
  assert.deepEqual(keys(rows), ["link 7"]);
  assert.equal(rows[0]?.group, "trying");
});

test("groups tell linked, called and neither apart", () => {
  const rows = rowsOf(
    [
      makeLink({ id: "1", nodeId: "a" }),
      makeLink({ id: "2", nodeId: "b", state: "dialing" }),
      makeLink({ id: "3", nodeId: "c", state: "closed", reason: "timeout" }),
    ],
    [makePeer({ nodeId: "d", nextAttemptAt: 9 }), makePeer({ nodeId: "e" })],
  );
  assert.deepEqual(countGroups(rows), { connected: 1, trying: 2, not: 2 });
});

test("the weakest link comes first and the unknown last, both ways", () => {
  const rows = rowsOf([
    makeLink({ id: "1", nodeId: "a", strength: 97 }),
    makeLink({ id: "2", nodeId: "b", strength: null }),
    makeLink({ id: "3", nodeId: "c", strength: 34 }),
  ]);
  assert.deepEqual(keys(sortRows(rows, { column: "strength", falling: false })), ["c", "a", "b"]);
  assert.deepEqual(keys(sortRows(rows, { column: "strength", falling: true })), ["a", "c", "b"]);
});

test("text finds node, user and address", () => {
  const rows = rowsOf(
    [makeLink({ id: "1", nodeId: "abcd", address: "10.0.0.1:80" })],
    [makePeer({ nodeId: "efgh", userId: "maria", addrs: ["10.0.0.2:80"] })],
  );
  const find = (text: string) => keys(filterRows(rows, { ...noFilter, text }));
  assert.deepEqual(find("ABC"), ["abcd"]);
  assert.deepEqual(find("maria"), ["efgh"]);
  assert.deepEqual(find("10.0.0."), ["abcd", "efgh"]);
  assert.deepEqual(find("nobody"), []);
});

test("long groups of the unlinked are folded, links never", () => {
  const links = Array.from({ length: 40 }, (_, at) => makeLink({ id: `${at}`, nodeId: `l${at}` }));
  const peers = Array.from({ length: 40 }, (_, at) => makePeer({ nodeId: `p${at}` }));
  const heights = { row: 44, group: 29, detail: 100 };
  const entries = tableEntries(rowsOf(links, peers), "l3", new Set(), heights);
  const count = (kind: string) => entries.filter((entry) => entry.kind === kind).length;
  assert.equal(count("row"), 40 + firstShown);
  assert.equal(count("rest"), 1);
  assert.equal(count("detail"), 1);
});

test("only what can be seen of a long list is drawn, and the heights add up", () => {
  const entries = Array.from({ length: 1_000 }, () => ({ height: 44 }));
  const slice = sliceFor(entries, 4_400, 5_300);
  assert.ok(slice.end - slice.first < 50);
  assert.ok(slice.first <= 100 && slice.end >= 121);
  const drawn = (slice.end - slice.first) * 44;
  assert.equal(slice.above + drawn + slice.below, 44_000);
});

test("a short list is drawn whole", () => {
  const entries = Array.from({ length: wholeUpTo }, () => ({ height: 44 }));
  assert.equal(sliceFor(entries, 90_000, 91_000).end, wholeUpTo);
});

test("a held order keeps rows in place and puts new ones last", () => {
  const held = heldOrder(["new", "b", "a"], (key) => key, ["a", "gone", "b"]);
  assert.deepEqual(held, ["a", "b", "new"]);
});

test("a row without figures says what and why", () => {
  const [held] = rowsOf([], [makePeer({ nextAttemptAt: 52_000, reason: "view-full" })]);
  assert.ok(held !== undefined);
  assert.equal(rowWords(held, 10_000).what, "Next try in 0:42 · held back");
  assert.equal(rowWords(held, 10_000).why, "has all the links it wants · no address known");
  const [closed] = rowsOf([makeLink({ state: "closed", since: 6_000, reason: "timeout" })]);
  assert.ok(closed !== undefined);
  assert.equal(rowWords(closed, 10_000).what, "Closed 4 s ago: did not answer in time");
});

test("a peer that waits says for what, how often it was tried and when it is tried next", () => {
  const wait = { wait: "back-off", waitText: "waits, longer after each try in vain" };
  const own = { ...wait, failures: 3, nextAttemptAt: 52_000, reason: "timeout" };
  const [waiting] = rowsOf([], [makePeer(own)]);
  assert.ok(waiting !== undefined);
  assert.equal(waiting.group, "trying");
  const { what, why } = rowWords(waiting, 10_000);
  assert.equal(what, "Next try in 0:42 · waits, longer after each try in vain");
  assert.equal(why, "did not answer in time · tried 3 times in vain · no address known");
  assert.equal(rowWords(waiting, 60_000).what, "Next in line to be called");
});

test("a peer that nothing holds back is next, one that is not wanted is not tried", () => {
  const [next] = rowsOf([], [makePeer({ wait: "none", waitText: "is dialled soon", failures: 0 })]);
  assert.equal(next?.group, "trying");
  assert.equal(next === undefined ? "" : rowWords(next, 0).what, "Next in line to be called");
  const enough = { wait: "not-needed", waitText: "is not needed: there are links enough" };
  const [idle] = rowsOf([], [makePeer({ ...enough, failures: 1 })]);
  assert.equal(idle?.group, "not");
  assert.deepEqual(idle === undefined ? null : rowWords(idle, 0), {
    what: "Is not needed: there are links enough",
    why: "tried once in vain · no address known",
  });
});

test("a row keeps the time with the source it belongs to", () => {
  const link = makeLink({ learnedFrom: "beacon-1", learnedAt: 7 });
  const peer = makePeer({ learnedFrom: "cache", learnedAt: 9 });
  const [linked] = rowsOf([link], [peer]);
  assert.deepEqual([linked?.learnedFrom, linked?.learnedAt], ["beacon-1", 7]);
  const [known] = rowsOf([makeLink()], [peer]);
  assert.deepEqual([known?.learnedFrom, known?.learnedAt], ["cache", 9]);
});

test("the input that pulls a strength down is the one whose lack weighs most", () => {
  const well = { delay: 100, loss: 100, jitter: 100, handshakeAge: 100 };
  assert.equal(worstInput(well), null);
  assert.equal(worstInput({ ...well, delay: 80, jitter: 60 }), "delay");
  assert.equal(worstInput({ ...well, delay: 80, jitter: 50 }), "jitter");
  assert.equal(worstInput({ delay: null, loss: null, jitter: null, handshakeAge: null }), null);
});

test("CSV leaves the unknown empty and defuses formulas", () => {
  const rows = rowsOf([makeLink({ userId: '=HYPERLINK("x")', rttMs: 1.5 })]);
  const line = csvOf(rows).split("\n")[1] ?? "";
  assert.ok(line.startsWith(`connected,node-1,"'=HYPERLINK(""x"")",,,1.5,,`), line);
});

test("the newest come first: links, then who is called, then who was seen", () => {
  const links = [
    makeLink({ id: "1", nodeId: "a", since: 10 }),
    makeLink({ id: "2", nodeId: "b", since: 20 }),
    makeLink({ id: "3", nodeId: "c", since: 99, state: "dialing" }),
  ];
  const peers = new Map(
    [1, 2, 3, 4].map((at) => [`p${at}`, makePeer({ nodeId: `p${at}`, lastSeenAt: 50 + at })]),
  );
  assert.deepEqual(
    newestRows(peerRows(links, peers)).map(({ nodeId }) => nodeId),
    ["b", "a", "c", "p4", "p3", "p2"],
  );
});
