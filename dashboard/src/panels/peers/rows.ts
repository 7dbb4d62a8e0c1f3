/* SPDX-License-Identifier: Apache-2.0 */
/* One list out of links and known peers: each peer once, with its best link; a second open link to
 * the same peer is a row of its own, so that rows add up to links. Pure. */

import {
  assert_never,
  type Link,
  type LinkState,
  type Path,
  type Peer,
  type UserProof,
} from "../../data/model";

export type Group = "connected" | "trying" | "not";
export const groupOrder: readonly Group[] = ["connected", "trying", "not"];

export interface PeerRow {
  /** Stays the same while a peer goes from known to called to linked. */
  readonly key: string;
  readonly group: Group;
  readonly nodeId: string | null;
  readonly userId: string | null;
  readonly userProof: UserProof | null;
  readonly learnedFrom: string | null;
  readonly learnedAt: number | null;
  readonly link: Link | null;
  readonly peer: Peer | null;
}

const rank: Record<LinkState, number> = {
  open: 0,
  closing: 1,
  handshaking: 2,
  dialing: 3,
  closed: 4,
};

function better(a: Link, b: Link): number {
  return rank[a.state] - rank[b.state] || (b.since ?? 0) - (a.since ?? 0);
}

function groupOf(link: Link | null, peer: Peer | null): Group {
  if (link?.state === "open" || link?.state === "closing") return "connected";
  if (link?.state === "dialing" || link?.state === "handshaking") return "trying";
  const isPlanned = peer !== null && (peer.nextAttemptAt !== null || peer.wait === "none");
  return isPlanned ? "trying" : "not";
}

function rowOf(key: string, link: Link | null, peer: Peer | null): PeerRow {
  const told = link?.learnedFrom != null ? link : peer;
  const user = link?.userId != null ? link : peer;
  return {
    key,
    group: groupOf(link, peer),
    nodeId: link?.nodeId ?? peer?.nodeId ?? null,
    userId: user?.userId ?? null,
    userProof: user?.userProof ?? null,
    learnedFrom: told?.learnedFrom ?? null,
    learnedAt: told?.learnedAt ?? null,
    link,
    peer,
  };
}

export function peerRows(links: Iterable<Link>, peers: ReadonlyMap<string, Peer>): PeerRow[] {
  const all = [...links];
  const best = new Map<string, Link>();
  for (const link of all) {
    const other = link.nodeId === null ? undefined : best.get(link.nodeId);
    if (link.nodeId !== null && (other === undefined || better(link, other) < 0))
      best.set(link.nodeId, link);
  }
  const rows = [...best].map(([nodeId, link]) => rowOf(nodeId, link, peers.get(nodeId) ?? null));
  for (const link of all) {
    const { id, nodeId, state } = link;
    if (nodeId === null) rows.push(rowOf(`link ${id}`, link, null));
    else if (state === "open" && best.get(nodeId) !== link)
      rows.push(rowOf(`${nodeId} ${id}`, link, peers.get(nodeId) ?? null));
  }
  for (const peer of peers.values()) {
    if (!best.has(peer.nodeId)) rows.push(rowOf(peer.nodeId, null, peer));
  }
  return rows;
}

export type SortColumn = "peer" | "strength" | "roundTrip" | "loss" | "traffic" | "handshake";

export interface Sort {
  readonly column: SortColumn;
  readonly falling: boolean;
}

function sortValue(row: PeerRow, column: Exclude<SortColumn, "peer">): number | null {
  const { link } = row;
  if (link === null) return null;
  switch (column) {
    case "strength":
      return link.strength;
    case "roundTrip":
      return link.rttMs;
    case "loss":
      return link.lossIn;
    case "traffic":
      return link.inBytesPerSecond === null && link.outBytesPerSecond === null
        ? null
        : (link.inBytesPerSecond ?? 0) + (link.outBytesPerSecond ?? 0);
    case "handshake":
      return link.lastHandshakeAt;
    default:
      return assert_never(column);
  }
}

export function byId(a: PeerRow, b: PeerRow): number {
  const [left, right] = [a.nodeId ?? a.key, b.nodeId ?? b.key];
  return left < right ? -1 : Number(left > right);
}

/** Unknown comes last in either direction. */
function byColumn(a: PeerRow, b: PeerRow, { column, falling }: Sort): number {
  const way = falling ? -1 : 1;
  if (column === "peer") return way * byId(a, b);
  const [left, right] = [sortValue(a, column), sortValue(b, column)];
  if (left === null || right === null) {
    return Number(left === null) - Number(right === null) || byId(a, b);
  }
  return way * (left - right) || byId(a, b);
}

export function isBeingCalled(row: PeerRow): boolean {
  return row.link?.state === "dialing" || row.link?.state === "handshaking";
}

/** Being called before waiting; of those that wait, the next one first. */
function byNextTry(a: PeerRow, b: PeerRow): number {
  const called = Number(isBeingCalled(b)) - Number(isBeingCalled(a));
  return called || (a.peer?.nextAttemptAt ?? 0) - (b.peer?.nextAttemptAt ?? 0) || byId(a, b);
}

/** What has just gone first, then whoever was seen last. */
function byLastSeen(a: PeerRow, b: PeerRow): number {
  const closed = Number(b.link !== null) - Number(a.link !== null);
  return closed || (b.peer?.lastSeenAt ?? 0) - (a.peer?.lastSeenAt ?? 0) || byId(a, b);
}

export function sortRows(rows: readonly PeerRow[], sort: Sort): PeerRow[] {
  const compare: Record<Group, (a: PeerRow, b: PeerRow) => number> = {
    connected: (a, b) => byColumn(a, b, sort),
    trying: byNextTry,
    not: byLastSeen,
  };
  return groupOrder.flatMap((group) =>
    rows.filter((row) => row.group === group).sort(compare[group]),
  );
}

export interface Filter {
  readonly text: string;
  readonly group: Group | "all";
  readonly path: Exclude<Path, "unknown"> | "any";
}

export const noFilter: Filter = { text: "", group: "all", path: "any" };

function haystack(row: PeerRow): string {
  const addresses = row.peer?.addrs ?? [];
  return [row.nodeId, row.userId, row.link?.address, row.learnedFrom, ...addresses]
    .filter((part) => part != null)
    .join(" ")
    .toLowerCase();
}

export function filterRows(rows: readonly PeerRow[], filter: Filter): readonly PeerRow[] {
  const text = filter.text.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (filter.group === "all" || row.group === filter.group) &&
      (filter.path === "any" || (row.group === "connected" && row.link?.path === filter.path)) &&
      (text === "" || haystack(row).includes(text)),
  );
}

export function countGroups(rows: readonly PeerRow[]): Record<Group, number> {
  const counts = { connected: 0, trying: 0, not: 0 };
  for (const row of rows) counts[row.group] += 1;
  return counts;
}
