/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { contentFigure, contentTime, redundancyOf } from "../../data/content_panel";
import * as storage from "../../text/storage";
import * as words from "../../text/content_tile";

test("the panel of the stream is read member by member, and what it lacks is not known", () => {
  assert.equal(redundancyOf(null), null);
  assert.equal(redundancyOf({}), null);
  assert.deepEqual(redundancyOf({ redundancy: { ok: 1, under: "2" } }), { ok: 1, under: null, over: null, unknown: null });
  assert.equal(contentFigure({ storage: { usedBytes: 0 } }, "storage", "usedBytes"), 0);
  assert.equal(contentFigure({ storage: null }, "storage", "usedBytes"), null);
  assert.equal(contentFigure(null, "storage", "usedBytes"), null);
  assert.equal(contentTime({ scrub: { endedAt: 0 } }, "scrub", "endedAt"), null);
});

test("the tile says how many are under their target, or that nobody knows", () => {
  assert.equal(words.copies({ ok: 9, under: 0, over: 0, unknown: 0 }), "0 under their target · 9 at it");
  assert.equal(words.copies({ ok: 9, under: 2, over: 1, unknown: 3 }), "2 under their target · 9 at it · 1 over it · 3 not known");
  assert.equal(words.copies({ ok: null, under: null, over: null, unknown: null }), "Copies: —");
  assert.equal(words.signed(0), "All signed and verified");
  assert.equal(words.signed(null), "Did not verify: —");
  assert.equal(words.room(1_024, null), "1.0 KiB used");
  assert.equal(words.room(null, 2_048), "— used of 2.0 KiB");
});

test("the room and the reading back in words", () => {
  assert.equal(storage.ofBudget(512, 1_024, 0.5), "512 B of the 1.0 KiB that it may use, 50 %");
  assert.equal(storage.ofBudget(null, 1_024, null), "— of the 1.0 KiB that it may use");
  assert.match(storage.noBudget(512), /^512 B\. No budget/);
  assert.equal(storage.scrubFaults(null), "faults not known");
  assert.equal(storage.scrubRuns(512, null), "Runs now: 512 B read");
  assert.equal(storage.replicasOf(null), "—");
});
