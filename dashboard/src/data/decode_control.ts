/* SPDX-License-Identifier: Apache-2.0 */
/* Switches, operations, and whom they are about, as the daemon tells them: in its panels, and in what it answers. */

import { proofs } from "./decode_rows";
import { type Fields, fieldsOf, figure, oneOf, optional, rows, text, time } from "./fields";
import type {
  Block,
  Control,
  Impact,
  Operation,
  OperationSetting,
  Pending,
  Target,
} from "./model_control";

const states = [
  "pending",
  "applied",
  "awaiting-confirm",
  "confirmed",
  "reverted",
  "superseded",
  "failed",
  "expired",
] as const;

export function readControl(from: Fields): Control | null {
  const name = text(from, "name");
  if (name === null) return null;
  return {
    name,
    on: from["on"] === true,
    resting: from["resting"] === true,
    operation: text(from, "operation"),
    endsAt: time(from, "endsAt"),
    revertsAt: time(from, "revertsAt"),
  };
}

function readSetting(from: Fields): OperationSetting | null {
  const control = text(from, "control");
  if (control === null) return null;
  return { control, on: from["on"] === true, wasOn: from["wasOn"] === true };
}

const kinds = ["node", "user", "claim", "address", "endpoint"] as const;
const directions = ["in", "out", "all"] as const;

function readTarget(from: Fields): Target | null {
  const kind = oneOf(from, "kind", kinds, null);
  if (kind === null) return null;
  return {
    kind,
    nodeId: text(from, "nodeId"),
    userId: text(from, "userId"),
    address: text(from, "address"),
    endpoint: text(from, "endpoint"),
  };
}

export function readBlock(from: Fields): Block | null {
  const target = readTarget(from);
  if (target === null) return null;
  return {
    target,
    direction: oneOf(from, "direction", directions, "all"),
    operation: text(from, "operation"),
    reason: text(from, "reason"),
    author: text(from, "author"),
    since: time(from, "since"),
    endsAt: time(from, "endsAt"),
    hits: figure(from, "hits"),
    lastHitAt: time(from, "lastHitAt"),
  };
}

export function readPending(from: Fields): Pending | null {
  const nodeId = text(from, "nodeId");
  if (nodeId === null) return null;
  return {
    nodeId,
    userId: text(from, "userId"),
    userProof: oneOf(from, "userProof", proofs, null),
    address: text(from, "address"),
    since: time(from, "since"),
    asks: figure(from, "asks"),
    endsAt: time(from, "endsAt"),
  };
}

export function readOperation(from: Fields): Operation | null {
  const id = text(from, "id");
  if (id === null) return null;
  const revertsAt = time(from, "revertsAt");
  return {
    id,
    action: text(from, "action") ?? "",
    state: oneOf(from, "state", states, "unknown"),
    target: optional(from["target"], readTarget),
    direction: oneOf(from, "direction", directions, null),
    does: text(from, "does"),
    reason: text(from, "reason"),
    author: text(from, "author"),
    askedAt: time(from, "askedAt"),
    endedAt: time(from, "endedAt"),
    endsAt: time(from, "endsAt"),
    revertsAt,
    keepBy: revertsAt,
    canRevert: from["canRevert"] === true,
    settings: rows(from["settings"], readSetting),
  };
}

/** Null when it does not say what it would do to the links and to whoever asks. */
export function readImpact(from: Fields): Impact | null {
  const impact = fieldsOf(from["impact"]);
  if (impact === null) return null;
  const linksCut = figure(impact, "linksCut");
  const linksLeft = figure(impact, "linksLeft");
  if (linksCut === null || linksLeft === null) return null;
  return {
    linksCut,
    linksLeft,
    transfersHurt: figure(impact, "transfersHurt") ?? 0,
    filesUnderTarget: figure(impact, "filesUnderTarget") ?? 0,
    caretakerAccess: impact["caretakerAccess"] === true,
  };
}
