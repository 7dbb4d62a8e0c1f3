/* SPDX-License-Identifier: Apache-2.0 */
/* The order of the table: what cuts others off, then own peers, then by distance. Pure. */

import type { Graph, Kind, MeshNode } from "./graph";

const places: Record<Kind, number> = { self: 0, own: 1, lost: 2, reported: 3 };

const unreached = 1_000_000;

export function tableRows(graph: Graph): readonly MeshNode[] {
  return [...graph.nodes.values()].sort(
    (a, b) =>
      b.cutsOff.length - a.cutsOff.length ||
      places[a.kind] - places[b.kind] ||
      (a.hops ?? unreached) - (b.hops ?? unreached) ||
      (a.id < b.id ? -1 : 1),
  );
}
