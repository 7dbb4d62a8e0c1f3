/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a block can be about, and how that is asked for. Pure. */

import type { AskTarget } from "../../data/operations";
import type { Subject } from "../controls/deeds";

export type Whom = "node" | "user" | "claim";

/** A user is blocked by name only where that is proven: else anybody could get him blocked. */
export function choicesFor({ nodeId, userId, userProof }: Subject): readonly Whom[] {
  const proven = userProof === "proven";
  return [
    ...(nodeId === null ? [] : (["node"] as const)),
    ...(userId !== null && proven ? (["user"] as const) : []),
    ...(userId !== null && nodeId !== null && !proven ? (["claim"] as const) : []),
  ];
}

export function targetOf(whom: Whom, { nodeId, userId }: Subject): AskTarget | null {
  const node = nodeId === null ? null : { nodeId };
  const user = userId === null ? null : { userId };
  if (whom === "node") return node;
  if (whom === "user") return user;
  return node === null || user === null ? null : { ...node, ...user };
}
