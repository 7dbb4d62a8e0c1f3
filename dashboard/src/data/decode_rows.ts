/* SPDX-License-Identifier: Apache-2.0 */
/* One reader per kind of row. A row without its key is dropped: it could be neither updated nor
 * removed later. */

import { type Fields, fieldsOf, figure, oneOf, rows, text, texts, time } from "./fields";
import type { Alert, Attempt, Candidate, Level, Link, NodeEvent, Peer, Source } from "./model";

const levels = ["debug", "info", "warn", "error"] as const;
const linkStates = ["dialing", "handshaking", "open", "closing", "closed"] as const;
export const paths = ["direct", "relayed", "lan"] as const;
export const proofs = ["proven", "claimed"] as const;

function readCandidates(from: Fields): readonly [Candidate, Candidate] | null {
  const pair = fieldsOf(from["candidates"]);
  if (pair === null) return null;
  const end = (name: string): Candidate => {
    const fields = fieldsOf(pair[name]) ?? {};
    return { kind: text(fields, "kind"), address: text(fields, "address") };
  };
  return [end("own"), end("peer")];
}

export function readLink(from: Fields): Link | null {
  const id = text(from, "id");
  if (id === null) return null;
  const inputs = fieldsOf(from["strengthInputs"]) ?? {};
  return {
    id,
    nodeId: text(from, "nodeId"),
    userId: text(from, "userId"),
    userProof: oneOf(from, "userProof", proofs, null),
    transport: text(from, "transport"),
    path: oneOf(from, "path", paths, "unknown"),
    candidates: readCandidates(from),
    direction: oneOf(from, "direction", ["inbound", "outbound"] as const, "unknown"),
    address: text(from, "address"),
    state: oneOf(from, "state", linkStates, "closed"),
    since: time(from, "since"),
    rttMs: figure(from, "rttMs"),
    rttP95Ms: figure(from, "rttP95Ms"),
    jitterMs: figure(from, "jitterMs"),
    lossIn: figure(from, "lossIn"),
    lossOut: figure(from, "lossOut"),
    strength: figure(from, "strength"),
    strengthInputs: {
      delay: figure(inputs, "delay"),
      loss: figure(inputs, "loss"),
      jitter: figure(inputs, "jitter"),
      handshakeAge: figure(inputs, "handshakeAge"),
    },
    bytesIn: figure(from, "bytesIn"),
    bytesOut: figure(from, "bytesOut"),
    inBytesPerSecond: figure(from, "inBytesPerSecond"),
    outBytesPerSecond: figure(from, "outBytesPerSecond"),
    lastHandshakeAt: time(from, "lastHandshakeAt"),
    lastActivityAt: time(from, "lastActivityAt"),
    learnedFrom: text(from, "learnedFrom"),
    learnedAt: time(from, "learnedAt"),
    place: oneOf(from, "place", ["view", "guest"] as const, "unknown"),
    isAnchor: from["isAnchor"] === true,
    isOperators: from["isOperators"] === true,
    reason: text(from, "reason"),
  };
}

export function readPeer(from: Fields): Peer | null {
  const nodeId = text(from, "nodeId");
  if (nodeId === null) return null;
  return {
    nodeId,
    userId: text(from, "userId"),
    userProof: oneOf(from, "userProof", proofs, null),
    addrs: texts(from, "addrs"),
    ticketExpiresAt: time(from, "ticketExpiresAt"),
    lastSeenAt: time(from, "lastSeenAt"),
    learnedFrom: text(from, "learnedFrom"),
    learnedAt: time(from, "learnedAt"),
    linkState: oneOf(from, "linkState", linkStates, "none"),
    wait: text(from, "wait"),
    waitText: text(from, "waitText"),
    nextAttemptAt: time(from, "nextAttemptAt"),
    failures: figure(from, "failures"),
    isAnchor: from["isAnchor"] === true,
    fromDisk: from["fromDisk"] === true,
    reason: text(from, "reason"),
  };
}

function readAttempt(from: Fields): Attempt | null {
  const at = time(from, "at");
  if (at === null) return null;
  return { at, ok: from["ok"] === true, latencyMs: figure(from, "latencyMs") };
}

export function readSource(from: Fields): Source | null {
  const id = text(from, "id");
  if (id === null) return null;
  return {
    id,
    kind: oneOf(from, "kind", ["beacon", "capsule", "cache"] as const, "other"),
    url: text(from, "url"),
    state: oneOf(from, "state", ["ok", "failing", "ready"] as const, "waiting"),
    reason: text(from, "reason"),
    tickets: figure(from, "tickets"),
    latencyMs: figure(from, "latencyMs"),
    lastSuccessAt: time(from, "lastSuccessAt"),
    nextAttemptAt: time(from, "nextAttemptAt"),
    attempts: figure(from, "attempts"),
    successes: figure(from, "successes"),
    failureStreak: figure(from, "failureStreak"),
    links: figure(from, "links"),
    linkShare: figure(from, "linkShare"),
    recent: rows(from["recent"], readAttempt),
  };
}

function readLevel(from: Fields): Level {
  return oneOf(from, "level", levels, "info");
}

export function readAlert(from: Fields): Alert | null {
  const code = text(from, "code");
  if (code === null) return null;
  return {
    code,
    level: readLevel(from),
    subject: text(from, "subject"),
    since: time(from, "since"),
    title: text(from, "title") ?? code,
    cause: text(from, "cause"),
  };
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value) ?? "";
}

export function readEvent(from: Fields): NodeEvent | null {
  const id = text(from, "id");
  const at = time(from, "at");
  if (id === null || at === null) return null;
  const context = fieldsOf(from["context"]) ?? {};
  return {
    id,
    at,
    level: readLevel(from),
    source: text(from, "source") ?? "",
    code: text(from, "code") ?? "",
    message: text(from, "message") ?? "",
    context: Object.entries(context)
      .filter(([, value]) => value !== null && value !== "")
      .map(([name, value]) => [name, shown(value)] as const),
  };
}
