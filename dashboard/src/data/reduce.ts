/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where messages become state. Pure: the time comes in as an argument, and what did
 * not change keeps its identity, so that a panel or a row re-renders only when its own data did. */

import type { Message, Panels, RowChange } from "./message";
import type { Link, NodeEvent, Peer } from "./model";
import { assert_never } from "./model";
import { answered, rememberDeadlines } from "./reduce_control";
import { addSample, noSamples, type Samples } from "./samples";

export interface State extends Panels {
  /** The daemon's clock at the newest message that carries one, and our clock when it came. */
  readonly asOf: number | null;
  readonly receivedAt: number;
  readonly links: ReadonlyMap<string, Link>;
  readonly peers: ReadonlyMap<string, Peer>;
  /** Newest first. */
  readonly events: readonly NodeEvent[];
  readonly samples: Samples;
}

export const emptyState: State = {
  asOf: null,
  receivedAt: 0,
  node: null,
  signaling: null,
  rendezvous: null,
  mesh: null,
  views: null,
  bandwidth: null,
  alerts: null,
  controls: null,
  operations: null,
  blocks: null,
  pending: null,
  content: null,
  links: new Map(),
  peers: new Map(),
  events: [],
  samples: noSamples,
};

/** How many events the page keeps. The daemon keeps more. */
export const eventLimit = 500;

function sequence(event: NodeEvent): number {
  const tail = Number(event.id.slice(event.id.lastIndexOf("-") + 1));
  return Number.isFinite(tail) ? tail : 0;
}

function newestFirst(a: NodeEvent, b: NodeEvent): number {
  return b.at - a.at || sequence(b) - sequence(a);
}

/** Resuming a stream may bring an event twice; it is kept once. */
export function mergeEvents(
  known: readonly NodeEvent[],
  more: readonly NodeEvent[],
): readonly NodeEvent[] {
  const ids = new Set(known.map((event) => event.id));
  const fresh = more.filter((event) => !ids.has(event.id));
  if (fresh.length === 0) return known;
  return [...fresh, ...known].sort(newestFirst).slice(0, eventLimit);
}

function changeRows<Row>(
  rows: ReadonlyMap<string, Row>,
  change: RowChange<Row> | null,
  keyOf: (row: Row) => string,
): ReadonlyMap<string, Row> {
  if (change === null || change.upsert.length + change.remove.length === 0) return rows;
  const next = new Map(rows);
  for (const key of change.remove) next.delete(key);
  for (const row of change.upsert) next.set(keyOf(row), row);
  return next;
}

function byKey<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

const linkKey = (link: Link): string => link.id;
const peerKey = (peer: Peer): string => peer.nodeId;

function sampled(state: State, at: number): State {
  const samples = addSample(state.samples, at, state);
  return samples === state.samples ? state : { ...state, samples };
}

export function reduce(state: State, message: Message, receivedAt: number): State {
  switch (message.kind) {
    case "snapshot": {
      // Another node behind the same address: nothing remembered belongs to it.
      const same = state.node === null || state.node.nodeId === message.panels.node?.nodeId;
      const before = same ? state : emptyState;
      return sampled(
        {
          ...message.panels,
          operations: rememberDeadlines(before.operations, message.panels.operations),
          asOf: message.asOf,
          receivedAt,
          links: byKey(message.links, linkKey),
          peers: byKey(message.peers, peerKey),
          events: mergeEvents(before.events, message.events),
          samples: before.samples,
        },
        message.asOf,
      );
    }
    case "delta":
      return sampled(
        {
          ...state,
          ...message.panels,
          operations: rememberDeadlines(
            state.operations,
            message.panels.operations === undefined ? state.operations : message.panels.operations,
          ),
          asOf: message.asOf,
          receivedAt,
          links: changeRows(state.links, message.links, linkKey),
          peers: changeRows(state.peers, message.peers, peerKey),
        },
        message.asOf,
      );
    case "event":
      return { ...state, events: mergeEvents(state.events, [message.event]) };
    case "answer":
      return { ...state, ...answered(state, message.operation) };
    case "tick":
      return sampled({ ...state, asOf: message.asOf, receivedAt }, message.asOf);
    default:
      return assert_never(message);
  }
}

/** The daemon's time now, by its last word and our own monotonic clock. */
export function daemonTime(state: State, mono: number): number | null {
  return state.asOf === null ? null : state.asOf + Math.max(0, mono - state.receivedAt);
}
