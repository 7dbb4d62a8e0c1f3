/* SPDX-License-Identifier: Apache-2.0 */
/* What the stats panel draws, worked out from links and samples. Pure. */

import { strengthWord, type Health, type StrengthWord } from "../../data/health";
import type { Link } from "../../data/model";
import type { Sample } from "../../data/samples";
import type { Point } from "../../parts/spark";

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
  open.sort((a, b) => (b.strength ?? -1) - (a.strength ?? -1) || a.id.localeCompare(b.id));
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

export function pointsOf(
  samples: readonly Sample[],
  read: (sample: Sample) => number | null,
): readonly Point[] {
  return samples.map((sample) => ({ at: sample.at, value: read(sample) }));
}
