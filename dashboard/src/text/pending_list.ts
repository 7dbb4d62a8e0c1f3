/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of those who wait. */

import { plural } from "./format";

export const after = "Approving dials at once. Rejecting tells the peer “not now”.";
export const waits = (span: string): string => `waits ${span}`;
export const asked = (times: number): string => `asked ${plural(times, "time", "times")}`;
export const lapses = (left: string): string => `lapses in ${left}`;
export const noUser = "no user named";
export const ofKnownUser = (whom: string): string => `same user as ${whom}`;
export const known = "you know this node";
