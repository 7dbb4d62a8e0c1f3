/* SPDX-License-Identifier: Apache-2.0 */
/* Which columns fit at which width. What leaves the table is in the opened row. */

import type { Width } from "../../data/view";
import type { SortColumn } from "./rows";

export type Column =
  | "peer"
  | "strength"
  | "meters"
  | "roundTrip"
  | "trend"
  | "loss"
  | "traffic"
  | "path"
  | "handshake"
  | "learned"
  | "open";

export const columnsAt: Record<Width, readonly Column[]> = {
  wide: [
    "peer",
    "strength",
    "meters",
    "roundTrip",
    "trend",
    "loss",
    "traffic",
    "path",
    "handshake",
    "learned",
    "open",
  ],
  medium: [
    "peer",
    "strength",
    "roundTrip",
    "trend",
    "loss",
    "traffic",
    "path",
    "handshake",
    "open",
  ],
  narrow: ["peer", "strength", "roundTrip", "loss", "path", "open"],
  phone: ["peer", "strength", "open"],
};

const sortable: Partial<Record<Column, SortColumn>> = {
  peer: "peer",
  strength: "strength",
  roundTrip: "roundTrip",
  loss: "loss",
  traffic: "traffic",
  handshake: "handshake",
};

export function sortColumnOf(column: Column): SortColumn | null {
  return sortable[column] ?? null;
}

/** Between the peer and the closing columns: what a row without figures joins into one cell. */
export function joinedSpan(columns: readonly Column[]): number {
  return columns.filter((column) => !["peer", "learned", "open"].includes(column)).length;
}

export const rowHeight: Record<Width, number> = { wide: 44, medium: 44, narrow: 44, phone: 62 };
export const groupHeight = 29;
