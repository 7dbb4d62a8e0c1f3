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
/* By the beginning of the node's own word; the first that fits. */
const causes: readonly (readonly [start: string, sentence: string])[] = [
  ["record-signature", "A record whose signature does not hold"],
  ["record-author", "A record whose author is not proven"],
  ["record-", "A record that is not signed as it must be"],
  ["manifest-", "A manifest that contradicts itself"],
  ["list-", "A list of chunks that is not the one asked for"],
  ["chunk-list", "A list of chunks that is not the one asked for"],
  ["chunk-", "A chunk that is not the one asked for"],
  ["object-", "Something else than what was asked for"],
  ["post-", "A post that is out of its bounds"],
  ["advert-", "An advert that is out of its bounds"],
];
export function causeOf(cause: string | null): string {
  if (cause === null) return "Its cause is not known";
  const known = causes.find(([start]) => cause.startsWith(start));
  return known?.[1] ?? capital(visible(cause).replace(/-/g, " "));
}
export const codeOf = (cause: string | null): string => visible(cause ?? "");
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
