/* SPDX-License-Identifier: Apache-2.0 */
/* The mesh as it is known here: own links, which are measured, and what neighbours say of theirs,
 * which are claims. Pure. A claim never touches an own link, and adds nothing to what is said of
 * this node: a neighbour that makes up a hundred nodes has a hundred nodes drawn beside it. */

import type { Link, Path, View } from "../../data/model";
import { type Bridge, cutsFrom } from "./cuts";

/** Who says so, and when. */
export interface Claim {
  readonly by: string;
  readonly at: number | null;
  readonly path: Path;
  readonly rttMs: number | null;
}

/* own: there is a link of ours to it. lost: there was one a moment ago. */
export type Kind = "self" | "own" | "lost" | "reported";

export interface MeshNode {
  readonly id: string;
  readonly kind: Kind;
  readonly link: Link | null;
  readonly claims: readonly Claim[];
  readonly neighbours: readonly string[];
  /** Null: no way from here to it is known. */
  readonly hops: number | null;
  /** Whom this node loses with it, as far as is known. */
  readonly cutsOff: readonly string[];
}

export interface Edge {
  readonly a: string;
  readonly b: string;
  /** The own link that it is; null when neighbours tell of it. */
  readonly link: Link | null;
  readonly claims: readonly Claim[];
}

export interface Graph {
  readonly self: string;
  readonly nodes: ReadonlyMap<string, MeshNode>;
  readonly edges: readonly Edge[];
  /** Whose links we were told. */
  readonly told: ReadonlySet<string>;
  /** Links that are the only way to two or more nodes, the worst first. */
  readonly bridges: readonly Bridge[];
  /** Nodes that are the only way to two or more, the worst first. */
  readonly singleWays: readonly MeshNode[];
}

export interface Known {
  readonly self: string;
  readonly links: Iterable<Link>;
  readonly views: readonly View[];
  readonly now: number;
}

const lostForMs = 10_000;

/* A single node that only one tells of is the edge of what is known, no trouble. */
const worthTelling = 2;

function strongest(a: Link, b: Link | undefined): Link {
  return b !== undefined && (b.strength ?? -1) > (a.strength ?? -1) ? b : a;
}

export function isOver({ state }: Link): boolean {
  return state === "closing" || state === "closed";
}

function ownLinks({ links, self, now }: Known): { open: Map<string, Link>; lost: Map<string, Link> } {
  const open = new Map<string, Link>();
  const lost = new Map<string, Link>();
  for (const link of links) {
    if (link.nodeId === null || link.nodeId === self) continue;
    if (link.state === "open") open.set(link.nodeId, strongest(link, open.get(link.nodeId)));
    if (isOver(link) && now - (link.since ?? 0) < lostForMs) lost.set(link.nodeId, link);
  }
  for (const id of open.keys()) lost.delete(id);
  return { open, lost };
}

function edgeKey(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

function edgesOf(known: Known, open: ReadonlyMap<string, Link>): Map<string, Edge> {
  const { self, views } = known;
  const edges = new Map<string, Edge>();
  for (const [id, link] of open) edges.set(edgeKey(self, id), { a: self, b: id, link, claims: [] });
  for (const { nodeId: by, at, links } of views) {
    for (const { nodeId, path, rttMs } of links) {
      if (by === self || nodeId === self) continue;
      const key = edgeKey(by, nodeId);
      const before = edges.get(key) ?? { a: by, b: nodeId, link: null, claims: [] };
      edges.set(key, { ...before, claims: [...before.claims, { by, at, path, rttMs }] });
    }
  }
  return edges;
}

function neighboursOf(self: string, edges: Iterable<Edge>): Map<string, Set<string>> {
  const neighbours = new Map<string, Set<string>>([[self, new Set()]]);
  const add = (from: string, to: string): void => {
    neighbours.set(from, (neighbours.get(from) ?? new Set()).add(to));
  };
  for (const { a, b } of edges) {
    add(a, b);
    add(b, a);
  }
  return neighbours;
}

function claimsOn(edges: Iterable<Edge>): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const edge of edges) {
    for (const claim of edge.claims) {
      const about = claim.by === edge.a ? edge.b : edge.a;
      claims.set(about, [...(claims.get(about) ?? []), claim]);
    }
  }
  return claims;
}

const mostFirst = (a: number, b: number, nameA: string, nameB: string): number =>
  b - a || (nameA < nameB ? -1 : 1);

export function graphOf(known: Known): Graph {
  const { self, views } = known;
  const { open, lost } = ownLinks(known);
  const edges = edgesOf(known, open);
  const neighbours = neighboursOf(self, edges.values());
  const cuts = cutsFrom(self, neighbours);
  const claims = claimsOn(edges.values());
  const kindOf = (id: string): Kind =>
    id === self ? "self" : open.has(id) ? "own" : lost.has(id) ? "lost" : "reported";
  const nodes = new Map<string, MeshNode>();
  for (const id of new Set([...neighbours.keys(), ...lost.keys()])) {
    nodes.set(id, {
      id,
      kind: kindOf(id),
      link: open.get(id) ?? lost.get(id) ?? null,
      claims: claims.get(id) ?? [],
      neighbours: [...(neighbours.get(id) ?? [])].sort(),
      hops: cuts.hops.get(id) ?? null,
      cutsOff: cuts.behind.get(id) ?? [],
    });
  }
  const singleWays = [...nodes.values()].filter((node) => node.cutsOff.length >= worthTelling);
  singleWays.sort((a, b) => mostFirst(a.cutsOff.length, b.cutsOff.length, a.id, b.id));
  const bridges = cuts.bridges.filter(({ behind }) => behind.length >= worthTelling);
  bridges.sort((a, b) => mostFirst(a.behind.length, b.behind.length, a.far, b.far));
  const told = new Set(views.map(({ nodeId }) => nodeId).filter((id) => id !== self));
  return { self, nodes, edges: [...edges.values()], told, bridges, singleWays };
}

/** Those that are said in words. Losing an own link is losing the peer: what hangs on that is said of
 * the peer. */
export function toldBridges({ self, bridges, singleWays }: Graph): readonly Bridge[] {
  const ways = new Set(singleWays.map(({ id }) => id));
  return bridges.filter(({ near, far }) => near !== self || !ways.has(far));
}

export function ownPeers(graph: Graph): readonly MeshNode[] {
  return [...graph.nodes.values()].filter(({ kind }) => kind === "own");
}

export function reportedNodes(graph: Graph): readonly MeshNode[] {
  return [...graph.nodes.values()].filter(({ kind }) => kind === "reported");
}
