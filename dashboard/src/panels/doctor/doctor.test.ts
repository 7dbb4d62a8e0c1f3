/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type DoctorStep, readDoctor, type Visit } from "../../data/doctor";
import { tellingOf } from "./select";

const step = (own: Partial<DoctorStep> = {}): DoctorStep => ({
  title: "Link",
  result: "ok",
  text: "open",
  advice: null,
  ...own,
});
const visit = (own: Partial<Visit>): Visit => ({
  nodeId: "a",
  phase: "done",
  steps: [],
  refusal: null,
  ...own,
});

test("a diagnosis is read with its steps, and odd members cost no more than themselves", () => {
  const [first, second, ...more] = readDoctor({
    asOf: 1,
    items: [
      {
        id: "01",
        nodeId: "a",
        startedAt: 5,
        endedAt: null,
        steps: [{ title: "Link", result: "ok", text: "open", advice: null }, 7, { result: "odd" }],
      },
      { id: "02", nodeId: "b", endedAt: 9, steps: "none" },
      { id: "03" },
      null,
    ],
  });
  assert.deepEqual(more, []);
  assert.equal(first?.isOver, false);
  assert.deepEqual(first?.steps, [step(), step({ title: "", result: "note", text: "" })]);
  assert.deepEqual(second, { id: "02", nodeId: "b", isOver: true, steps: [] });
  assert.deepEqual(readDoctor(null), []);
});

test("the end says how many steps need a look", () => {
  const steps = [step(), step({ result: "note" })];
  assert.equal(tellingOf(visit({ phase: "asked" })), "Looking…");
  assert.equal(tellingOf(visit({ phase: "working", steps })), "Looking…");
  assert.equal(tellingOf(visit({ steps })), "All 2 steps are well.");
  const bad = [...steps, step({ result: "warning" }), step({ result: "problem" })];
  assert.equal(tellingOf(visit({ steps: bad })), "1 problem, 1 to look at, of 4 steps.");
  assert.equal(tellingOf(visit({ phase: "refused", steps })), "");
});
