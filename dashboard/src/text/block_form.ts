/* SPDX-License-Identifier: Apache-2.0 */
/* The form that a block comes from. */

import type { BlockDirection } from "../data/model_control";
import { shortId } from "./format";

export const titleOf = (whom: string): string => `Block ${whom}?`;
export const titleOpen = "Block a node or a user?";
export const whom = "Whom";
export const idLabel = "Its id, 32 letters a to z and digits 2 to 7";
export const idMissing = "Give the whole id first.";
export const direction = "Direction";
export const lengthLabel = "For how long";

export const thisNode = "This node only";
export const anyNode = "A node, by its id";
export const anyUser = "A user, by the id, on every node";
export const ofUser = (userId: string): string => `Every node of user u:${shortId(userId)}`;
export const ofClaim = (userId: string): string =>
  `This node, and all that claim to be u:${shortId(userId)}`;
export const nodeMeans = "Its user’s other nodes stay linked.";
export const userMeans =
  "Holds for each node that proves to be of this user. Who only says so is not meant.";
export const claimMeans =
  "Nobody has proven to be this user. Whoever proves it is not blocked: a name alone gets nobody blocked.";

export const directions: readonly (readonly [BlockDirection, string])[] = [
  ["all", "Both"],
  ["in", "Incoming"],
  ["out", "Outgoing"],
];
export const directionMeans: Record<BlockDirection, string> = {
  all: "They cannot link to us and we do not call them, on any transport.",
  in: "They cannot link to us; we may call them.",
  out: "We do not call them; they may call us.",
};

const hour = 3_600_000;
export const lengths: readonly (readonly [string, string])[] = [
  ["", "until I remove it"],
  [String(hour), "1 hour"],
  [String(24 * hour), "24 hours"],
  [String(7 * 24 * hour), "7 days"],
  [String(30 * 24 * hour), "30 days"],
];
const deeds = { node: "Block node", user: "Block user", claim: "Block node and claims" } as const;
export function deedFor(kind: keyof typeof deeds, length: string): string {
  const span = length === "" ? undefined : lengths.find(([ms]) => ms === length)?.[1];
  return span === undefined ? deeds[kind] : `${deeds[kind]} for ${span}`;
}
