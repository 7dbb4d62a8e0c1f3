/* SPDX-License-Identifier: Apache-2.0 */
/* How the drawing goes from one layout to the next: at most every 2 s, over 250 ms, and at once for
 * a reader who wants no motion. A node that is new appears where it belongs. Pure. */

import type { Spot, Spots } from "./layout";

export interface Motion {
  readonly from: Spots;
  readonly to: Spots;
  readonly startedAt: number;
}

const movesEveryMs = 2_000;
const takesMs = 250;

export const standingStill = (spots: Spots): Motion => ({
  from: spots,
  to: spots,
  startedAt: Number.NEGATIVE_INFINITY,
});

export function mayMove(motion: Motion, now: number): boolean {
  return now - motion.startedAt >= movesEveryMs;
}

export function isMoving(motion: Motion, now: number): boolean {
  return motion.from !== motion.to && now - motion.startedAt < takesMs;
}

export function moveTo(motion: Motion, to: Spots, now: number, isStill: boolean): Motion {
  return { from: isStill ? to : spotsAt(motion, now), to, startedAt: now };
}

function eased(share: number): number {
  return 1 - (1 - share) ** 3;
}

export function spotsAt(motion: Motion, now: number): Spots {
  if (!isMoving(motion, now)) return motion.to;
  const share = eased(Math.max(0, now - motion.startedAt) / takesMs);
  const spots = new Map<string, Spot>();
  for (const [id, to] of motion.to) {
    const from = motion.from.get(id) ?? to;
    spots.set(id, { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share });
  }
  return spots;
}

export function samePlaces(a: Spots, b: Spots): boolean {
  if (a.size !== b.size) return false;
  for (const [id, { x, y }] of a) {
    const other = b.get(id);
    if (other === undefined || Math.hypot(other.x - x, other.y - y) > 1e-6) return false;
  }
  return true;
}
