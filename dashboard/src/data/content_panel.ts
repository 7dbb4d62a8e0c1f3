/* SPDX-License-Identifier: Apache-2.0 */
/* What the stream tells of content as a whole; null from a node that does not tell. */

import { type Fields, figure, fieldsOf, time } from "./fields";

export interface RedundancyCounts {
  readonly ok: number | null;
  readonly under: number | null;
  readonly over: number | null;
  readonly unknown: number | null;
}

/** How many files have how many copies; null when nothing is told of it. */
export function redundancyOf(content: Fields | null): RedundancyCounts | null {
  const from = fieldsOf(content?.["redundancy"]);
  if (from === null) return null;
  const [ok, under, over, unknown] = ["ok", "under", "over", "unknown"].map((name) => figure(from, name));
  return { ok: ok ?? null, under: under ?? null, over: over ?? null, unknown: unknown ?? null };
}

/** One figure of one part of it. */
export function contentFigure(content: Fields | null, part: string, name: string): number | null {
  const from = fieldsOf(content?.[part]);
  return from === null ? null : figure(from, name);
}

export function contentTime(content: Fields | null, part: string, name: string): number | null {
  const from = fieldsOf(content?.[part]);
  return from === null ? null : time(from, name);
}
