/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEvent } from "../../../test/builders";
import { newerThan } from "./drawer_select";
import { filterEvents, fold, noEventFilter } from "./select";

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
