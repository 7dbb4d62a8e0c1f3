/* SPDX-License-Identifier: Apache-2.0 */
/* The table as a flat list of entries with known heights: group heads, rows, the opened row, and
 * the line that shows the rest of a long group. Pure. */

import type { Entry } from "./window";
import { type Group, groupOrder, type PeerRow } from "./rows";

export type TableEntry = Entry &
  (
    | { readonly kind: "group"; readonly group: Group; readonly count: number }
    | { readonly kind: "row"; readonly row: PeerRow; readonly index: number }
    | { readonly kind: "detail"; readonly row: PeerRow }
    | {
        readonly kind: "rest";
        readonly group: Group;
        readonly count: number;
        readonly whole: boolean;
      }
  );

export interface Heights {
  readonly row: number;
  readonly group: number;
  readonly detail: number;
}

/** Groups that only explain themselves show their first rows; links are always all there. */
export const firstShown = 6;

function shownOf(rows: readonly PeerRow[], group: Group, whole: boolean): readonly PeerRow[] {
  const short = group === "connected" || whole || rows.length <= firstShown + 2;
  return short ? rows : rows.slice(0, firstShown);
}

export function tableEntries(
  rows: readonly PeerRow[],
  opened: string | null,
  whole: ReadonlySet<Group>,
  heights: Heights,
): readonly TableEntry[] {
  const entries: TableEntry[] = [];
  let index = 1;
  for (const group of groupOrder) {
    const own = rows.filter((row) => row.group === group);
    if (own.length === 0) continue;
    entries.push({ kind: "group", group, count: own.length, height: heights.group });
    const shown = shownOf(own, group, whole.has(group));
    for (const row of shown) {
      index += 1;
      entries.push({ kind: "row", row, index, height: heights.row });
      if (row.key === opened) entries.push({ kind: "detail", row, height: heights.detail });
    }
    if (group === "connected" || own.length <= firstShown + 2) continue;
    const rest = { kind: "rest", group, count: own.length, whole: whole.has(group) } as const;
    entries.push({ ...rest, height: heights.row });
  }
  return entries;
}
