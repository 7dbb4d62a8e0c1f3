/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeOperation, makeTarget } from "../../../test/builders";
import type { Operation } from "../../data/model_control";
import { today } from "../../text/operations";
import { canUndo, inProgress, lineOf, spokenOf, todays } from "./select";

const now = 120_000;
const offAskedFor = makeOperation({
  action: "network.disable",
  state: "awaiting-confirm",
  does: "the network is off",
  revertsAt: 160_000,
  settings: [{ control: "network", on: false, wasOn: true }],
});

function state(own: Partial<Operation>, tookMs: number | null = null): string {
  return lineOf(makeOperation(own), now, tookMs).state;
}

test("a block says whom it is about, and can be taken back", () => {
  const target = makeTarget({ nodeId: "q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa" });
  const block = makeOperation({ action: "block.add", settings: [], target, direction: "in" });
  assert.ok(canUndo(block));
  assert.equal(lineOf(block, 100_500, 12).title, "Blocked q7fk…m2xa, incoming");
  const failed = lineOf({ ...block, state: "failed" }, 100_500, null);
  assert.equal(failed.title, "q7fk…m2xa was not blocked");
});

test("what waits, what will end, and what was done a moment ago is in progress", () => {
  const list = [
    makeOperation({ id: "pending", state: "pending" }),
    makeOperation({ id: "timed", askedAt: 1, endsAt: 900_000 }),
    makeOperation({ id: "fresh" }),
    makeOperation({ id: "old", askedAt: 80_000 }),
    makeOperation({ id: "kept", state: "confirmed", askedAt: 50_000, keepBy: 110_000 }),
    makeOperation({ id: "ended", state: "expired", askedAt: 1, endedAt: 100_000 }),
    makeOperation({ id: "ended-long-ago", state: "reverted", endedAt: 80_000 }),
    makeOperation({ id: "replaced", state: "superseded", endedAt: 119_000 }),
    offAskedFor,
  ];
  assert.deepEqual(
    inProgress(list, now).map(({ id }) => id),
    ["pending", "timed", "fresh", "kept", "ended", "op-1"],
  );
});

test("a line says what, by whom, why, and when it ends by itself", () => {
  const line = lineOf(makeOperation({ endsAt: 881_000, reason: "upgrade" }), now, null);
  assert.equal(line.title, "Incoming links paused");
  assert.match(line.about, /^by you, \d\d:\d\d · reason: “upgrade” · no links are taken from callers$/);
  assert.equal(line.state, "resumes by itself in 12:41");
  const asked = lineOf(offAskedFor, now, null);
  assert.equal(asked.title, "Network turned off");
  assert.equal(asked.state, "goes back on by itself in 0:40");
  assert.equal(asked.left, 40 / 60);
  const early = lineOf(offAskedFor, 99_500, null);
  assert.equal(early.state, "goes back on by itself in 1:00");
});

test("every state has its words", () => {
  assert.equal(state({ state: "pending" }), "Pausing…");
  assert.equal(state({}, 41.3), "done, in 41 ms");
  assert.equal(state({}), "done");
  assert.equal(state({ state: "confirmed" }), "kept");
  assert.equal(state({ state: "expired" }), "ended as planned");
  const failed = lineOf(makeOperation({ state: "failed", action: "network.disable" }), now, null);
  assert.equal(failed.title, "Network was not turned off");
  assert.match(failed.state, /^Nothing changed, because/);
  assert.equal(failed.tone, "bad");
});

test("going back by itself is told from being taken back", () => {
  const over = { state: "reverted", keepBy: 160_000 } as const;
  assert.equal(
    state({ ...over, endedAt: 160_010 }),
    "went back by itself: nobody kept it within 60 s",
  );
  assert.equal(state({ ...over, endedAt: 130_000 }), "taken back");
  assert.equal(state({ state: "reverted", endedAt: 130_000 }), "back as it was");
});

test("undo is offered only where it would change something", () => {
  assert.equal(canUndo(makeOperation()), true);
  assert.equal(canUndo(makeOperation({ canRevert: false })), false);
  const settings = [{ control: "pause-inbound", on: false, wasOn: false }];
  assert.equal(canUndo(makeOperation({ action: "resume", settings })), false);
});

test("a countdown speaks at its start, at 30 s, at 10 s and at its end", () => {
  const at = [100_000, 125_000, 131_000, 149_000, 151_000].map((moment) =>
    /in (\d+) s/.exec(spokenOf([offAskedFor], moment))?.[1],
  );
  assert.deepEqual(at, ["60", "60", "30", "30", "10"]);
  const over = { ...offAskedFor, state: "reverted", revertsAt: null, endedAt: 160_000 } as const;
  assert.equal(
    spokenOf([over], 161_000),
    "Network turned off: went back by itself: nobody kept it within 60 s",
  );
  assert.equal(spokenOf([makeOperation({ endsAt: 900_000 })], now), "");
});

test("what there was today is counted", () => {
  const noon = new Date(2025, 5, 5, 12).getTime();
  const list = [
    makeOperation({ askedAt: noon - 1_000 }),
    makeOperation({ askedAt: noon - 2_000, state: "reverted" }),
    makeOperation({ askedAt: noon - 86_400_000 }),
  ];
  assert.deepEqual(todays(list, noon), { all: 2, failed: 0, back: 1 });
  assert.equal(today(todays(list, noon)), "2 operations today, 0 failed, 1 taken back");
});
