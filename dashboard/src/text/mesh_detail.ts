/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of single nodes: on the card and in the table. */

import type { Path } from "../data/model";
import { count, dotted, millis, percent, shortId, shortSpan } from "./format";
import { nodes, roundTrip } from "./mesh";

export const selected = "Selected";
export const nothingSelected = "Point at a node, or walk to it with the arrow keys and press Enter.";
export const unselect = "Close the card of this node";
export const copyId = "Copy the node id";
export const facts = {
  strength: "Strength",
  roundTrip: "Round trip",
  loss: "Loss",
  path: "Path",
  knows: "Knows",
  reportedBy: "Reported by",
  hops: "Hops",
  cutsOff: "Cuts off",
} as const;
export const learned = "Learned from";
export const claimed = (by: string, age: number | null): string =>
  age === null ? shortId(by) : `${shortId(by)} ${shortSpan(age)} ago`;
export const ofHundred = (strength: number): string => `${strength} of 100`;
export const medianAnd = (rtt: number | null, p95: number | null): string =>
  p95 === null ? roundTrip(rtt) : `${roundTrip(rtt)}, p95 ${roundTrip(p95)}`;
export const losses = (inward: number | null, outward: number | null): string =>
  inward === null ? "not known yet" : `${percent(inward)} % in, ${percent(outward)} % out`;
export const paths: Record<Path, string> = {
  direct: "direct",
  relayed: "relayed",
  lan: "in the local network",
  unknown: "not known",
};
export const knowsOthers = (others: number): string => `${nodes(others)} we do not link to`;
export const tellsNothing = "it does not tell of its links";
export const claim = (by: string, path: Path, ms: number | null, age: number | null): string =>
  dotted([
    shortId(by),
    path === "unknown" ? "" : paths[path],
    ms === null ? "" : `${millis(ms)} ms`,
    age === null ? "age not known" : `${shortSpan(age)} ago`,
  ]);
export const noWay = "no way known";
export const cutOffNodes = (behind: number): string => (behind === 0 ? "nobody" : nodes(behind));
export const tableLabel = "The nodes of the drawing and those that it has no room for";
export const heads = ["Node", "Reported by", "Hops", "Links", "Cuts off"] as const;
export const ownLink = "own link";
export const gone = "was ours until a moment ago";
export const rowsLeft = (left: number): string => `${count(left)} more are known.`;
export const close = "Close the large drawing";
