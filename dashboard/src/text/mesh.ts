/* SPDX-License-Identifier: Apache-2.0 */
import { count, millis, plural, shortId, unknown } from "./format";

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

export const nodes = (many: number): string => plural(many, "node", "nodes");

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
export const lost = "its link ended a moment ago";
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
