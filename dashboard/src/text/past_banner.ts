/* SPDX-License-Identifier: Apache-2.0 */
/* What the banner over a page of the past says. */

import type { Sample } from "../data/samples";
import { count, millis, percent, plural, rateText, span } from "./format";
import { level } from "./history";

export const youLookAt = (at: string, ago: string): string => `You look at ${at}, ${ago} ago`;
export const backToLive = "Back to live";
export const earlier = (step: number): string => `${span(step)} earlier`;
export const later = (step: number): string => `${span(step)} later`;
export const arrows = (step: number): string => `Arrow keys move by ${span(step)}.`;
export const awaited = "Asking the node for that moment.";
export const notKept = "Nothing is known of that moment.";
export const missing = (why: string): string =>
  why === "" ? "The node did not tell of that moment." : why;
export const someLinks = (kept: number): string =>
  `Of its links only the ${count(kept)} weakest were kept.`;
export function sentence({ health, links, roundTrip, loss, inRate }: Sample): string {
  const parts = [
    links === null ? "" : plural(links, "link", "links"),
    roundTrip === null ? "" : `${millis(roundTrip)} ms`,
    loss === null ? "" : `${percent(loss)} % lost`,
    inRate === null ? "" : `${rateText(inRate)} in`,
  ].filter((part) => part !== "");
  if (health === null && parts.length === 0) return notKept;
  return parts.length === 0 ? `${level(health)}.` : `${level(health)}: ${parts.join(", ")}.`;
}
