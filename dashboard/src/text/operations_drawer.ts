/* SPDX-License-Identifier: Apache-2.0 */
import { plural } from "./format";

export const listNote = (n: number): string => `${plural(n, "operation", "operations")}, newest first`;
export const nothingYet = "Nothing was done yet. What you do is kept here, with the way back.";
