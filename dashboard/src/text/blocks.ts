/* SPDX-License-Identifier: Apache-2.0 */
import { plural } from "./format";

export const title = "Block list";
export const add = "Block…";
export const empty = "Nobody is blocked. You can block a node or a user from any row with ⋯, or";
export const emptyLink = "block an id";
export const staysHere = "Blocks stay on this node; they are not spread.";
export const count = (blocks: number): string => plural(blocks, "block", "blocks");
export const importFile = "Import…";
