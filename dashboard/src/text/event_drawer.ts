/* SPDX-License-Identifier: Apache-2.0 */
/* The drawer with all events. */

import { count, plural } from "./format";

export const total = (kept: number): string => `${plural(kept, "event", "events")} on this page`;
export const hold = "Hold";
export const goOn = "Go on";
export const waiting = (n: number): string => `${count(n)} new`;
export const findLabel = "Find in diagnostics";
export const levelLabel = "Levels";
export const anySource = "Any source";
export const sourceLabel = "Source";
export const matches = (n: number): string => `${count(n)} match`;
export const clearFilters = "Clear filters";
export const newestFirst = "newest first";
export const older = "Older";
export const shown = (n: number, of: number): string => `${count(n)} of ${count(of)} shown`;
export const allShown = "The node keeps more: skep events";
export const onlyThisCode = "Only this code";
export const allCodes = (code: string): string => `Only ${code}`;
export const noMatch = "No event matches.";
export const first = "first";
export const last = "last";
