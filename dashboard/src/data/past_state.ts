/* SPDX-License-Identifier: Apache-2.0 */
/* The state of the page at an earlier moment, so that every panel shows that moment without knowing
 * of it. What the node does not keep is null: it is not shown as it is now. Pure. */

import { capital } from "../text/format";
import type { Alert, Link, NodePanel } from "./model";
import type { Moment } from "./past";
import type { State } from "./reduce";
import type { Sample } from "./samples";

export interface Past {
  readonly at: number;
  /** What is known of it: from the node, or until it answers from the lines on this page. */
  readonly sample: Sample | null;
  readonly links: readonly Link[] | null;
  readonly findings: readonly string[];
  readonly isAwaited: boolean;
}

export function pastOf(at: number, told: Moment | null, near: Sample | null): Past {
  if (told !== null && told.at === at) {
    const sample = { ...told.sample, links: told.sample.links ?? near?.links ?? null };
    return { ...told, sample, isAwaited: false };
  }
  return { at, sample: near, links: null, findings: [], isAwaited: true };
}

/** The sample at a moment: the last that is not after it, unless that is long ago. */
export function sampleNear(points: readonly Sample[], at: number, within: number): Sample | null {
  let near: Sample | null = null;
  for (const point of points) if (point.at <= at + within / 2) near = point;
  return near !== null && at - near.at <= within ? near : null;
}

function nodeAt(node: NodePanel | null, at: number): NodePanel | null {
  if (node === null) return null;
  const { startedAt } = node;
  return {
    ...node,
    state: "unknown",
    startedAt: startedAt !== null && startedAt > at ? null : startedAt,
    reachability: null,
    outage: null,
  };
}

function alertsAt({ findings, sample }: Past): readonly Alert[] {
  const level = sample?.health === "bad" ? "error" : "warn";
  return findings.map((code) => ({
    code,
    level,
    subject: null,
    since: null,
    title: capital(code.replace(/-/g, " ")),
    cause: null,
  }));
}

export function stateAt(state: State, past: Past): State {
  const { at, sample, links } = past;
  return {
    ...state,
    asOf: at,
    node: nodeAt(state.node, at),
    signaling: null,
    rendezvous: null,
    mesh: {
      active: sample?.links ?? null,
      min: null,
      target: sample?.wanted ?? null,
      known: null,
      dialing: null,
    },
    views: null,
    bandwidth: {
      inBytesPerSecond: sample?.inRate ?? null,
      outBytesPerSecond: sample?.outRate ?? null,
      bytesIn: null,
      bytesOut: null,
      since: null,
    },
    alerts: alertsAt(past),
    controls: null,
    operations: null,
    blocks: null,
    pending: null,
    content: null,
    links: new Map((links ?? []).map((link) => [link.id, link])),
    peers: new Map(),
    events: state.events.filter((event) => event.at <= at),
    samples: { ...state.samples, peers: new Map() },
  };
}
