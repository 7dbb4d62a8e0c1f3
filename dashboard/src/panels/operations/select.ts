/* SPDX-License-Identifier: Apache-2.0 */
/* What is in progress: what waits, what will end, and what was done or ended a moment ago. */

import type { Operation } from "../../data/model_control";
import { askTarget, type AskTarget } from "../../data/operations";
import { isInForce } from "../../data/reduce_control";
import type { IconName } from "../../parts/icon";
import { clockMinutes, dotted } from "../../text/format";
import * as words from "../../text/operations";

const shownMs = 30_000;

function isFresh(at: number | null, now: number, ms = shownMs): boolean {
  return at !== null && now - at < ms;
}

/** When it was kept is not told: it was at the latest when keeping was possible last. */
function isShown(operation: Operation, now: number): boolean {
  switch (operation.state) {
    case "pending":
    case "awaiting-confirm":
      return true;
    case "applied":
    case "confirmed": {
      const doneAt = operation.keepBy ?? operation.askedAt;
      return operation.endsAt !== null || isFresh(doneAt, now);
    }
    // What took its place is a line of its own.
    case "superseded":
    case "unknown":
      return false;
    default:
      return isFresh(operation.endedAt, now);
  }
}

export function inProgress(
  operations: readonly Operation[],
  now: number,
): readonly Operation[] {
  return operations.filter((operation) => isShown(operation, now));
}

/** Taking back a switch that stands so without it would change nothing. */
export function canUndo({ canRevert, settings, target }: Operation): boolean {
  return canRevert && (target !== null || settings.some(({ on, wasOn }) => on !== wasOn));
}

/** Until it ends or goes back by itself; null when it does neither. The page may be a moment behind
 * the daemon's clock: no countdown starts above its whole time. */
export function timeLeft(operation: Operation, now: number): number | null {
  const at = operation.revertsAt ?? operation.endsAt;
  return at === null ? null : Math.min(at - now, at - (operation.askedAt ?? 0));
}

export interface Line {
  readonly icon: IconName;
  readonly tone: "quiet" | "warn" | "bad";
  readonly title: string;
  readonly about: string;
  readonly state: string;
  /** How much of its time is left, 0..1; null when it does not end by itself. */
  readonly left: number | null;
}

function wentBackWords(operation: Operation): string {
  const { keepBy, endedAt, askedAt } = operation;
  // This page did not see it wait to be kept: which of the two it was is not told.
  if (keepBy === null || endedAt === null || askedAt === null) return words.backAgain;
  // The daemon's two clocks may differ a little.
  return endedAt < keepBy - 500 ? words.takenBack : words.wentBack(keepBy - askedAt);
}

function stateWords(operation: Operation, tookMs: number | null): string {
  switch (operation.state) {
    case "pending":
      return words.deedOf(operation.action).doing;
    case "applied":
      return words.applied(tookMs);
    case "confirmed":
      return words.kept;
    case "expired":
      return words.expired;
    case "failed":
      return words.failed;
    case "reverted":
      return wentBackWords(operation);
    case "superseded":
      return words.superseded;
    default:
      return "";
  }
}

const icons: Partial<Record<Operation["state"], IconName>> = {
  "awaiting-confirm": "alert",
  failed: "error",
  reverted: "back",
  expired: "clock",
  pending: "clock",
};

export function lineOf(operation: Operation, now: number, tookMs: number | null): Line {
  const { state, askedAt } = operation;
  const left = timeLeft(operation, now);
  const isFailed = state === "failed";
  const whole = left === null || askedAt === null ? 0 : left + now - askedAt;
  return {
    icon: icons[state] ?? (left === null ? "check" : "clock"),
    tone: isFailed ? "bad" : state === "awaiting-confirm" ? "warn" : "quiet",
    title: isFailed ? words.failedTitle(operation) : words.doneTitle(operation),
    about: dotted([
      askedAt === null ? "" : words.by(operation.author, clockMinutes(askedAt)),
      words.because(operation.reason),
      isInForce(operation) ? (operation.does ?? "") : "",
    ]),
    state:
      left === null ? stateWords(operation, tookMs) : words.inTime(words.byItself(operation), left),
    left: left === null || whole <= 0 ? null : Math.min(1, Math.max(0, left / whole)),
  };
}

/** What is said aloud of those that wait to be kept: at the start, at 30 s, at 10 s and at the end. */
export function spokenOf(operations: readonly Operation[], now: number): string {
  const next = operations.find(({ state }) => state === "awaiting-confirm");
  const over = operations.find(({ state, keepBy }) => state === "reverted" && keepBy !== null);
  if (next === undefined || next.revertsAt === null)
    return over === undefined ? "" : words.spokenOver(over, wentBackWords(over));
  const left = next.revertsAt - now;
  return words.spoken(next, left > 30_000 ? 60 : left > 10_000 ? 30 : 10);
}

export interface Today {
  readonly all: number;
  readonly failed: number;
  readonly back: number;
}

/** What was asked for since midnight of the reader, and what became of it. */
export function todays(operations: readonly Operation[], now: number): Today {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const today = operations.filter(({ askedAt }) => askedAt !== null && askedAt >= midnight);
  const count = (state: Operation["state"]) => today.filter((row) => row.state === state).length;
  return { all: today.length, failed: count("failed"), back: count("reverted") };
}

/** An ended link cannot be taken back, but its peer can be called: whom to call, or null. */
export function connectAgain({ action, state, target }: Operation): AskTarget | null {
  const ended = action === "link.disconnect" && state === "applied";
  return ended && target !== null ? askTarget(target) : null;
}
