/* SPDX-License-Identifier: Apache-2.0 */
import type { Sample } from "../../data/samples";

export interface StatsRow {
  readonly at: number;
  readonly sample: Sample;
}

/** The table twin of the charts: the last sample of every so many ms, newest first. */
export function statsRows(points: readonly Sample[], everyMs: number): readonly StatsRow[] {
  const rows = new Map<number, Sample>();
  for (const point of points) rows.set(Math.floor(point.at / everyMs), point);
  return [...rows.values()].reverse().map((sample) => ({ at: sample.at, sample }));
}
