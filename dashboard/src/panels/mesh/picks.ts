/* SPDX-License-Identifier: Apache-2.0 */
/* Who of the mesh is drawn: every own peer, and of those that neighbours tell of so many, problems
 * first. The rest is a number beside whoever told of them. Pure. */

import { type Graph, type MeshNode, reportedNodes } from "./graph";

export const reportedMax = 60;

export interface Picked {
  readonly nodes: readonly MeshNode[];
  /** By neighbour: how many of those that it tells of are not drawn. */
  readonly more: ReadonlyMap<string, number>;
}

function troubled(graph: Graph): ReadonlySet<string> {
  const cut = [...graph.singleWays.map(({ cutsOff }) => cutsOff), ...graph.bridges.map(({ behind }) => behind)];
  return new Set([...graph.singleWays.map(({ id }) => id), ...cut.flat()]);
}

export function pick(graph: Graph, most = reportedMax): Picked {
  const trouble = troubled(graph);
  const rank = (node: MeshNode): number => (trouble.has(node.id) ? 0 : 1);
  const sorted = [...reportedNodes(graph)].sort(
    (a, b) => rank(a) - rank(b) || b.claims.length - a.claims.length || (a.id < b.id ? -1 : 1),
  );
  const more = new Map<string, number>();
  for (const { claims } of sorted.slice(most)) {
    for (const { by } of claims) more.set(by, (more.get(by) ?? 0) + 1);
  }
  const near = [...graph.nodes.values()].filter(({ kind }) => kind !== "reported");
  return { nodes: [...near, ...sorted.slice(0, most)], more };
}
