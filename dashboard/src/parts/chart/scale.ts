/* SPDX-License-Identifier: Apache-2.0 */
/* How far an axis goes and where it is marked. Pure, so that it can be tested. */

export interface Top {
  readonly top: number;
  /** Since when a smaller top would have been enough; null while it is needed. */
  readonly roomySince: number | null;
}

const shrinkAfterMs = 30_000;

/** The next of 1, 2, 5, 10 … times the unit; `base` is 1024 for bytes, else 1000. */
export function niceTop(value: number, base: 1000 | 1024): number {
  if (!(value > 0)) return 1;
  let unit = 1;
  while (base === 1024 && value >= unit * 1000) unit *= 1024;
  const scaled = value / unit;
  const power = 10 ** Math.floor(Math.log10(scaled));
  const step = [1, 2, 5, 10].find((candidate) => candidate * power >= scaled) ?? 10;
  return step * power * unit;
}

/** Grows at once and shrinks after 30 s, so that lines do not breathe. */
export function heldTop(held: Top | null, needed: number, now: number): Top {
  if (held === null || needed >= held.top) return { top: needed, roomySince: null };
  const since = held.roomySince ?? now;
  if (now - since >= shrinkAfterMs) return { top: needed, roomySince: null };
  return { top: held.top, roomySince: since };
}

const minute = 60_000;
const windows = [minute / 2, minute, 2 * minute, 5 * minute, 15 * minute] as const;

/** The smallest of ½, 1, 2, 5 and 15 min that holds everything since `first`. */
export function windowFor(first: number | null, edge: number): number {
  const needed = first === null ? 0 : edge - first;
  return windows.find((window) => window >= needed) ?? 15 * minute;
}

const hour = 60 * minute;
const day = 24 * hour;

const tickEvery: Readonly<Record<number, number>> = {
  [minute / 2]: 10_000,
  [minute]: 20_000,
  [2 * minute]: 30_000,
  [5 * minute]: 2 * minute,
  [15 * minute]: 5 * minute,
  [hour]: 20 * minute,
  [day]: 6 * hour,
  [30 * day]: 7 * day,
};

/* Days begin where the reader is. */
function zoneShift(at: number): number {
  return new Date(at).getTimezoneOffset() * minute;
}

/** Round moments inside the window, and the edge itself; none so near an edge that words meet. */
export function timeTicks(from: number, to: number): number[] {
  const window = to - from;
  const every = tickEvery[Math.round(window)] ?? window / 3;
  const ticks: number[] = [];
  const shift = every > hour ? zoneShift(to) : 0;
  const first = Math.ceil((from - shift) / every) * every + shift;
  for (let at = first; at < to - window * 0.2; at += every) {
    if (at - from > window * 0.13) ticks.push(at);
  }
  return [...ticks, to];
}
