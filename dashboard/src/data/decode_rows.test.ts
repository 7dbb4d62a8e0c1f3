/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readLink } from "./decode_rows";

const ends = {
  own: { kind: "host", address: "10.0.0.3:4100" },
  peer: { kind: "relay", address: "203.0.113.5:50000" },
};

test("the candidates of a link by WebRTC are this end's and the peer's", () => {
  assert.deepEqual(readLink({ id: "1", candidates: ends })?.candidates, [ends.own, ends.peer]);
  assert.equal(readLink({ id: "1", candidates: null })?.candidates, null);
  assert.equal(readLink({ id: "1" })?.candidates, null);
});

test("what is missing of a candidate is not made up", () => {
  const nothing = { kind: null, address: null };
  assert.deepEqual(readLink({ id: "1", candidates: { own: 7 } })?.candidates, [nothing, nothing]);
});

test("a link without an id is dropped", () => {
  assert.equal(readLink({ candidates: ends }), null);
});
