/* SPDX-License-Identifier: Apache-2.0 */
/* What the stats panel draws, worked out from links and samples. Pure. */

import { strengthWord, type Health, type StrengthWord } from "../../data/health";
import type { Link } from "../../data/model";
import { gapAt, type Sample } from "../../data/samples";

export interface StrengthBar {
  readonly id: string;
  readonly nodeId: string | null;
  readonly strength: number | null;
  readonly word: StrengthWord;
}

/** One bar per open link, strongest first; with more than fit, the weakest are what matters. */
export function strengthBars(
  links: Iterable<Link>,
  limit: number,
): { readonly bars: readonly StrengthBar[]; readonly left: number } {
  const open = [...links].filter((link) => link.state === "open");
  open.sort((a, b) => (b.strength ?? -1) - (a.strength ?? -1) || (a.id < b.id ? -1 : 1));
  const bars = open.slice(-limit).map((link) => ({
    id: link.id,
    nodeId: link.nodeId,
    strength: link.strength,
    word: strengthWord(link.strength),
  }));
  return { bars, left: open.length - bars.length };
}

export type Cell = Health | "unseen";

const weight: Record<Cell, number> = { unseen: 0, calm: 1, warn: 2, bad: 3 };

/** The window cut into equal cells; each shows the worst that was seen in it. */
export function healthCells(
  points: readonly Sample[],
  from: number,
  to: number,
  count: number,
): readonly Cell[] {
  const cells: Cell[] = Array.from({ length: count }, () => "unseen");
  const width = (to - from) / count;
  for (const point of points) {
    const at = Math.min(count - 1, Math.floor((point.at - from) / width));
    const before = cells[at];
    if (before === undefined || point.health === null) continue;
    if (weight[point.health] > weight[before]) cells[at] = point.health;
  }
  return cells;
}

const unknownAfterMs = 30_000;
const sameMs = 3_000;

/** The points of `kept` at which this page saw nothing itself. Both are in order of time. */
function unseen(kept: readonly Sample[], seen: readonly Sample[]): readonly Sample[] {
  const known = seen.filter((point) => point.health !== null);
  let next = 0;
  return kept.filter(({ at }) => {
    while ((known[next]?.at ?? at) < at - sameMs) next += 1;
    return (known[next]?.at ?? Number.POSITIVE_INFINITY) > at + sameMs;
  });
}

/** What this page saw, and what the node kept of the time when it did not; what neither knows of is
 * a gap. */
export function joined(kept: readonly Sample[], seen: readonly Sample[]): readonly Sample[] {
  const before = unseen(kept, seen);
  if (before.length === 0) return seen;
  const all = [...before, ...seen].sort((a, b) => a.at - b.at);
  return all.flatMap((point, place) => {
    const last = all[place - 1];
    const isGap = last !== undefined && point.at - last.at > unknownAfterMs;
    return isGap ? [gapAt(last.at + 1), point] : [point];
  });
}

/** The least, the most and the last of what is known, for a caption; null when nothing is. */
export function trendOf(
  points: readonly Sample[],
  read: (sample: Sample) => number | null,
  peak: (sample: Sample) => number | null,
): { readonly least: number; readonly most: number; readonly mostAt: number; readonly last: number } | null {
  let trend: ReturnType<typeof trendOf> = null;
  for (const point of points) {
    const value = read(point);
    if (value === null) continue;
    const high = Math.max(value, peak(point) ?? value);
    if (trend === null) trend = { least: value, most: high, mostAt: point.at, last: value };
    else
      trend = {
        least: Math.min(trend.least, value),
        most: Math.max(trend.most, high),
        mostAt: high > trend.most ? point.at : trend.mostAt,
        last: value,
      };
  }
  return trend;
}

export function healthShares(points: readonly Sample[]): {
  readonly warn: number;
  readonly bad: number;
} {
  const seen = points.filter((point) => point.health !== null);
  const share = (health: Health): number =>
    seen.length === 0 ? 0 : seen.filter((point) => point.health === health).length / seen.length;
  return { warn: share("warn"), bad: share("bad") };
}

export function sampleAt(points: readonly Sample[], at: number | null): Sample | null {
  if (at === null) return null;
  return points.find((point) => point.at === at) ?? null;
}

/** The known sample that is nearest to a moment. */
export function pointNear(points: readonly Sample[], at: number): Sample | null {
  let near: Sample | null = null;
  for (const point of points) {
    if (point.health === null) continue;
    if (near === null || Math.abs(point.at - at) < Math.abs(near.at - at)) near = point;
  }
  return near;
}
