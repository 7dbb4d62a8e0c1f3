/* SPDX-License-Identifier: Apache-2.0 */
/* What the loss of one node or of one link cuts off from this node, in a graph of names. Pure.
 *
 * One walk in depth from the root. `low` is the earliest place that a node's part of the walk
 * reaches by a link which is not part of the walk: a part that reaches no earlier than its own start hangs
 * on it alone (Tarjan). Neighbours are taken in the order of their names, so that equal graphs give
 * equal answers. */

export type Neighbours = ReadonlyMap<string, ReadonlySet<string>>;

export interface Bridge {
  readonly near: string;
  readonly far: string;
  /** Whom the root loses with it; the far end is one of them. */
  readonly behind: readonly string[];
}

export interface Cuts {
  /** Links between the root and each node; a node that cannot be reached has none. */
  readonly hops: ReadonlyMap<string, number>;
  /** By node: whom the root loses with it, itself not counted. Only those with whom it loses any. */
  readonly behind: ReadonlyMap<string, readonly string[]>;
  readonly bridges: readonly Bridge[];
}

interface Step {
  readonly id: string;
  readonly from: string | null;
  readonly next: readonly string[];
  at: number;
}

function hopsFrom(root: string, neighbours: Neighbours): Map<string, number> {
  const hops = new Map([[root, 0]]);
  // A Map goes on to what was added while it is walked: it is the queue.
  for (const [id, far] of hops) {
    for (const next of neighbours.get(id) ?? []) if (!hops.has(next)) hops.set(next, far + 1);
  }
  return hops;
}

export function cutsFrom(root: string, neighbours: Neighbours): Cuts {
  const order: string[] = [];
  const place = new Map<string, number>();
  const low = new Map<string, number>();
  const behind = new Map<string, string[]>();
  const bridges: Bridge[] = [];
  const path: Step[] = [];
  const placeOf = (id: string): number => place.get(id) ?? 0;
  const lowOf = (id: string): number => low.get(id) ?? 0;

  function enter(id: string, from: string | null): void {
    place.set(id, order.length);
    low.set(id, order.length);
    order.push(id);
    path.push({ id, from, next: [...(neighbours.get(id) ?? [])].sort(), at: 0 });
  }

  function leave({ id, from }: Step): void {
    if (from === null) return;
    low.set(from, Math.min(lowOf(from), lowOf(id)));
    if (lowOf(id) < placeOf(from)) return;
    const part = order.slice(placeOf(id));
    if (from !== root) behind.set(from, [...(behind.get(from) ?? []), ...part]);
    if (lowOf(id) > placeOf(from)) bridges.push({ near: from, far: id, behind: part });
  }

  enter(root, null);
  for (let step = path[path.length - 1]; step !== undefined; step = path[path.length - 1]) {
    const next = step.next[step.at];
    step.at += 1;
    if (next === undefined) {
      path.pop();
      leave(step);
    } else if (!place.has(next)) enter(next, step.id);
    else if (next !== step.from) low.set(step.id, Math.min(lowOf(step.id), placeOf(next)));
  }
  return { hops: hopsFrom(root, neighbours), behind, bridges };
}
