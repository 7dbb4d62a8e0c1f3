/* SPDX-License-Identifier: Apache-2.0 */
/* What the short page draws, worked out from links, rows and samples. Pure. */

import type { LinkFigures, StrengthWord } from "../../data/health";
import type { Sample } from "../../data/samples";
import type { Point } from "../../parts/spark";
import { byId, isBeingCalled, type PeerRow } from "../peers/rows";

/** One word over all links: strong when all are, fair when at least half are, else weak. */
export function overallStrength(figures: LinkFigures): StrengthWord {
  const rated = figures.strong + figures.fair + figures.weak;
  if (rated === 0) return "unknown";
  if (figures.strong === rated) return "strong";
  return figures.strong * 2 >= rated ? "fair" : "weak";
}

const newestShown = 6;

/** The last few that were linked, are being called, or were seen: newest first, links before others. */
export function newestRows(rows: readonly PeerRow[]): readonly PeerRow[] {
  const called = (row: PeerRow) => Number(isBeingCalled(row));
  const linked = (row: PeerRow) => Number(row.group === "connected");
  const at = ({ link, peer }: PeerRow) => link?.since ?? peer?.lastSeenAt ?? 0;
  return [...rows]
    .sort((a, b) => linked(b) - linked(a) || called(b) - called(a) || at(b) - at(a) || byId(a, b))
    .slice(0, newestShown);
}

export function pointsOf(
  samples: readonly Sample[],
  read: (sample: Sample) => number | null,
): readonly Point[] {
  return samples.map((sample) => ({ at: sample.at, value: read(sample) }));
}
