/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inFrame } from "./frames";

let frames: (() => void)[] = [];
Object.assign(globalThis, { requestAnimationFrame: (frame: () => void) => frames.push(frame) });

function nextFrame(): void {
  const due = frames;
  frames = [];
  for (const frame of due) frame();
}

test("a frame does one thing, in the order they came; of one name the last that was asked for", () => {
  const done: string[] = [];
  inFrame("rows", () => done.push("old rows"));
  inFrame("charts", () => done.push("charts"));
  inFrame("rows", () => done.push("rows"));
  assert.equal(frames.length, 1);
  nextFrame();
  assert.deepEqual(done, ["rows"]);
  nextFrame();
  assert.deepEqual(done, ["rows", "charts"]);
  assert.equal(frames.length, 0, "nothing waits, no frame is asked for");
});

test("what is asked for while a frame is drawn has the next", () => {
  const done: string[] = [];
  inFrame("first", () => {
    done.push("first");
    inFrame("second", () => done.push("second"));
  });
  nextFrame();
  assert.deepEqual([done, frames.length], [["first"], 1]);
  nextFrame();
  assert.deepEqual(done, ["first", "second"]);
});
