/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeAlert, makeLink, makeNode } from "../../test/builders";
import { overallStrength } from "../panels/networking/select";
import { healthOf, linkFigures, strengthWord } from "./health";
import type { Link } from "./model";
import { addSample, noSamples, type Sampled } from "./samples";

function sampled(links: readonly Link[] = []): Sampled {
  const rates = { inBytesPerSecond: 10, outBytesPerSecond: 5, bytesIn: 0, bytesOut: 0, since: 1 };
  return {
    node: makeNode(),
    bandwidth: rates,
    alerts: [],
    links: new Map(links.map((link) => [link.id, link])),
  };
}

test("at most one sample a second is taken", () => {
  let samples = addSample(noSamples, 1_000, sampled());
  samples = addSample(samples, 1_400, sampled());
  samples = addSample(samples, 2_000, sampled());
  assert.deepEqual(
    samples.points.map(({ at }) => at),
    [1_000, 2_000],
  );
});

test("a silence is a gap and not a line", () => {
  const before = addSample(noSamples, 1_000, sampled());
  const after = addSample(before, 21_000, sampled());
  assert.deepEqual(
    after.points.map(({ at, inRate }) => [at, inRate]),
    [
      [1_000, 10],
      [1_001, null],
      [21_000, 10],
    ],
  );
});

test("samples older than 15 min leave", () => {
  const old = addSample(noSamples, 1_000, sampled());
  const now = addSample(old, 1_000 + 16 * 60_000, sampled());
  assert.ok(now.points.every(({ at }) => at > 1_000));
});

test("a clock that went back starts the samples anew", () => {
  const before = addSample(noSamples, 50_000, sampled());
  const after = addSample(before, 20_000, sampled());
  assert.deepEqual(
    after.points.map(({ at }) => at),
    [20_000],
  );
});

test("a peer keeps its line when its link is replaced by another", () => {
  const first = sampled([makeLink({ id: "1", nodeId: "a", rttMs: 5 })]);
  const second = sampled([makeLink({ id: "9", nodeId: "a", rttMs: 6 })]);
  const samples = addSample(addSample(noSamples, 10_000, first), 15_000, second);
  assert.deepEqual(
    samples.peers.get("a")?.map(({ roundTrip }) => roundTrip),
    [5, 6],
  );
});

test("figures over all links are the middle and the worst, and unknown stays unknown", () => {
  const none = linkFigures([makeLink({ state: "dialing", rttMs: 3 })]);
  assert.equal(none.open, 0);
  assert.equal(none.middleRtt, null);
  assert.equal(none.worstLoss, null);
  const three = linkFigures([
    makeLink({ id: "1", rttMs: 9, lossIn: 0.1 }),
    makeLink({ id: "2", rttMs: 1 }),
    makeLink({ id: "3", rttMs: 4, lossIn: 0.2 }),
    makeLink({ id: "4" }),
  ]);
  assert.equal(three.middleRtt, 4);
  assert.equal(three.slowestRtt, 9);
  assert.equal(three.worstLoss?.share, 0.2);
  assert.equal(three.lossKnown, 2);
});

test("strength is strong from 80 and fair from 50", () => {
  assert.deepEqual([100, 80, 79, 50, 49, 0, null].map(strengthWord), [
    "strong",
    "strong",
    "fair",
    "fair",
    "weak",
    "weak",
    "unknown",
  ]);
});

test("all links together are strong only when each is", () => {
  const links = (strengths: readonly (number | null)[]) =>
    linkFigures(strengths.map((strength, at) => makeLink({ id: String(at), strength })));
  assert.equal(overallStrength(links([97, 80])), "strong");
  assert.equal(overallStrength(links([97, 94, 61, 34])), "fair");
  assert.equal(overallStrength(links([97, 61, 34])), "weak");
  assert.equal(overallStrength(links([null])), "unknown");
});

test("health is the worst of state and alerts", () => {
  assert.equal(healthOf(null, []), null);
  assert.equal(healthOf(makeNode(), [makeAlert({ level: "info" })]), "calm");
  assert.equal(healthOf(makeNode(), [makeAlert()]), "warn");
  assert.equal(healthOf(makeNode({ state: "degraded" }), []), "warn");
  assert.equal(healthOf(makeNode(), [makeAlert({ level: "error" })]), "bad");
  assert.equal(healthOf(makeNode({ state: "cut-off" }), []), "bad");
});
