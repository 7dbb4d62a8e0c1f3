/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { learnedFrom, reasonText, sourceName } from "./common";
import * as format from "./format";

test("what is not known is a dash in every unit", () => {
  const { unknown } = format;
  assert.equal(format.count(null), unknown);
  assert.equal(format.millis(null), unknown);
  assert.equal(format.percent(null), unknown);
  assert.equal(format.kibRate(null), unknown);
  assert.equal(format.bytesText(null), unknown);
  assert.equal(format.rateText(null), unknown);
  assert.equal(format.span(null), unknown);
  assert.equal(format.ago(null, 1), unknown);
});

test("a round trip has one decimal under 10", () => {
  assert.deepEqual([0.8, 9.94, 9.96, 212.4, 1_401].map(format.millis), [
    "0.8",
    "9.9",
    "10",
    "212",
    "1,401",
  ]);
});

test("bytes count by 1024 and keep three figures", () => {
  assert.equal(format.bytesText(0), "0 B");
  assert.equal(format.bytesText(999), "999 B");
  assert.equal(format.bytesText(1_000), "1.0 KiB");
  assert.equal(format.rateText(1.8 * 1024 * 1024), "1.8 MiB/s");
  assert.equal(format.bytesText(41.2 * 1024 ** 3), "41 GiB");
});

test("a small rate is not written as none", () => {
  assert.equal(format.kibRate(0), "0");
  assert.equal(format.kibRate(3), "< 0.1");
  assert.equal(format.kibRate(1_536), "1.5");
  assert.equal(format.kibRate(2_000 * 1024), "2,000");
});

test("spans use at most two units", () => {
  assert.equal(format.span(400), "0.4 s");
  assert.equal(format.span(41_000), "41 s");
  assert.equal(format.span(372_000), "6 min 12 s");
  assert.equal(format.span(2 * 3_600_000 + 14 * 60_000), "2 h 14 min");
  assert.equal(format.span(2 * 86_400_000 + 4 * 3_600_000), "2 d 4 h");
  assert.equal(format.span(3_600_000), "1 h");
  assert.equal(format.wholeSpan(5_900), "5 s");
});

test("ages never run ahead of now", () => {
  assert.equal(format.ago(2_000, 1_000), "0 s ago");
  assert.equal(format.ago(1_000, 20_000), "19 s ago");
});

test("countdowns stop at 0:00", () => {
  assert.equal(format.countdown(-5), "0:00");
  assert.equal(format.countdown(47_000), "0:47");
  assert.equal(format.countdown(761_000), "12:41");
  assert.equal(format.countdown(86_280_000), "23 h 58 min");
});

test("ids show their ends", () => {
  assert.equal(format.shortId("q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa"), "q7fk…m2xa");
  assert.equal(format.shortId("short"), "short");
});

test("codes become words", () => {
  assert.equal(sourceName("beacon-2"), "Beacon 2");
  assert.equal(sourceName("cache"), "Own cache");
  assert.equal(sourceName("My thing"), "My thing");
  assert.equal(learnedFrom("peer:q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa"), "peers · q7fk…m2xa");
  assert.equal(learnedFrom("operator"), "you, by address");
  assert.equal(learnedFrom("beacon-1"), "beacon 1");
  assert.equal(learnedFrom(null), "not known");
  assert.equal(reasonText("view-full"), "has all the links it wants");
  assert.equal(reasonText("some-new-code"), "some new code");
  assert.equal(reasonText("no answer in 8 s"), "no answer in 8 s");
});
