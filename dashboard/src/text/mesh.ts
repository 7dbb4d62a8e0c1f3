/* SPDX-License-Identifier: Apache-2.0 */
import type { Path } from "../data/model";
import { count, dotted, millis, percent, plural, shortId, shortSpan, unknown } from "./format";

export const title = "Rendezvous mesh";
export const summary = (own: number, reported: number): string =>
  `${plural(own, "own link", "own links")} · ${count(reported)} reported by neighbours`;
export const summaryAlone = (own: number): string =>
  `${plural(own, "own link", "own links")} · no neighbour tells of its links`;
export const summaryThen = (own: number): string => `${plural(own, "own link", "own links")} then`;
export const basisThen = "Judged by own links alone: what neighbours told is not kept.";
export const views = { drawing: "Drawing", table: "Table" } as const;
export const viewLabel = "Show the mesh as";
export const openLarge = "Open large";

export const emptyTitle = "No links yet";
export const emptyText =
  "This node is in the middle, alone. A peer appears here as soon as a link to it is open.";


/** Four letters are enough to tell peers of one drawing apart; the card has the whole id. */
export const mark = (id: string): string => (id.length <= 6 ? id : `${id.slice(0, 4)}…`);
export const thisNode = "this node";
export const roundTrip = (ms: number | null): string => (ms === null ? unknown : `${millis(ms)} ms`);
export const withStrength = (strength: number | null, ms: number | null): string =>
  strength === null ? roundTrip(ms) : `strength ${strength} · ${roundTrip(ms)}`;
export const more = (hidden: number): string => `+${count(hidden)}`;
export const rings = (ms: number, isLast: boolean): string => (isLast ? `${ms} ms` : String(ms));

const nodes = (many: number): string => plural(many, "node", "nodes");

export const standing = {
  none: "This node has no link to any peer.",
  one: (peer: string): string => `This node hangs on one link: without ${shortId(peer)} it is alone.`,
  island: (peer: string, left: number): string =>
    `Without ${shortId(peer)} this node and ${plural(left, "peer", "peers")} have nobody but each other.`,
  stays: "This node stays connected whichever one link or peer it loses.",
};
export const basis = (told: number, own: number): string =>
  own === 0
    ? ""
    : told === 0
      ? "Judged by own links alone: no neighbour tells of its links."
      : `Judged by own links and by what ${told === own ? `all ${own}` : `${told} of ${own}`} neighbours report.`;

export const singleWay = (id: string, behind: number): string =>
  `${shortId(id)} is the only known way to ${nodes(behind)}.`;
export const bridge = (near: string, far: string, behind: number): string =>
  `The link ${shortId(near)} – ${shortId(far)} is the only known way to ${nodes(behind)}.`;
export const moreSpots = (left: number): string => `${plural(left, "more spot", "more spots")} in the table.`;
export const fieldTitle = (id: string): string => `Single way: ${mark(id)}`;
export const fieldText = (behind: number): string =>
  `If it leaves, ${behind === 1 ? "this node is" : `these ${behind} nodes are`} cut off.`;
export const bridgeTitle = (near: string, far: string): string => `Bridge: ${mark(near)} – ${mark(far)}`;
export const bridgeText = (behind: number): string => `If this link goes, ${nodes(behind)} are cut off.`;

export const legendLabel = "What the drawing means";
export const legend = {
  own: "own link, width = strength",
  weak: "weak",
  relayed: "relayed",
  reported: "reported by a neighbour",
  old: "reported over 60 s ago",
  bridge: "bridge",
  single: "single way",
  ring: "ring = round trip",
} as const;

export const drawingLabel = "Drawing of the mesh";
export const drawingHelp = "Arrow keys walk along links, Enter selects, T shows the same as a table.";

export const ifFails = "If something fails";
export const furtherOut = (spots: number): string =>
  spots === 0 ? "" : `${plural(spots, "spot", "spots")} further out would cut others off.`;
export const show = "Show";
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
export const lost = "its link ended a moment ago";
export const noWay = "no way known";
export const cutOffNodes = (behind: number): string => (behind === 0 ? "nobody" : nodes(behind));

export const tableLabel = "The nodes of the drawing and those that it has no room for";
export const heads = ["Node", "Reported by", "Hops", "Links", "Cuts off"] as const;
export const ownLink = "own link";
export const self = "this node";
export const gone = "was ours until a moment ago";
export const rowsLeft = (left: number): string => `${count(left)} more are known.`;
export const close = "Close the large drawing";

export interface Spoken {
  readonly id: string;
  readonly kind: "self" | "own" | "lost" | "reported";
  readonly strength: string;
  readonly ms: number | null;
  readonly by: number;
  readonly links: number;
  readonly behind: number;
}

/** What a reader hears of the node that was walked to. */
export function spoken({ id, kind, strength, ms, by, links, behind }: Spoken): string {
  const what = {
    self: thisNode,
    own: `own link, ${strength}, ${roundTrip(ms)}`,
    lost,
    reported: `reported by ${plural(by, "neighbour", "neighbours")}`,
  }[kind];
  const cuts = behind === 0 ? "" : `, the only known way to ${nodes(behind)}`;
  return `${shortId(id)}: ${what}, ${plural(links, "link", "links")} known${cuts}`;
}
