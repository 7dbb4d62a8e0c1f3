/* SPDX-License-Identifier: Apache-2.0 */
import type { Health } from "../data/health";
import type { Range } from "../data/past";
import { dotted } from "./format";

export const rangeLabel = "Stretch of time";
export const ranges: Record<Range, string> = {
  "15m": "15 min",
  "1h": "1 h",
  "24h": "24 h",
  "30d": "30 d",
};
export const keptBy = (range: Range): string => `last ${ranges[range]}, as the node kept it`;
export const keptAwaited = "asking the node for what it kept";
export const keptMissing = (why: string): string =>
  why === "" ? "The node did not tell what it kept." : why;

const levels: Record<Health, string> = { calm: "Calm", warn: "With problems", bad: "In trouble" };
export const level = (health: Health | null): string =>
  health === null ? "Not known" : levels[health];

export const stripLabel = "Health over time: look back";
export const stripLive = "now";
export const stripAt = (at: string, health: Health | null): string =>
  `${at}, ${level(health).toLowerCase()}`;

export const lookingBack = "Looking back";
/** One sentence of what was: "With problems: 8 links, 38 ms, 1.7 % lost, 1.8 MiB/s in." */
export const verdict: Record<Health, string> = {
  calm: "All was well.",
  warn: "It worked, with problems.",
  bad: "It was in trouble.",
};
export const verdictUnknown = "How it was is not known.";
export const linksNotKept = "Which links were open then was not kept.";
export const linksNotKeptNext = "For a while back only how many there were is known; the figures above have that.";
export const linksAwaited = "Asking which links were open then.";

/** What a line does over the stretch, for who does not see it. */
export function trend(least: string, most: string, mostAt: string, last: string): string {
  return dotted([`between ${least} and ${most}`, `most at ${mostAt}`, `last ${last}`]);
}
