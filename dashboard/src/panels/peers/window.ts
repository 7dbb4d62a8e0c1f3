/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries of a long list are worth drawing. Heights are known: a row is a row, and the one
 * opened row is measured once. Pure. */

export interface Entry {
  readonly height: number;
}

export interface Slice {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
  readonly above: number;
  readonly below: number;
}

/** Lists up to this long are drawn whole. */
export const wholeUpTo = 60;
const spare = 8;

export function sliceFor(entries: readonly Entry[], top: number, bottom: number): Slice {
  if (entries.length <= wholeUpTo) return { first: 0, end: entries.length, above: 0, below: 0 };
  const offsets = [0];
  for (const entry of entries) offsets.push((offsets[offsets.length - 1] ?? 0) + entry.height);
  const total = offsets[entries.length] ?? 0;
  let first = 0;
  while (first < entries.length - 1 && (offsets[first + 1] ?? 0) < top) first += 1;
  let end = first;
  while (end < entries.length && (offsets[end] ?? 0) < bottom) end += 1;
  first = Math.max(0, first - spare);
  end = Math.min(entries.length, end + spare);
  return { first, end, above: offsets[first] ?? 0, below: total - (offsets[end] ?? total) };
}
