/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLink } from "../../../test/builders";
import { gapAt, type Sample } from "../../data/samples";
import { healthCells, joined, pointNear, strengthBars, trendOf } from "./select";
import { statsRows } from "./table_rows";

test("with more links than bars the weakest are shown", () => {
  const links = [90, 20, 70, null].map((strength, at) => makeLink({ id: `${at}`, strength }));
  const { bars, left } = strengthBars(links, 2);
  assert.deepEqual(
    bars.map(({ strength }) => strength),
    [20, null],
  );
  assert.equal(left, 2);
});

function sample(at: number, own: Partial<Sample> = {}): Sample {
  return {
    at,
    inRate: null,
    outRate: null,
    links: 1,
    wanted: null,
    roundTrip: null,
    slowest: null,
    loss: null,
    lossOut: null,
    health: "calm",
    peaks: null,
    ...own,
  };
}

test("a health cell shows the worst of its stretch, and what nobody saw stays unseen", () => {
  const points = [sample(510), sample(590, { health: "bad" }), sample(700)];
  assert.deepEqual(healthCells(points, 0, 1_000, 10), [
    "unseen",
    "unseen",
    "unseen",
    "unseen",
    "unseen",
    "bad",
    "unseen",
    "calm",
    "unseen",
    "unseen",
  ]);
});

test("the table twin has one row per 10 s, newest first", () => {
  const rows = statsRows([sample(1_000), sample(9_000), sample(11_000)], 10_000);
  assert.deepEqual(
    rows.map(({ at }) => at),
    [11_000, 9_000],
  );
});

test("the node's points stand where the page saw nothing; what neither knows is a gap", () => {
  const seen = [sample(100_000), sample(101_000), sample(101_001, { health: null }), sample(190_000)];
  const kept = [40_000, 96_000, 100_500, 110_000, 191_000, 200_000].map((at) => sample(at));
  const ats = joined(kept, seen).map(({ at, health }) => (health === null ? `gap ${at}` : at));
  assert.deepEqual(ats, [
    40_000,
    "gap 40001",
    96_000,
    100_000,
    101_000,
    "gap 101001",
    110_000,
    "gap 110001",
    190_000,
    200_000,
  ]);
  assert.equal(joined([], seen), seen);
  assert.deepEqual(joined(seen, []), seen.slice(0, 1).concat(seen.slice(1, 3), gapAt(101_002), seen.slice(3)));
});

test("a caption says the least, the most with its peak, and the last", () => {
  const peaks = { inRate: null, outRate: null, slowest: null, loss: 0.4 };
  const points = [sample(1, { loss: 0.1 }), sample(2, { loss: 0.2, peaks }), sample(3), sample(4, { loss: 0.05 })];
  const trend = trendOf(points, ({ loss }) => loss, (point) => point.peaks?.loss ?? null);
  assert.deepEqual(trend, { least: 0.05, most: 0.4, mostAt: 2, last: 0.05 });
  assert.equal(trendOf([sample(1)], ({ loss }) => loss, () => null), null);
});

test("the nearest known point is read, gaps are passed over", () => {
  const points = [sample(1_000), sample(2_000, { health: null }), sample(9_000)];
  assert.equal(pointNear(points, 2_100)?.at, 1_000);
  assert.equal(pointNear([], 5), null);
});
