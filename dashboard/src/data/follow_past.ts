/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the node for the stretch that is shown, again as often as it grows by a point, and for the
 * moment that is looked at. The newest question counts: an answer to an older one is dropped. */

import { effect, signal } from "@preact/signals";
import { getKept, getMoment } from "./history";
import { kept, keptTrouble, lookingAt, moment, momentTrouble, type Range, range } from "./past";
import { freshness } from "./store";

const askAgainMs = 30_000;
/* The arrow keys repeat faster than the node should be asked. */
const settleMs = 120;

/* What was before the page was opened is no part of opening it: it is asked for when somebody is seen
 * to be there, or a while later. */
const isSettled = signal(false);
const settledAfterMs = 10_000;
const signsOfLife = ["pointermove", "pointerdown", "keydown", "wheel"] as const;

function watchForLife(): void {
  const settle = () => {
    isSettled.value = true;
  };
  for (const sign of signsOfLife) addEventListener(sign, settle, { once: true, passive: true });
  setTimeout(settle, settledAfterMs);
}

async function ask(which: Range): Promise<void> {
  const got = await getKept(which);
  const troubles = new Map(keptTrouble.value);
  if ("value" in got) {
    kept.value = new Map([...kept.value, [which, got.value]]);
    troubles.delete(which);
  } else troubles.set(which, got.trouble);
  keptTrouble.value = troubles;
}

function followRange(): () => void {
  const which = range.value;
  if (freshness.value !== "live" || !isSettled.value) return () => undefined;
  void ask(which);
  // What happens while the page is open, it sees itself.
  if (which === "15m") return () => undefined;
  const timer = setInterval(() => {
    if (document.visibilityState === "visible" && lookingAt.peek() === null) void ask(which);
  }, askAgainMs);
  return () => clearInterval(timer);
}

function followMoment(): () => void {
  const at = lookingAt.value;
  momentTrouble.value = null;
  if (at === null) {
    moment.value = null;
    return () => undefined;
  }
  let isCurrent = true;
  const timer = setTimeout(async () => {
    const got = await getMoment(at);
    if (!isCurrent) return;
    if ("value" in got) moment.value = got.value;
    else momentTrouble.value = got.trouble;
  }, settleMs);
  return () => {
    isCurrent = false;
    clearTimeout(timer);
  };
}

export function followPast(): void {
  watchForLife();
  effect(followRange);
  effect(followMoment);
}
