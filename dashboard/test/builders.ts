/* SPDX-License-Identifier: Apache-2.0 */
/* Rows with defaults: a test shows only what matters to it. */

import type { Alert, Link, NodeEvent, NodePanel, Peer, Reach, View } from "../src/data/model";
import type { Block, Control, Operation, Pending, Target } from "../src/data/model_control";

export function makeLink(own: Partial<Link> = {}): Link {
  return {
    id: "1",
    nodeId: "node-1",
    userId: null,
    userProof: null,
    transport: "tls",
    path: "direct",
    candidates: null,
    direction: "outbound",
    address: null,
    state: "open",
    since: 1_000,
    rttMs: null,
    rttP95Ms: null,
    jitterMs: null,
    lossIn: null,
    lossOut: null,
    strength: null,
    strengthInputs: { delay: null, loss: null, jitter: null, handshakeAge: null },
    bytesIn: null,
    bytesOut: null,
    inBytesPerSecond: null,
    outBytesPerSecond: null,
    lastHandshakeAt: null,
    lastActivityAt: null,
    learnedFrom: null,
    learnedAt: null,
    place: "view",
    isAnchor: false,
    isOperators: false,
    reason: null,
    ...own,
  };
}

export function makePeer(own: Partial<Peer> = {}): Peer {
  return {
    nodeId: "node-1",
    userId: null,
    userProof: null,
    addrs: [],
    ticketExpiresAt: null,
    lastSeenAt: null,
    learnedFrom: null,
    learnedAt: null,
    linkState: "none",
    wait: null,
    waitText: null,
    nextAttemptAt: null,
    failures: null,
    isAnchor: false,
    fromDisk: false,
    reason: null,
    ...own,
  };
}

export function makeEvent(own: Partial<NodeEvent> = {}): NodeEvent {
  const at = own.at ?? 1_000;
  return {
    id: `${at}-1`,
    at,
    level: "info",
    source: "mesh",
    code: "link-open",
    message: "linked",
    context: [],
    ...own,
  };
}

export function makeAlert(own: Partial<Alert> = {}): Alert {
  return {
    code: "beacon-silent",
    level: "warn",
    subject: "beacon-1",
    since: 1_000,
    title: "Beacon 1 has not answered",
    cause: null,
    ...own,
  };
}

export function makeNode(own: Partial<NodePanel> = {}): NodePanel {
  return {
    nodeId: "self",
    userId: null,
    name: null,
    agent: null,
    community: null,
    startedAt: null,
    roles: [],
    listen: null,
    state: "working",
    lacks: null,
    reachability: null,
    outage: null,
    ...own,
  };
}

export function makeReach(own: Partial<Reach> = {}): Reach {
  return {
    state: "unknown",
    since: null,
    seen: null,
    confirmedBy: [],
    failedBy: [],
    nextProbeAt: null,
    ...own,
  };
}

export function makeControl(own: Partial<Control> = {}): Control {
  return {
    name: "pause-inbound",
    on: false,
    resting: true,
    operation: null,
    endsAt: null,
    revertsAt: null,
    ...own,
  };
}

export function makeOperation(own: Partial<Operation> = {}): Operation {
  return {
    id: "op-1",
    action: "pause.inbound",
    state: "applied",
    does: "no links are taken from callers",
    reason: null,
    author: "api",
    askedAt: 100_000,
    endedAt: null,
    endsAt: null,
    revertsAt: null,
    keepBy: own.revertsAt ?? null,
    canRevert: true,
    settings: [{ control: "pause-inbound", on: true, wasOn: false }],
    target: null,
    direction: null,
    ...own,
  };
}

export function makeTarget(own: Partial<Target> = {}): Target {
  return { kind: "node", nodeId: "node-1", userId: null, address: null, endpoint: null, ...own };
}

export function makeBlock(own: Partial<Block> = {}): Block {
  return {
    target: makeTarget(),
    direction: "all",
    operation: "op-1",
    reason: null,
    author: "api",
    since: 100_000,
    endsAt: null,
    hits: 0,
    lastHitAt: null,
    ...own,
  };
}

export function makePending(own: Partial<Pending> = {}): Pending {
  return {
    nodeId: "node-1",
    userId: null,
    userProof: null,
    address: null,
    since: 100_000,
    asks: 1,
    endsAt: null,
    ...own,
  };
}

export function makeView(nodeId: string, to: readonly string[], at = 1_000): View {
  return { nodeId, at, links: to.map((id) => ({ nodeId: id, path: "direct", rttMs: 10 })) };
}
