/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  makeBlock,
  makeControl,
  makeOperation,
  makePending,
  makeTarget,
} from "../../test/builders";
import { decode } from "./decode";
import { readImpact } from "./decode_control";
import type { Operation } from "./model_control";
import { emptyState, reduce, type State } from "./reduce";

const off = makeOperation({
  action: "network.disable",
  state: "awaiting-confirm",
  revertsAt: 160_000,
  settings: [{ control: "network", on: false, wasOn: true }],
});
const before: State = {
  ...emptyState,
  controls: [makeControl({ name: "network", on: true }), makeControl()],
  operations: [],
};

function after(state: State, operation: Operation): State {
  return reduce(state, { kind: "answer", operation }, 0);
}

test("what a call answers counts at once", () => {
  const state = after(before, off);
  assert.deepEqual(state.operations, [off]);
  const network = makeControl({
    name: "network",
    on: false,
    resting: false,
    operation: "op-1",
    revertsAt: 160_000,
  });
  assert.deepEqual(state.controls?.[0], network);
  assert.equal(state.controls?.[1], before.controls?.[1]);
});

test("what was taken back puts its switch back, unless another holds it", () => {
  const back = makeOperation({ ...off, state: "reverted", revertsAt: null, keepBy: null });
  const state = after(after(before, off), back);
  assert.deepEqual(state.controls?.[0], before.controls?.[0]);
  const held = { ...before, controls: [makeControl({ name: "network", operation: "op-2" })] };
  assert.equal(after(held, back).controls?.[0]?.operation, "op-2");
});

test("the deadline of an operation is remembered when it is over", () => {
  const text = JSON.stringify({
    asOf: 5,
    panels: { operations: { items: [{ id: "op-1", state: "reverted", endedAt: 160_000 }] } },
  });
  const message = decode("delta", text);
  assert.ok(message?.kind === "delta");
  const state = reduce(after(before, off), message, 0);
  assert.equal(state.operations?.[0]?.keepBy, 160_000);
  assert.equal(state.operations?.[0]?.revertsAt, null);
});

test("a delta without operations leaves them as they are", () => {
  const message = decode("delta", '{"asOf":5,"panels":{"mesh":{}}}');
  assert.ok(message?.kind === "delta");
  const held = after(before, off);
  assert.equal(reduce(held, message, 0).operations, held.operations);
});

test("an impact that does not speak of links is none", () => {
  assert.equal(readImpact({}), null);
  assert.equal(readImpact({ impact: { linksCut: 1 } }), null);
  const told = readImpact({ impact: { linksCut: 1, linksLeft: 2, caretakerAccess: true } });
  assert.equal(told?.transfersHurt, 0);
});

test("blocks and who waits are read, and what is odd among them is left out", () => {
  const text = JSON.stringify({
    asOf: 5,
    panels: {
      blocks: { items: [{ kind: "user", userId: "u", direction: "in", hits: 2 }, { kind: "star" }] },
      pending: { items: [{ nodeId: "n", userProof: "proven", asks: 1 }, { userId: "u" }] },
    },
  });
  const message = decode("delta", text);
  assert.ok(message?.kind === "delta");
  const state = reduce(before, message, 0);
  const target = makeTarget({ kind: "user", nodeId: null, userId: "u" });
  const unknown = { operation: null, author: null, since: null };
  assert.deepEqual(state.blocks, [makeBlock({ target, direction: "in", hits: 2, ...unknown })]);
  const dates = { since: null };
  assert.deepEqual(state.pending, [makePending({ nodeId: "n", userProof: "proven", ...dates })]);
});

test("who is unblocked, approved or rejected leaves its list at once", () => {
  const other = makeBlock({ target: makeTarget({ nodeId: "other" }) });
  const held = { ...before, blocks: [makeBlock(), other], pending: [makePending()] };
  const target = makeTarget();
  const removed = after(held, makeOperation({ action: "block.remove", target, settings: [] }));
  assert.deepEqual(removed.blocks, [other]);
  assert.equal(removed.pending, held.pending);
  const approved = after(held, makeOperation({ action: "pending.approve", target, settings: [] }));
  assert.deepEqual(approved.pending, []);
  const failed = makeOperation({ action: "block.remove", target, settings: [], state: "failed" });
  assert.equal(after(held, failed).blocks?.length, 2);
});
