/* SPDX-License-Identifier: Apache-2.0 */
/* The time before now: which stretch of it is shown, and which moment the page looks at. What the
 * node has kept of it is fetched by history.ts and put here. */

import { computed, signal } from "@preact/signals";
import type { Link } from "./model";
import type { Sample } from "./samples";

export const rangeMs = {
  "15m": 15 * 60_000,
  "1h": 60 * 60_000,
  "24h": 24 * 60 * 60_000,
  "30d": 30 * 24 * 60 * 60_000,
} as const;

export type Range = keyof typeof rangeMs;
export const ranges = Object.keys(rangeMs) as readonly Range[];

/** What the node kept of one stretch of time. */
export interface Kept {
  readonly stepMs: number;
  readonly points: readonly Sample[];
}

/** One moment, as the node kept it. */
export interface Moment {
  readonly at: number;
  readonly sample: Sample;
  /** Null: not kept for that time. */
  readonly links: readonly Link[] | null;
  readonly findings: readonly string[];
}

export const range = signal<Range>("15m");
export const kept = signal<ReadonlyMap<Range, Kept>>(new Map());
/** Why a stretch or the moment could not be had, in the daemon's words. */
export const keptTrouble = signal<ReadonlyMap<Range, string>>(new Map());
export const momentTrouble = signal<string | null>(null);

/** The moment that the page looks at; null is now. */
export const lookingAt = signal<number | null>(null);
export const moment = signal<Moment | null>(null);

const leastStepMs = 10_000;

/** How far an arrow key goes. */
export const stepMs = computed(() =>
  Math.max(leastStepMs, kept.value.get(range.value)?.stepMs ?? 0),
);

/** Moves by so many steps; past the newest moment is now. */
export function stepBy(steps: number, edge: number): void {
  const next = (lookingAt.value ?? edge) + steps * stepMs.value;
  if (next >= edge) lookingAt.value = null;
  else lookingAt.value = Math.max(edge - rangeMs[range.value], next);
}
