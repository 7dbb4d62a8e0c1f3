/* SPDX-License-Identifier: Apache-2.0 */
/* What is on the drawing, in pixels and words, before anything is drawn. Pure but for `measure`. */

import { strengthWord } from "../../data/health";
import * as words from "../../text/mesh";
import { type Edge, type Graph, type MeshNode, ownPeers, toldBridges } from "./graph";
import { placeLabels, type Placed, type Wanted } from "./labels";
import { radiusOf, reach, type Spot, type Spots } from "./layout";
import type { Picked } from "./picks";

export interface View {
  readonly width: number;
  readonly height: number;
  readonly large: boolean;
  readonly now: number;
  readonly focus: string | null;
  readonly hover: string | null;
  readonly selected: string | null;
}

export interface DrawnNode extends Spot {
  readonly id: string;
  readonly shape: "self" | "own" | "weak" | "lost" | "reported";
  readonly radius: number;
  readonly isSingleWay: boolean;
  /** Its label; none when there is no room for labels. */
  readonly lines: readonly string[];
}

export interface DrawnEdge {
  readonly from: Spot;
  readonly to: Spot;
  /** Where a bent line is pulled to. */
  readonly pull: Spot;
  readonly kind: "own" | "weak" | "reported" | "old";
  readonly width: number;
  /** 1 lets nothing through. */
  readonly alpha: number;
  readonly isRelayed: boolean;
  readonly isBridge: boolean;
}

export interface Hatched {
  readonly spots: readonly Spot[];
  readonly title: string;
  readonly text: string;
}

export interface Scene {
  readonly middle: Spot;
  readonly stretch: Spot;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  readonly labels: readonly Placed[];
  readonly hatched: readonly Hatched[];
}

const oldAfterMs = 60_000;
const hatchedMax = 3;
/* More labels than this cover what they name. */
const labelledOwnMax = 30;
export const lineHeight = 15;

function shapeOf({ kind, link }: MeshNode): DrawnNode["shape"] {
  if (kind !== "own") return kind;
  return strengthWord(link?.strength ?? null) === "weak" ? "weak" : "own";
}

/* These lie over all others: in a crowd a problem is not hidden. */
const onTop: readonly string[] = ["weak", "self"];

const radii = { self: 13, own: 6.5, weak: 7, lost: 6.5, reported: 4 } as const;

/* On a phone the round trip is in the rings alone. */
const briefUnder = 400;

function linesOf({ id, kind, link }: MeshNode, { large, width }: View, hidden: number): readonly string[] {
  const rest = hidden === 0 ? "" : ` ${words.more(hidden)}`;
  if (kind === "self") return [words.thisNode];
  if (kind === "reported" || width < briefUnder) return [`${words.mark(id)}${rest}`];
  const rtt = link?.rttMs ?? null;
  const second = large ? words.withStrength(link?.strength ?? null, rtt) : words.roundTrip(rtt);
  return [`${words.mark(id)}${rest}`, kind === "lost" ? words.lost : second];
}

function isOld({ claims }: Edge, now: number): boolean {
  const newest = Math.max(...claims.map(({ at }) => at ?? 0));
  return now - newest > oldAfterMs;
}

