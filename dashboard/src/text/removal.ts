/* SPDX-License-Identifier: Apache-2.0 */
/* What is said before this node lets go of a file, and after. */

import type { StoredFile } from "../data/stored_file";
import { count } from "./format";

export const ask = "Remove from this node…";
export const askOf = (name: string): string => `${ask} ${name}`;
export const title = "Remove this file from this node?";
/** Nodes besides this one that hold all of it; null: not known. */
export function othersOf({ state, redundancy }: StoredFile): number | null {
  const seen = redundancy?.seen ?? null;
  return seen === null ? null : Math.max(0, seen - (state === "held" ? 1 : 0));
}
/** Nothing that the node knows of would be left of it. */
export const isLastCopy = (file: StoredFile): boolean => file.state === "held" && (othersOf(file) ?? 0) === 0;
export function means(file: StoredFile): string {
  const others = othersOf(file) ?? 0;
  if (isLastCopy(file))
    return "No other node is known to hold it. Nobody can undo this: what is removed here may be gone for good.";
  if (others === 0) return "It is not all here. What has come of it goes, and it is wanted no longer; Fetch begins anew.";
  return `${others === 1 ? "Another node holds" : `${count(others)} other nodes hold`} it, and ${others === 1 ? "keeps" : "keep"} it. It cannot be undone here; Fetch brings it back from them.`;
}
export const deed = "Remove file";
export const doing = "Removing…";
export const removed = (name: string): string => `${name} is removed from this node.`;
