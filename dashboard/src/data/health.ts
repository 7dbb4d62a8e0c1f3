/* SPDX-License-Identifier: Apache-2.0 */
/* What the links say together. The daemon measures each link; a figure over all of them is either
 * the link in the middle or the worst one, never an average of percentiles. */

import type { Alert, Link, NodePanel } from "./model";

export type Health = "calm" | "warn" | "bad";

export type StrengthWord = "strong" | "fair" | "weak" | "unknown";

export function strengthWord(strength: number | null): StrengthWord {
  if (strength === null) return "unknown";
  if (strength >= 80) return "strong";
  return strength >= 50 ? "fair" : "weak";
}

export interface LinkFigures {
  readonly open: number;
  readonly strong: number;
  readonly fair: number;
  readonly weak: number;
  readonly middleRtt: number | null;
  readonly slowestRtt: number | null;
  readonly middleJitter: number | null;
  readonly worstLoss: { readonly share: number; readonly link: Link } | null;
  readonly worstLossOut: number | null;
  /** How many links know their loss. */
  readonly lossKnown: number;
}

function middle(sorted: Float64Array): number | null {
  const at = Math.floor((sorted.length - 1) / 2);
  return sorted[at] ?? null;
}

/** What is known, sorted: numbers of one kind sort ten times as fast as any. */
function known(links: readonly Link[], read: (link: Link) => number | null): Float64Array {
  return Float64Array.from(links.map(read).filter((value) => value !== null)).sort();
}

export function linkFigures(links: Iterable<Link>): LinkFigures {
  const open = [...links].filter((link) => link.state === "open");
  const rtts = known(open, (link) => link.rttMs);
  const rated = { strong: 0, fair: 0, weak: 0, unknown: 0 };
  for (const { strength } of open) rated[strengthWord(strength)] += 1;
  const lossy = open.filter((link) => link.lossIn !== null);
  let worst: LinkFigures["worstLoss"] = null;
  for (const link of lossy) {
    const share = link.lossIn ?? 0;
    if (worst === null || share > worst.share) worst = { share, link };
  }
  return {
    open: open.length,
    ...rated,
    middleRtt: middle(rtts),
    slowestRtt: rtts.at(-1) ?? null,
    middleJitter: middle(known(open, (link) => link.jitterMs)),
    worstLoss: worst,
    worstLossOut: known(open, (link) => link.lossOut).at(-1) ?? null,
    lossKnown: lossy.length,
  };
}

/** The alerts a person should look at, worst first as the daemon orders them. */
export function problems(alerts: readonly Alert[] | null): readonly Alert[] {
  return (alerts ?? []).filter((alert) => alert.level === "error" || alert.level === "warn");
}

/** What there is to read, in the daemon's order: notices are no problems, and are shown with them. */
export function findingsOf(alerts: readonly Alert[] | null): readonly Alert[] {
  return (alerts ?? []).filter((alert) => alert.level !== "debug");
}

export function healthOf(node: NodePanel | null, alerts: readonly Alert[] | null): Health | null {
  if (node === null) return null;
  if (node.state === "cut-off") return "bad";
  const open = problems(alerts);
  if (open.some((alert) => alert.level === "error")) return "bad";
  return open.length > 0 || node.state === "degraded" ? "warn" : "calm";
}
