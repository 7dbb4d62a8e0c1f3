/* SPDX-License-Identifier: Apache-2.0 */
/* What the caretaker can do and did, as the daemon tells it. */

import type { UserProof } from "./model";

/** What can be on or off. */
export interface Control {
  readonly name: string;
  readonly on: boolean;
  /** It holds nobody back. */
  readonly resting: boolean;
  /** The operation that holds it where it is. */
  readonly operation: string | null;
  readonly endsAt: number | null;
  readonly revertsAt: number | null;
}

export type OperationState =
  | "pending"
  | "applied"
  | "awaiting-confirm"
  | "confirmed"
  | "reverted"
  | "superseded"
  | "failed"
  | "expired"
  | "unknown";

export interface OperationSetting {
  readonly control: string;
  readonly on: boolean;
  /** Where it goes back to. */
  readonly wasOn: boolean;
}

/** Something the caretaker did. */
export interface Operation {
  readonly id: string;
  readonly action: string;
  readonly state: OperationState;
  readonly does: string | null;
  readonly reason: string | null;
  readonly author: string | null;
  readonly askedAt: number | null;
  readonly endedAt: number | null;
  readonly endsAt: number | null;
  readonly revertsAt: number | null;
  /** The last revertsAt that this page was told: it tells going back by itself from being taken back. */
  readonly keepBy: number | null;
  readonly canRevert: boolean;
  readonly settings: readonly OperationSetting[];
  /** Of what is done to somebody: to whom, and of a block its direction. */
  readonly target: Target | null;
  readonly direction: BlockDirection | null;
}

/** A claim is a node, and whoever else says without proof to be that user. */
export interface Target {
  readonly kind: "node" | "user" | "claim" | "address" | "endpoint";
  readonly nodeId: string | null;
  readonly userId: string | null;
  readonly address: string | null;
  /** Of a signaling server; null: whichever is best. */
  readonly endpoint: string | null;
}

/** Links they call us on, links we call them on, or both. */
export type BlockDirection = "in" | "out" | "all";

export interface Block {
  readonly target: Target;
  readonly direction: BlockDirection;
  readonly operation: string | null;
  readonly reason: string | null;
  readonly author: string | null;
  readonly since: number | null;
  readonly endsAt: number | null;
  readonly hits: number | null;
  readonly lastHitAt: number | null;
}

/** A peer that asked for a link while callers wait for the caretaker. */
export interface Pending {
  readonly nodeId: string;
  readonly userId: string | null;
  readonly userProof: UserProof | null;
  readonly address: string | null;
  readonly since: number | null;
  readonly asks: number | null;
  readonly endsAt: number | null;
}

/** What something would do, by a dry run. */
export interface Impact {
  readonly linksCut: number;
  readonly linksLeft: number;
  readonly transfersHurt: number;
  readonly filesUnderTarget: number;
  readonly caretakerAccess: boolean;
}
