/* SPDX-License-Identifier: Apache-2.0 */
/* Where an arrow key leads: along a link that goes that way; where none does, to the nearest node
 * that lies that way. Pure. */

import type { Spot, Spots } from "./layout";

export type Arrow = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

const ways: Record<Arrow, Spot> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

/* More than 60 degrees off is another way. */
const leastCosine = 0.5;

export function arrowOf(key: string): Arrow | null {
  return key in ways ? (key as Arrow) : null;
}

function best(from: Spot, way: Spot, spots: Spots, among: Iterable<string>): string | null {
  let found: { readonly id: string; readonly cost: number } | null = null;
  for (const id of among) {
    const to = spots.get(id);
    if (to === undefined) continue;
    const x = to.x - from.x;
    const y = to.y - from.y;
    const far = Math.hypot(x, y);
    const cosine = far === 0 ? -1 : (x * way.x + y * way.y) / far;
    if (cosine < leastCosine) continue;
    const cost = far / cosine ** 2;
    if (found === null || cost < found.cost) found = { id, cost };
  }
  return found?.id ?? null;
}

export function walk(
  from: string,
  arrow: Arrow,
  spots: Spots,
  linked: readonly string[],
): string | null {
  const start = spots.get(from);
  if (start === undefined) return null;
  const way = ways[arrow];
  return best(start, way, spots, linked) ?? best(start, way, spots, spots.keys());
}
