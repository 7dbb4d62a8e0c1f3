/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sparkEnd, sparkPath, thin } from "./spark";

test("a sparkline breaks where nothing is known", () => {
  const frame = { from: 0, to: 10, top: 10, width: 10, height: 10 };
  const points = [0, null, 5, 5].map((value, at) => ({ at, value }));
  assert.equal(sparkPath(points, frame), "M0 10M2 5L3 5");
  assert.deepEqual(sparkEnd(points, frame), { x: 3, y: 5 });
  assert.equal(sparkEnd(points.slice(0, 2), frame), null);
});

test("thinning keeps the smallest and the largest", () => {
  const points = Array.from({ length: 900 }, (_, at) => ({ at, value: at === 451 ? 99 : 1 }));
  const thinned = thin(points, 100);
  assert.ok(thinned.length <= 110);
  assert.ok(thinned.some(({ value }) => value === 99));
  assert.equal(thinned[thinned.length - 1], points[899]);
});
