/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RendezvousPanel, Source } from "../../data/model";
import { attempts, sourceLine } from "./select";

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