function between(a: Spot, b: Spot, share: number): Spot {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

/* Relayed: aside, through somebody else. Reported: a little outwards, off the middle. */
function pullOf(from: Spot, to: Spot, middle: Spot, isOwn: boolean, isRelayed: boolean): Spot {
  const mid = between(from, to, 0.5);
  if (isOwn)
    return isRelayed
      ? { x: mid.x - (to.y - from.y) * 0.3, y: mid.y + (to.x - from.x) * 0.3 }
      : mid;
  return between(middle, mid, 1.12);
}

/* Many links are drawn thinner and fainter, or they would be one blot. */
function thinnerBy(own: number): number {
  return Math.min(1, 24 / own);
}
const faintest = 0.15;

interface Field {
  readonly at: ReadonlyMap<string, Spot>;
  readonly middle: Spot;
  readonly thin: number;
  readonly now: number;
}

function edgeOf(edge: Edge, graph: Graph, { at, middle, thin, now }: Field): DrawnEdge {
  const { a, b, link, claims } = edge;
  const isOwn = link !== null;
  const isRelayed = (link?.path ?? claims[0]?.path) === "relayed";
  const isWeak = isOwn && strengthWord(link.strength) === "weak";
  const kind = isWeak ? "weak" : isOwn ? "own" : isOld(edge, now) ? "old" : "reported";
  const isBridge = graph.bridges.some(
    ({ near, far }) => (near === a && far === b) || (near === b && far === a),
  );
  const [from, to] = [at.get(a) ?? middle, at.get(b) ?? middle];
  const width = isOwn ? Math.max(1, (1.5 + ((link.strength ?? 30) / 100) * 4) * thin) : 1;
  const alpha = kind === "own" ? Math.max(faintest, Math.min(1, 2 * thin)) : kind === "reported" ? 0.6 : 1;
  const pull = pullOf(from, to, middle, isOwn, isRelayed);
  return { from, to, pull, kind, width, alpha: isBridge ? 1 : alpha, isRelayed, isBridge };
}

/** The worst that hang on one node or link; what lies inside another field is not told twice. */
function hatchedOf(graph: Graph, at: ReadonlyMap<string, Spot>): readonly Hatched[] {
  const told: { ids: readonly string[]; title: string; text: string }[] = [
    ...toldBridges(graph).map(({ near, far, behind }) => ({
      ids: behind,
      title: words.bridgeTitle(near, far),
      text: words.bridgeText(behind.length),
    })),
    ...graph.singleWays.map(({ id, cutsOff }) => ({
      ids: cutsOff,
      title: words.fieldTitle(id),
      text: words.fieldText(cutsOff.length),
    })),
  ];
  told.sort((a, b) => b.ids.length - a.ids.length);
  const fields: Hatched[] = [];
  const covered = new Set<string>();
  for (const { ids, title, text } of told) {
    const spots = ids.map((id) => at.get(id)).filter((spot) => spot !== undefined);
    if (fields.length === hatchedMax || spots.length === 0 || ids.some((id) => covered.has(id))) continue;
    for (const id of ids) covered.add(id);
    fields.push({ spots, title, text });
  }
  return fields;
}

function labelled(node: MeshNode, view: View, own: number): { readonly wanted: boolean; readonly must: boolean } {
  const pointed = [view.focus, view.hover, view.selected].includes(node.id);
  if (pointed || node.kind === "self") return { wanted: true, must: true };
  if (node.kind === "reported") return { wanted: view.large, must: false };
  return { wanted: own <= labelledOwnMax || view.large, must: own <= labelledOwnMax / 2 };
}

function labelOrder(node: MeshNode, { focus, hover, selected }: View): number {
  if ([focus, hover, selected].includes(node.id)) return 0;
  return node.kind === "self" ? 1 : node.kind === "reported" ? 3 : 2;
}

type Measure = (text: string, line: number) => number;

function labelsOf(
  drawn: readonly (readonly [MeshNode, DrawnNode])[],
  own: number,
  view: View,
  measure: Measure,
): readonly Placed[] {
  const named = drawn.filter(([, { lines }]) => lines.length > 0);
  const order = named.sort(([a], [b]) => labelOrder(a, view) - labelOrder(b, view));
  const wanted: Wanted[] = [];
  for (const [node, { id, x, y, radius, lines, isSingleWay }] of order) {
    const { must } = labelled(node, view, own);
    const width = Math.max(...lines.map((line, at) => measure(line, at)));
    const room = isSingleWay ? radius + 5 : radius;
    wanted.push({ id, x, y, radius: room, width, height: lines.length * lineHeight, must });
  }
  return placeLabels(wanted, [], { x: 2, y: 2, width: view.width - 4, height: view.height - 4 });
}

/** How far the unit of the layout reaches each way. */
function fieldOf(view: View, hasOuter: boolean): { readonly middle: Spot; readonly stretch: Spot } {
  const most = hasOuter ? reach : radiusOf(60_000);
  const side = Math.min(view.large ? 70 : 44, view.width * 0.12);
  const middle = { x: view.width / 2, y: view.height / 2 };
  const [x, y] = [(middle.x - side) / most, (middle.y - 26) / most];
  return { middle, stretch: { x: Math.min(x, y * 1.45), y: Math.min(y, x * 1.1) } };
}

export function sceneOf(graph: Graph, picked: Picked, spots: Spots, view: View, measure: Measure): Scene {
  const hasOuter = picked.nodes.some(({ kind }) => kind === "reported");
  const { middle, stretch } = fieldOf(view, hasOuter);
  const at = new Map<string, Spot>();
  for (const [id, { x, y }] of spots)
    at.set(id, { x: middle.x + x * stretch.x, y: middle.y + y * stretch.y });
  const singleWays = new Set(graph.singleWays.map(({ id }) => id));
  const own = ownPeers(graph).length;
  const thin = thinnerBy(own);
  const drawn = picked.nodes.flatMap((node) => {
    const spot = at.get(node.id);
    if (spot === undefined) return [];
    const shape = shapeOf(node);
    const one: DrawnNode = {
      id: node.id,
      ...spot,
      shape,
      radius: node.kind === "self" ? radii.self : Math.max(3.5, radii[shape] * Math.sqrt(thin)),
      isSingleWay: singleWays.has(node.id),
      lines: labelled(node, view, own).wanted ? linesOf(node, view, picked.more.get(node.id) ?? 0) : [],
    };
    return [[node, one] as const];
  });
  const shown = new Map(drawn.map(([, node]) => [node.id, node]));
  const edges = graph.edges
    .filter(({ a, b }) => shown.has(a) && shown.has(b))
    .map((edge) => edgeOf(edge, graph, { at, middle, thin, now: view.now }));
  edges.sort((a, b) => Number(a.kind === "weak") - Number(b.kind === "weak") || a.width - b.width);
  const nodes = drawn.map(([, node]) => node);
  nodes.sort((a, b) => onTop.indexOf(a.shape) - onTop.indexOf(b.shape));
  return {
    middle,
    stretch,
    nodes,
    edges,
    labels: labelsOf(drawn, own, view, measure),
    hatched: hatchedOf(graph, at),
  };
}

/** The node under a point, with room for a finger. */
export function nodeAt(scene: Scene, x: number, y: number, room: number): string | null {
  let nearest: string | null = null;
  let least = room;
  for (const node of scene.nodes) {
    const far = Math.hypot(node.x - x, node.y - y) - node.radius;
    if (far < least) [nearest, least] = [node.id, far];
  }
  return nearest;
}
