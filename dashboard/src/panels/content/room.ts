/* SPDX-License-Identifier: Apache-2.0 */
/* What the budget for content comes to. Pure. */

/** What the budget has left; null without one, and while it is not known. */
export function roomOf(used: number | null, max: number | null): number | null {
  return used === null || max === null ? null : Math.max(0, max - used);
}

/** How much of the budget is used, 0..1; null without one, and while it is not known. */
export function shareUsed(used: number | null, max: number | null): number | null {
  return used === null || max === null || max === 0 ? null : Math.min(1, used / max);
}

/** From here on what is carried for others makes room. */
export const isTight = (share: number | null): boolean => share !== null && share > 0.95;
