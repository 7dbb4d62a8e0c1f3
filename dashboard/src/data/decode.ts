/* SPDX-License-Identifier: Apache-2.0 */
/* From the text of one stream message to a typed Message. Panels that are absent or null stay
 * null: they belong to a part the daemon does not have. */

import { readBlock, readControl, readOperation, readPending } from "./decode_control";
import { readOutage, readReachability } from "./decode_reach";
import { readAlert, readEvent, readLink, readPeer, readSource } from "./decode_rows";
import { readViews } from "./decode_views";
import { type Fields, fieldsOf, figure, oneOf, optional, rows, text, texts, time } from "./fields";
import type { Message, Panels, RowChange } from "./message";
import {
  assert_never,
  type BandwidthPanel,
  type MeshPanel,
  type NodePanel,
  type RendezvousPanel,
  type Endpoint,
  type SignalingPanel,
} from "./model";

function readNode(from: Fields): NodePanel {
  return {
    nodeId: text(from, "nodeId") ?? "",
    userId: text(from, "userId"),
    name: text(from, "name"),
    agent: text(from, "agent"),
    community: text(from, "community"),
    startedAt: time(from, "startedAt"),
    roles: texts(from, "roles"),
    listen: text(from, "listen"),
    state: oneOf(
      from,
      "state",
      ["starting", "working", "degraded", "cut-off", "network-off", "stopping"] as const,
      "unknown",
    ),
    lacks: text(from, "lacks"),
    reachability: optional(from["reachability"], readReachability),
    outage: optional(from["outage"], readOutage),
  };
}

function readEndpoint(from: Fields): Endpoint | null {
  const url = text(from, "url");
  if (url === null) return null;
  return {
    url,
    state: oneOf(
      from,
      "state",
      ["standby", "connecting", "in-use", "waiting"] as const,
      "standby",
    ),
    chosen: from["chosen"] === true,
    latencyMs: figure(from, "latencyMs"),
    failedAt: time(from, "failedAt"),
    error: text(from, "error"),
    nextAttemptAt: time(from, "nextAttemptAt"),
  };
}

function readSignaling(from: Fields): SignalingPanel {
  return {
    state: oneOf(
      from,
      "state",
      ["off", "connected", "connecting", "waiting", "stopped"] as const,
      "unknown",
    ),
    reason: text(from, "reason"),
    stoppedBy: text(from, "stoppedBy"),
    heartbeatOnly: from["heartbeatOnly"] === true,
    since: time(from, "since"),
    latencyMs: figure(from, "latencyMs"),
    heartbeatAt: time(from, "heartbeatAt"),
    why: text(from, "why"),
    failoversToday: figure(from, "failoversToday"),
    endpoints: rows(from["endpoints"], readEndpoint),
  };
}

function readRendezvous(from: Fields): RendezvousPanel {
  return {
    state: oneOf(from, "state", ["working", "failing", "cache", "off"] as const, "unknown"),
    reason: text(from, "reason"),
    cacheSince: time(from, "cacheSince"),
    lastHarvestAt: time(from, "lastHarvestAt"),
    nextHarvestAt: time(from, "nextHarvestAt"),
    firstPeerMs: figure(from, "firstPeerMs"),
    failureStreak: figure(from, "failureStreak"),
    attempts: figure(from, "attempts"),
    successShare: figure(from, "successShare"),
    windowMs: figure(from, "windowMs"),
    sources: rows(from["sources"], readSource),
  };
}

function readMesh(from: Fields): MeshPanel {
  return {
    active: figure(from, "active"),
    min: figure(from, "min"),
    target: figure(from, "target"),
    known: figure(from, "known"),
    dialing: figure(from, "dialing"),
  };
}

function readBandwidth(from: Fields): BandwidthPanel {
  return {
    inBytesPerSecond: figure(from, "inBytesPerSecond"),
    outBytesPerSecond: figure(from, "outBytesPerSecond"),
    bytesIn: figure(from, "bytesIn"),
    bytesOut: figure(from, "bytesOut"),
    since: time(from, "since"),
  };
}

const readers = {
  node: (value: unknown) => optional(value, readNode),
  signaling: (value: unknown) => optional(value, readSignaling),
  rendezvous: (value: unknown) => optional(value, readRendezvous),
  mesh: (value: unknown) => optional(value, readMesh),
  views: (value: unknown) => optional(value, readViews),
  bandwidth: (value: unknown) => optional(value, readBandwidth),
  alerts: (value: unknown) => optional(value, (from) => rows(from["items"], readAlert)),
  controls: (value: unknown) => optional(value, (from) => rows(from["items"], readControl)),
  operations: (value: unknown) => optional(value, (from) => rows(from["items"], readOperation)),
  blocks: (value: unknown) => optional(value, (from) => rows(from["items"], readBlock)),
  pending: (value: unknown) => optional(value, (from) => rows(from["items"], readPending)),
};

function readPanels(from: Fields): Panels {
  return {
    node: readers.node(from["node"]),
    signaling: readers.signaling(from["signaling"]),
    rendezvous: readers.rendezvous(from["rendezvous"]),
    mesh: readers.mesh(from["mesh"]),
    views: readers.views(from["views"]),
    bandwidth: readers.bandwidth(from["bandwidth"]),
    alerts: readers.alerts(from["alerts"]),
    controls: readers.controls(from["controls"]),
    operations: readers.operations(from["operations"]),
    blocks: readers.blocks(from["blocks"]),
    pending: readers.pending(from["pending"]),
    content: fieldsOf(from["content"]),
  };
}

/** Only the panels that were sent: one that is absent keeps its present value. */
function readChangedPanels(from: Fields): Partial<Panels> {
  const all = readPanels(from);
  const sent = Object.entries(all).filter(([name]) => name in from);
  return Object.fromEntries(sent) as Partial<Panels>;
}

function readChange<Row>(
  value: unknown,
  read: (from: Fields) => Row | null,
): RowChange<Row> | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  return { upsert: rows(fields["upsert"], read), remove: texts(fields, "remove") };
}

function items<Row>(value: unknown, read: (from: Fields) => Row | null): Row[] {
  return rows(fieldsOf(value)?.["items"], read);
}

export type MessageName = "snapshot" | "delta" | "event" | "tick";
export const messageNames: readonly MessageName[] = ["snapshot", "delta", "event", "tick"];

/** Answers null for text that is no message; the stream then goes on without it. */
export function decode(name: MessageName, data: string): Message | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch {
    return null;
  }
  const from = fieldsOf(parsed);
  if (from === null) return null;
  if (name === "event") {
    const event = readEvent(from);
    return event === null ? null : { kind: "event", event };
  }
  const asOf = time(from, "asOf");
  return asOf === null ? null : readDated(name, asOf, from);
}

function readDated(name: Exclude<MessageName, "event">, asOf: number, from: Fields): Message {
  switch (name) {
    case "tick":
      return { kind: "tick", asOf };
    case "snapshot":
      return {
        kind: "snapshot",
        asOf,
        panels: readPanels(from),
        links: items(from["links"], readLink),
        peers: items(from["peers"], readPeer),
        events: items(from["events"], readEvent),
      };
    case "delta":
      return {
        kind: "delta",
        asOf,
        panels: readChangedPanels(fieldsOf(from["panels"]) ?? {}),
        links: readChange(from["links"], readLink),
        peers: readChange(from["peers"], readPeer),
      };
    default:
      return assert_never(name);
  }
}
