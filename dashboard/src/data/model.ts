/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon tells the page, as the page keeps it. The shapes follow docs/developers/api.md;
 * a member the daemon did not send, or sent in a form we do not know, is null here. Times are
 * milliseconds since the epoch, by the daemon's clock. */

export type NodeState =
  "starting" | "working" | "degraded" | "cut-off" | "network-off" | "stopping" | "unknown";
export type Level = "debug" | "info" | "warn" | "error";
export type Path = "direct" | "relayed" | "lan" | "unknown";
export type Direction = "inbound" | "outbound" | "unknown";
export type LinkState = "dialing" | "handshaking" | "open" | "closing" | "closed";
export type UserProof = "proven" | "claimed";
export type SourceKind = "beacon" | "capsule" | "cache" | "other";
export type SourceState = "ok" | "failing" | "waiting" | "ready";

export type Place = "view" | "guest" | "unknown";
export type ReachState = "public" | "private" | "unknown";

/** A peer that dialled us back, or (with a reason) could not. */
export interface Witness {
  readonly nodeId: string;
  readonly at: number | null;
  readonly reason: string | null;
}

/** Whether peers can dial this node by one family of addresses. */
export interface Reach {
  readonly state: ReachState;
  readonly since: number | null;
  readonly seen: string | null;
  readonly confirmedBy: readonly Witness[];
  readonly failedBy: readonly Witness[];
  readonly nextProbeAt: number | null;
}

export interface Reachability {
  readonly ipv4: Reach;
  readonly ipv6: Reach;
}

/** Every dial fails: this node's own network seems to be down. */
export interface Outage {
  readonly since: number | null;
  readonly nextAttemptAt: number | null;
}

export interface NodePanel {
  readonly nodeId: string;
  readonly userId: string | null;
  readonly name: string | null;
  readonly agent: string | null;
  readonly community: string | null;
  readonly startedAt: number | null;
  readonly roles: readonly string[];
  readonly listen: string | null;
  readonly state: NodeState;
  /** A capability that this machine has not, so that the node takes no part. */
  readonly lacks: string | null;
  readonly reachability: Reachability | null;
  readonly outage: Outage | null;
}

export type EndpointState = "standby" | "connecting" | "in-use" | "waiting";

/** A signaling server. */
export interface Endpoint {
  readonly url: string;
  readonly state: EndpointState;
  readonly chosen: boolean;
  readonly latencyMs: number | null;
  readonly failedAt: number | null;
  readonly error: string | null;
  readonly nextAttemptAt: number | null;
}

export interface SignalingPanel {
  readonly state: "off" | "connected" | "connecting" | "waiting" | "stopped" | "unknown";
  readonly reason: string | null;
  readonly stoppedBy: string | null;
  readonly heartbeatOnly: boolean;
  readonly since: number | null;
  readonly latencyMs: number | null;
  readonly heartbeatAt: number | null;
  readonly why: string | null;
  readonly failoversToday: number | null;
  readonly endpoints: readonly Endpoint[];
}

export interface Attempt {
  readonly at: number;
  readonly ok: boolean;
  readonly latencyMs: number | null;
}

export interface Source {
  readonly id: string;
  readonly kind: SourceKind;
  readonly url: string | null;
  readonly state: SourceState;
  readonly reason: string | null;
  readonly tickets: number | null;
  readonly latencyMs: number | null;
  readonly lastSuccessAt: number | null;
  readonly nextAttemptAt: number | null;
  readonly attempts: number | null;
  readonly successes: number | null;
  readonly failureStreak: number | null;
  /** Open links with peers that this source told of first, and what part of all open links that is. */
  readonly links: number | null;
  readonly linkShare: number | null;
  readonly recent: readonly Attempt[];
}

export interface RendezvousPanel {
  readonly state: "working" | "failing" | "cache" | "off" | "unknown";
  readonly reason: string | null;
  readonly cacheSince: number | null;
  readonly lastHarvestAt: number | null;
  readonly nextHarvestAt: number | null;
  readonly firstPeerMs: number | null;
  readonly failureStreak: number | null;
  readonly attempts: number | null;
  readonly successShare: number | null;
  readonly windowMs: number | null;
  readonly sources: readonly Source[];
}

export interface MeshPanel {
  readonly active: number | null;
  readonly min: number | null;
  readonly target: number | null;
  readonly known: number | null;
  readonly dialing: number | null;
}

export interface StrengthInputs {
  readonly delay: number | null;
  readonly loss: number | null;
  readonly jitter: number | null;
  readonly handshakeAge: number | null;
}

/** How ICE reached one end: its kind by RFC 8445 ("host", "srflx", "prflx", "relay"), and where. */
export interface Candidate {
  readonly kind: string | null;
  readonly address: string | null;
}

export interface Link {
  readonly id: string;
  readonly nodeId: string | null;
  readonly userId: string | null;
  readonly userProof: UserProof | null;
  readonly transport: string | null;
  readonly path: Path;
  /** Of one by WebRTC: this end's, the peer's. */
  readonly candidates: readonly [Candidate, Candidate] | null;
  readonly direction: Direction;
  readonly address: string | null;
  readonly state: LinkState;
  readonly since: number | null;
  readonly rttMs: number | null;
  readonly rttP95Ms: number | null;
  readonly jitterMs: number | null;
  readonly lossIn: number | null;
  readonly lossOut: number | null;
  readonly strength: number | null;
  readonly strengthInputs: StrengthInputs;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
  readonly inBytesPerSecond: number | null;
  readonly outBytesPerSecond: number | null;
  readonly lastHandshakeAt: number | null;
  readonly lastActivityAt: number | null;
  readonly learnedFrom: string | null;
  readonly learnedAt: number | null;
  readonly place: Place;
  readonly isAnchor: boolean;
  readonly isOperators: boolean;
  readonly reason: string | null;
}

export interface Peer {
  readonly nodeId: string;
  readonly userId: string | null;
  readonly userProof: UserProof | null;
  readonly addrs: readonly string[];
  readonly ticketExpiresAt: number | null;
  readonly lastSeenAt: number | null;
  readonly learnedFrom: string | null;
  readonly learnedAt: number | null;
  readonly linkState: "none" | LinkState;
  /** Why it is not called now, by name and in words; null when it is linked. "none": it is next. */
  readonly wait: string | null;
  readonly waitText: string | null;
  readonly nextAttemptAt: number | null;
  readonly failures: number | null;
  readonly isAnchor: boolean;
  readonly fromDisk: boolean;
  readonly reason: string | null;
}

/** A link as one of its ends tells of it. */
export interface ClaimedLink {
  readonly nodeId: string;
  readonly path: Path;
  readonly rttMs: number | null;
}

/** What a neighbour says of its own links: a claim, with its age. */
export interface View {
  readonly nodeId: string;
  readonly at: number | null;
  readonly links: readonly ClaimedLink[];
}

export interface BandwidthPanel {
  readonly inBytesPerSecond: number | null;
  readonly outBytesPerSecond: number | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
  readonly since: number | null;
}

export interface Alert {
  readonly code: string;
  readonly level: Level;
  readonly subject: string | null;
  readonly since: number | null;
  readonly title: string;
  readonly cause: string | null;
}

export interface NodeEvent {
  readonly id: string;
  readonly at: number;
  readonly level: Level;
  readonly source: string;
  readonly code: string;
  readonly message: string;
  readonly context: readonly (readonly [string, string])[];
}

/** Makes a switch over a union fail to compile when a member is forgotten. */
export function assert_never(value: never): never {
  throw new Error(`no case for ${String(value)}`);
}
