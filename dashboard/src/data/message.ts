/* SPDX-License-Identifier: Apache-2.0 */
/* What comes by the stream. */

import type {
  NodePanel,
  SignalingPanel,
  RendezvousPanel,
  MeshPanel,
  Link,
  Peer,
  View,
  BandwidthPanel,
  Alert,
  NodeEvent,
} from "./model";
import type { Fields } from "./fields";
import type { Control, Operation, Block, Pending } from "./model_control";

/** The panels that a delta replaces whole. */
export interface Panels {
  readonly node: NodePanel | null;
  readonly signaling: SignalingPanel | null;
  readonly rendezvous: RendezvousPanel | null;
  readonly mesh: MeshPanel | null;
  readonly views: readonly View[] | null;
  readonly bandwidth: BandwidthPanel | null;
  readonly alerts: readonly Alert[] | null;
  readonly controls: readonly Control[] | null;
  /** Newest first. */
  readonly operations: readonly Operation[] | null;
  /** Newest first. */
  readonly blocks: readonly Block[] | null;
  /** Oldest first. */
  readonly pending: readonly Pending[] | null;
  /** As it came: who shows something of it reads it. */
  readonly content: Fields | null;
}

export interface RowChange<Row> {
  readonly upsert: readonly Row[];
  readonly remove: readonly string[];
}

export type Message =
  | {
      readonly kind: "snapshot";
      readonly asOf: number;
      readonly panels: Panels;
      readonly links: readonly Link[];
      readonly peers: readonly Peer[];
      readonly events: readonly NodeEvent[];
    }
  | {
      readonly kind: "delta";
      readonly asOf: number;
      readonly panels: Partial<Panels>;
      readonly links: RowChange<Link> | null;
      readonly peers: RowChange<Peer> | null;
    }
  | { readonly kind: "event"; readonly event: NodeEvent }
  | { readonly kind: "answer"; readonly operation: Operation }
  | { readonly kind: "tick"; readonly asOf: number };
