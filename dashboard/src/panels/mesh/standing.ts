/* SPDX-License-Identifier: Apache-2.0 */
/* Does this node stay connected whichever one link or peer it loses? Own links are the ground of
 * the answer. What a neighbour says counts for little: whose links nobody told us is taken to have
 * others, and one that makes up nodes changes the answer for nobody but itself. Pure. */

import { type Graph, type MeshNode, ownPeers } from "./graph";

export type Standing =
  | { readonly kind: "none" }
  /** Everything hangs on this one. */
  | { readonly kind: "one"; readonly peer: string }
  /** Without this peer those that are left have nobody but each other. */
  | { readonly kind: "island"; readonly peer: string; readonly left: number }
  | { readonly kind: "stays" };

/** Whether a way leads from these peers to anybody but them, this node and the lost one. */
function leadOn(graph: Graph, left: readonly MeshNode[], lost: string): boolean {
  const inside = new Set([graph.self, lost, ...left.map(({ id }) => id)]);
  return left.some(
    ({ id, neighbours }) =>
      !graph.told.has(id) || neighbours.some((neighbour) => !inside.has(neighbour)),
  );
}

function hasOthers(graph: Graph, peer: MeshNode, own: ReadonlySet<string>): boolean {
  return peer.neighbours.some((id) => id !== graph.self && !own.has(id));
}

export function standingOf(graph: Graph): Standing {
  const peers = ownPeers(graph);
  const own = new Set(peers.map(({ id }) => id));
  const [first] = peers;
  if (first === undefined) return { kind: "none" };
  if (peers.length === 1) return { kind: "one", peer: first.id };
  for (const peer of peers) {
    const left = peers.filter((other) => other !== peer);
    if (hasOthers(graph, peer, own) && !leadOn(graph, left, peer.id))
      return { kind: "island", peer: peer.id, left: left.length };
  }
  return { kind: "stays" };
}
