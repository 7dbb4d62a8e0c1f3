/* SPDX-License-Identifier: Apache-2.0 */
/* What neighbours say of their links, as the daemon hands it on. It is a stranger's word: what lies
 * over the caps is not read, and a node names each other node once. */

import { paths } from "./decode_rows";
import { type Fields, figure, oneOf, rows, text, time } from "./fields";
import type { ClaimedLink, View } from "./model";

export const viewsMax = 16;
export const claimsMax = 16;

function readClaim(from: Fields): ClaimedLink | null {
  const nodeId = text(from, "nodeId");
  if (nodeId === null || nodeId === "") return null;
  const path = oneOf(from, "path", paths, "unknown");
  return { nodeId, path, rttMs: figure(from, "rttMs") };
}

function onceEach<Row extends { readonly nodeId: string }>(list: readonly Row[], most: number): Row[] {
  return [...new Map(list.map((row) => [row.nodeId, row])).values()].slice(0, most);
}

function readView(from: Fields): View | null {
  const nodeId = text(from, "nodeId");
  if (nodeId === null || nodeId === "") return null;
  const claims = rows(from["links"], readClaim).filter((claim) => claim.nodeId !== nodeId);
  return { nodeId, at: time(from, "at"), links: onceEach(claims, claimsMax) };
}

export function readViews(from: Fields): readonly View[] {
  return onceEach(rows(from["items"], readView), viewsMax);
}
