/* SPDX-License-Identifier: Apache-2.0 */
/* The shelf of what did not verify. */

import { capital, count, plural } from "./format";
import { visible } from "./visible";

export const title = "Quarantine";
export const empty = "Nothing that peers sent has failed to verify.";
export const about =
  "It was refused when it came, and nothing was kept of it but this. The node that sent it is not asked for an hour.";
export const showMore = "Older ones";
export const lastKnown = (clock: string): string => `You see the shelf as of ${clock}.`;
export const note = (many: number, hasMore: boolean): string =>
  hasMore ? `the newest ${count(many)}` : plural(many, "thing", "things");
/** The node's own word, readable. */
export const causeOf = (cause: string | null): string =>
  cause === null ? "Its cause is not known" : capital(visible(cause).replace(/-/g, " "));
export const senderName = "Sent by";
export const signerName = "Signed by";
export const expectedName = "Key expected";
export const wantedName = "Should be";
export const actualName = "Is";
export const differsName = "Differs from";
export const differsAt = (offset: number): string => `byte ${count(offset)} on`;
export const sizeName = "Size";
export const notSigned = "nobody: no signature holds for it";
export const copyOf = (what: string, number: number): string => `Copy: ${what.toLowerCase()}, of number ${number}`;
export const remove = "Remove";
export const removeOf = (number: number): string => `Remove number ${number} from the quarantine`;
export const removing = "Removing…";
export const removed = (number: number): string => `Number ${number} is gone; that it came stays in the events.`;
