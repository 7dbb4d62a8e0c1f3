/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLink } from "../../test/builders";
import { takeTurns, turnCount, turns } from "./turns";

test("in a second each turn comes once, with what there is then, and the count comes last", () => {
  const timers: [number, () => void][] = [];
  const real = globalThis.setTimeout;
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms: number) => timers.push([ms, run]),
    requestAnimationFrame: (frame: () => void) => frame(),
  });
  let now = 0;
  const countedAt: number[] = [];
  const present = () => ({ links: new Map([["1", makeLink({ id: "1", rttMs: now })]]), now });
  takeTurns(present, () => countedAt.push(now));
  Object.assign(globalThis, { setTimeout: real });
  for (const [ms, run] of timers.sort(([a], [b]) => a - b)) {
    now = ms;
    run();
  }
  const heard = turns.map((turn) => turn.value?.links.get("1")?.rttMs ?? 0);
  assert.equal(heard.length, turnCount);
  assert.equal(new Set(heard).size, turnCount, "none at the time of another");
  assert.deepEqual(turns.map((turn) => turn.value?.now), heard);
  assert.deepEqual(countedAt, [Math.max(...timers.map(([ms]) => ms))]);
  assert.ok(now < 1_000 && heard.every((at) => at > 0 && at < now));
});
