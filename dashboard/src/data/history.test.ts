/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeNode } from "../../test/builders";
import { readKept, readMoment } from "./history";
import type { Moment } from "./past";
import { pastOf, sampleNear, stateAt } from "./past_state";
import { emptyState, type State } from "./reduce";
import { gapAt, type Sample } from "./samples";

const kept = {
  asOf: 40_500,
  fromAt: 10_000,
  toAt: 40_000,
  stepMs: 10_000,
  tierMs: 1_000,
  points: 3,
  series: { links: [8, null, 7], lossIn: [0.01, null, 0.02], level: [0, null, 2] },
  peaks: { lossIn: [0.04, null, 0.2] },
};

test("each point stands for its step, unknown stays unknown, and the worst is kept", () => {
  const read = readKept(kept);
  assert.deepEqual(
    read?.points.map(({ at, links, loss, health, peaks }) => [at, links, loss, health, peaks?.loss]),
    [
      [15_000, 8, 0.01, "calm", 0.04],
      [25_000, null, null, null, null],
      [35_000, 7, 0.02, "bad", 0.2],
    ],
  );
  assert.equal(read?.points[0]?.inRate, null, "a series that is missing is not known");
});

test("what has no time or no step is not read, nor is more than fits", () => {
  assert.equal(readKept({ ...kept, stepMs: 0 }), null);
  assert.equal(readKept({ ...kept, fromAt: "yesterday" }), null);
  assert.equal(readKept({ ...kept, points: 1e9 })?.points.length, 360);
  assert.equal(readKept({ ...kept, points: -3 })?.points.length, 0);
  assert.equal(readKept({ ...kept, series: 7, peaks: null })?.points.length, 3);
  assert.equal(readKept({ ...kept, series: { level: ["0", 9, -1] } })?.points[1]?.health, null);
});

const link = { nodeId: "a", strength: 34, rttMs: 212, lossIn: 0.1, path: "relayed", direction: "inbound" };

test("a moment has its links, or says that they were not kept", () => {
  const told = readMoment({ level: 1, linkCount: 40, links: [link, { nodeId: 7 }, null], findings: ["x", 3] }, 5_000);
  assert.equal(told.sample.links, 40);
  assert.equal(told.links?.length, 1);
  assert.equal(told.links?.[0]?.state, "open");
  assert.equal(told.links?.[0]?.strength, 34);
  assert.equal(told.links?.[0]?.userId, null);
  assert.deepEqual(told.findings, ["x"]);
  assert.equal(readMoment({ level: 1, links: null }, 5_000).links, null);
});

const sample = (at: number, own: Partial<Sample> = {}): Sample => ({ ...gapAt(at), health: "calm", ...own });

const told = (own: Partial<Moment> = {}): Moment => ({
  at: 5_000,
  sample: sample(5_000, { inRate: 900, wanted: 8, health: "bad" }),
  links: readMoment({ links: [link] }, 5_000).links,
  findings: ["link-loss-high"],
  ...own,
});

test("until the node has answered, what the lines on the page say holds; an answer to another moment does not", () => {
  const near = sample(4_900, { links: 7 });
  assert.deepEqual(pastOf(5_000, null, near), {
    at: 5_000,
    sample: near,
    links: null,
    findings: [],
    isAwaited: true,
  });
  assert.equal(pastOf(6_000, told(), near).isAwaited, true);
  const answered = pastOf(5_000, told({ links: null }), near);
  assert.equal(answered.isAwaited, false);
  assert.equal(answered.sample?.links, 7, "how many there were, the line knows");
});

test("a line that ended long before says nothing of a moment", () => {
  const points = [sample(1_000), sample(2_000), sample(9_000)];
  assert.equal(sampleNear(points, 2_400, 1_000)?.at, 2_000);
  assert.equal(sampleNear(points, 5_000, 1_000), null);
  assert.equal(sampleNear([], 5_000, 1_000), null);
});

test("the page of a moment shows that moment, and nothing of now", () => {
  const node = makeNode({ startedAt: 7_000 });
  const now: State = {
    ...emptyState,
    asOf: 90_000,
    node,
    controls: [],
    operations: [],
    events: [
      { id: "2", at: 6_000, level: "info", source: "", code: "", message: "", context: [] },
      { id: "1", at: 4_000, level: "info", source: "", code: "", message: "", context: [] },
    ],
  };
  const then = stateAt(now, pastOf(5_000, told(), null));
  assert.equal(then.asOf, 5_000);
  assert.deepEqual([...then.links.keys()], ["a"]);
  assert.equal(then.bandwidth?.inBytesPerSecond, 900);
  assert.equal(then.mesh?.target, 8);
  assert.deepEqual(then.alerts?.map(({ code, level }) => [code, level]), [["link-loss-high", "error"]]);
  assert.equal(then.node?.startedAt, null, "it started after that");
  assert.deepEqual(then.events.map(({ id }) => id), ["1"]);
  for (const name of ["controls", "operations", "rendezvous", "signaling", "views"] as const)
    assert.equal(then[name], null, name);
  assert.equal(then.peers.size, 0);
});
