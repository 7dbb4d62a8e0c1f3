/* SPDX-License-Identifier: Apache-2.0 */
/* What a form proposes, and what it asks for. Pure. */

import type { Impact } from "../../data/model_control";
import { forms, questions } from "./select";

export const confirmMs = 60_000;

export function proposedLength(action: string): string | null {
  return forms[action] ?? null;
}

/** Some go back unless they are kept: those that always may cut the caretaker off, and whatever
 * would do so, or leave no link, as things are. */
export function needsKeeping(action: string, impact: Impact | null): boolean {
  if (questions.includes(action)) return true;
  if (impact === null) return false;
  return !impact.caretakerAccess || (impact.linksCut > 0 && impact.linksLeft === 0);
}
