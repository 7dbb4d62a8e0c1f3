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

export function standingOf(graph: Graph): Standing {
  const peers = ownPeers(graph);
  const [first] = peers;
  if (first === undefined) return { kind: "none" };
  if (peers.length === 1) return { kind: "one", peer: first.id };
  const inside = new Set([graph.self, ...peers.map(({ id }) => id)]);
  const hasOthers = ({ neighbours }: MeshNode): boolean => neighbours.some((id) => !inside.has(id));
  // From whom a way leads, or may lead, to anybody but this node and its peers.
  const leading = peers.filter((peer) => !graph.told.has(peer.id) || hasOthers(peer));
  const [only] = leading;
  if (leading.length === 1 && only !== undefined && hasOthers(only))
    return { kind: "island", peer: only.id, left: peers.length - 1 };
  return { kind: "stays" };
}
