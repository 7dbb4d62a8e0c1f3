/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { heldTop, niceTop, timeTicks, windowFor } from "./scale";

test("days are marked where they begin for the reader", () => {
  const day = 24 * 3_600_000;
  const to = new Date(2025, 10, 29, 13, 5).getTime();
  for (const at of timeTicks(to - 30 * day, to).slice(0, -1)) assert.equal(new Date(at).getMinutes(), 0);
  const hours = timeTicks(to - day, to).slice(0, -1).map((at) => new Date(at).getHours());
  assert.ok(hours.length >= 2 && hours.every((hour) => hour % 6 === 0), String(hours));
});

test("axes end on round numbers, for bytes on powers of 1024", () => {
  assert.equal(niceTop(0, 1000), 1);
  assert.equal(niceTop(214, 1000), 500);
  assert.equal(niceTop(0.017, 1000), 0.02);
  assert.equal(niceTop(1.8 * 1024 * 1024, 1024), 2 * 1024 * 1024);
});

test("an axis grows at once and shrinks only after 30 s", () => {
  const grown = heldTop(heldTop(null, 10, 0), 50, 1_000);
  assert.equal(grown.top, 50);
  const waiting = heldTop(grown, 20, 2_000);
  assert.equal(waiting.top, 50);
  assert.equal(heldTop(waiting, 20, 31_000).top, 50);
  assert.equal(heldTop(waiting, 20, 32_000).top, 20);
  assert.equal(heldTop(heldTop(waiting, 50, 20_000), 20, 33_000).top, 50);
});

test("the window grows in steps and its marks keep apart", () => {
  assert.equal(windowFor(null, 5_000), 30_000);
  assert.equal(windowFor(0, 45_000), 60_000);
  assert.equal(windowFor(0, 20 * 60_000), 15 * 60_000);
  const ticks = timeTicks(1_000, 61_000);
  assert.equal(ticks[ticks.length - 1], 61_000);
  assert.ok(ticks.slice(0, -1).every((at) => at % 20_000 === 0));
});
