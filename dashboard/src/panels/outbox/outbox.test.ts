/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readWaiting } from "../../data/outbox";
import { readShut } from "../../data/quarantine";
import * as words from "../../text/outbox";
import { causeOf } from "../../text/quarantine";

const told = (from: object): string => {
  const row = readWaiting({ id: "a".repeat(64), kind: "file", ...from });
  return row === null ? "" : words.waitsFor(row);
};

test("for whom it waits, in words; a word from a later node is shown as it is", () => {
  assert.equal(told({ waitsFor: "a-neighbour" }), "Waits for a linked peer to take it");
  assert.equal(told({ waitsFor: "holders", seen: 1, target: 3 }), "Waits for 2 more nodes to hold it: 1 of 3 do");
  assert.equal(told({ waitsFor: "holders" }), "Waits for more nodes to hold it");
  assert.equal(told({ waitsFor: "a-provider" }), "Wanted here, and nobody in sight has it");
  assert.equal(told({ waitsFor: "fine-weather" }), "Waits for fine weather");
  assert.equal(told({}), "For whom is not known");
  assert.equal(readWaiting({ kind: "file" }), null);
});

test("what has no name is called by its id, and what is of a kind nobody knows is a record", () => {
  const row = readWaiting({ id: "a".repeat(64), kind: "parcel", name: "" });
  assert.ok(row !== null);
  assert.equal(words.nameOf(row), "aaaa…aaaa");
  assert.equal(words.kindOf(row.kind), "Record");
});

test("what did not verify is read with dashes for what nobody knows", () => {
  assert.equal(readShut({ cause: "x" }), null);
  const shut = readShut({ number: 4, firstDifference: 0, at: 0, size: "1" });
  assert.deepEqual([shut?.number, shut?.firstDifference, shut?.at, shut?.size, shut?.sender], [4, 0, null, null, null]);
  assert.equal(causeOf("chunk-other"), "A chunk that is not the one asked for");
  assert.equal(causeOf("chunk-list-id"), "A list of chunks that is not the one asked for");
  assert.equal(causeOf("no-such-word"), "No such word");
  assert.equal(causeOf(null), "Its cause is not known");
});
