/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEvent, makeLink } from "../../test/builders";
import type { RendezvousPanel, Source } from "../data/model";
import { gapAt, type Sample } from "../data/samples";
import { heldTop, niceTop, timeTicks, windowFor } from "../parts/chart/scale";
import { sparkEnd, sparkPath, thin } from "../parts/spark";
import { newerThan } from "./diagnostics/drawer_select";
import { filterEvents, fold, noEventFilter } from "./diagnostics/select";
import { attempts, sourceLine } from "./rendezvous/select";
import { healthCells, joined, pointNear, strengthBars, trendOf } from "./stats/select";
import { statsRows } from "./stats/table_rows";

function makeSource(own: Partial<Source> = {}): Source {
  return {
    id: "beacon-1",
    kind: "beacon",
    url: null,
    state: "ok",
    reason: null,
    tickets: 7,
    latencyMs: 42,
    lastSuccessAt: 96_000,
    nextAttemptAt: null,
    attempts: 12,
    successes: 12,
    failureStreak: 0,
    links: 0,
    linkShare: null,
    recent: [],
    ...own,
  };
}

test("a source that answers shows its delay, one that fails a dash and the next try", () => {
  const good = sourceLine(makeSource(), 100_000);
  assert.equal(good.words, "7 tickets · answered 4 s ago");
  assert.equal(good.figure, "42 ms");
  const bad = sourceLine(
    makeSource({ state: "failing", reason: "timed-out", nextAttemptAt: 138_000 }),
    100_000,
  );
  assert.equal(bad.words, "silent 4 s · timed out · next try in 0:38");
  assert.equal(bad.figure, "—");
});

test("a source says how many of the present links it told of", () => {
  const some = sourceLine(makeSource({ links: 3, linkShare: 0.6 }), 100_000);
  assert.equal(some.words, "7 tickets · answered 4 s ago · 3 links from here (60 %)");
  const none = sourceLine(makeSource({ links: 0, linkShare: 0 }), 100_000);
  assert.equal(none.words, "7 tickets · answered 4 s ago");
});

test("attempts of all sources are one row in time", () => {
  const attempt = (at: number, ok: boolean) => ({ at, ok, latencyMs: null });
  const panel: Partial<RendezvousPanel> = {
    sources: [
      makeSource({ recent: [attempt(1, true), attempt(4, false)] }),
      makeSource({ id: "beacon-2", recent: [attempt(2, true), attempt(3, true)] }),
    ],
  };
  const list = attempts(panel as RendezvousPanel, 3);
  assert.deepEqual(
    list.map(({ at }) => at),
    [2, 3, 4],
  );
});

test("repeats fold into the newest with their count, over what lies between", () => {
  const timeout = (at: number) => makeEvent({ at, code: "timeout", message: "no answer" });
  const folded = fold([timeout(30_000), makeEvent({ at: 25_000 }), timeout(20_000)]);
  assert.deepEqual(
    folded.map(({ event, times, firstAt }) => [event.at, times, firstAt]),
    [
      [30_000, 2, 20_000],
      [25_000, 1, 25_000],
    ],
  );
});

test("repeats are told by whom they are about, not by their figures", () => {
  const fetched = (at: number, url: string, ms: string) =>
    makeEvent({
      at,
      code: "fetched",
      message: `${url} in ${ms} ms`,
      context: [
        ["url", url],
        ["durationMs", ms],
      ],
    });
  const folded = fold([
    fetched(3_000, "a", "41"),
    fetched(2_000, "b", "7"),
    fetched(1_000, "a", "43"),
  ]);
  assert.deepEqual(
    folded.map(({ event, times }) => [event.message, times]),
    [
      ["a in 41 ms", 2],
      ["b in 7 ms", 1],
    ],
  );
});

test("a repeat after a long calm is a new story", () => {
  assert.equal(fold([makeEvent({ at: 200_000 }), makeEvent({ at: 100_000 })]).length, 2);
});

test("events are found by code, text and context, without debug unless asked", () => {
  const list = [
    makeEvent({ id: "1", level: "debug" }),
    makeEvent({ id: "2", context: [["address", "10.0.0.9:1"]] }),
    makeEvent({ id: "3", code: "link-closed" }),
  ];
  const ids = (own: Partial<typeof noEventFilter>) =>
    filterEvents(list, { ...noEventFilter, ...own }).map(({ id }) => id);
  assert.deepEqual(ids({}), ["2", "3"]);
  assert.deepEqual(ids({ text: "10.0.0.9" }), ["2"]);
  assert.deepEqual(ids({ code: "link-closed" }), ["3"]);
});

test("what comes while the list is held is counted", () => {
  const held = [makeEvent({ id: "1" })];
  assert.equal(newerThan([makeEvent({ id: "3" }), makeEvent({ id: "2" }), ...held], held), 2);
  assert.equal(newerThan(held, null), 0);
});

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
