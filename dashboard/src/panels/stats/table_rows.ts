/* SPDX-License-Identifier: Apache-2.0 */
import type { Sample } from "../../data/samples";

export interface StatsRow {
  readonly at: number;
  readonly sample: Sample;
}

const rowEveryMs = 10_000;

/** The table twin of the charts: the last sample of every 10 s, newest first. */
export function statsRows(points: readonly Sample[]): readonly StatsRow[] {
  const rows = new Map<number, Sample>();
  for (const point of points) rows.set(Math.floor(point.at / rowEveryMs), point);
  return [...rows.values()].reverse().map((sample) => ({ at: sample.at, sample }));
}
