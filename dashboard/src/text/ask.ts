/* SPDX-License-Identifier: Apache-2.0 */
/* The form that comes before a deed. */

import type { Impact } from "../data/model_control";
import { plural, shortSpan } from "./format";
import { deedOf } from "./operations";

export const forLabel = "For how long";
export const lengths: readonly (readonly [string, string])[] = [
  ["30000", "30 s"],
  ["120000", "2 min"],
  ["180000", "3 min"],
  ["300000", "5 min"],
  ["900000", "15 min"],
  ["", "until I resume"],
];
export const reasonLabel = "Reason, for your own list";
export const cancel = "Cancel";
export const keep = "Keep it";
export const deedFor = (action: string, ms: string): string =>
  `${deedOf(action).deed}${ms === "" ? "" : ` for ${shortSpan(Number(ms))}`}`;
export const question = (action: string): string => `${deedOf(action).deed}?`;
export const impactTitle = "If you do it now";
export const workingOut = "working it out…";
export const undoAfter = "You can undo it afterwards.";
export const keepAfter = "Unless you keep it within 60 s, it goes back by itself.";

export function impactLines(impact: Impact): readonly string[] {
  const { linksCut, linksLeft, transfersHurt, filesUnderTarget } = impact;
  const left = linksLeft === 0 ? "none stays" : linksLeft === 1 ? "1 stays" : `${linksLeft} stay`;
  return [
    `${plural(linksCut, "link is", "links are")} cut, ${left}`,
    `${plural(transfersHurt, "transfer is", "transfers are")} hurt`,
    `${plural(filesUnderTarget, "file falls", "files fall")} under target`,
    impact.caretakerAccess ? "Your own access is not touched" : "You may lose your own access",
  ];
}
