/* SPDX-License-Identifier: Apache-2.0 */
/* The outline round some nodes, with room about each. Pure. */

import type { Spot } from "./layout";

const corners = 12;

function turn(o: Spot, a: Spot, b: Spot): number {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

function half(points: readonly Spot[]): Spot[] {
  const row: Spot[] = [];
  for (const point of points) {
    for (;;) {
      const [before, last] = row.slice(-2);
      if (before === undefined || last === undefined || turn(before, last, point) > 0) break;
      row.pop();
    }
    row.push(point);
  }
  return row.slice(0, -1);
}

/** The convex hull of circles of this radius round the spots. */
export function hullAround(spots: readonly Spot[], radius: number): readonly Spot[] {
  const points = spots.flatMap(({ x, y }) =>
    Array.from({ length: corners }, (_, at) => {
      const angle = (at / corners) * 2 * Math.PI;
      return { x: x + Math.cos(angle) * radius, y: y + Math.sin(angle) * radius };
    }),
  );
  points.sort((a, b) => a.x - b.x || a.y - b.y);
  return [...half(points), ...half([...points].reverse())];
}
