/* SPDX-License-Identifier: Apache-2.0 */
/* The page's own memory of figures. The daemon sends what is true now; what a chart draws is what
 * this page has seen since it was opened, at most 15 minutes. A moment nobody told us about is a
 * sample of nulls, so that lines break there instead of bridging it. */

import { healthOf, type Health, linkFigures } from "./health";
import type { BandwidthPanel, Alert, Link, NodePanel } from "./model";

/** The worst of a stretch that one sample stands for. */
export interface Peaks {
  readonly inRate: number | null;
  readonly outRate: number | null;
  readonly slowest: number | null;
  readonly loss: number | null;
}

export interface Sample {
  readonly at: number;
  readonly inRate: number | null;
  readonly outRate: number | null;
  readonly links: number | null;
  readonly wanted: number | null;
  readonly roundTrip: number | null;
  readonly slowest: number | null;
  readonly loss: number | null;
  readonly lossOut: number | null;
  readonly health: Health | null;
  /** Null when it stands for one moment. */
  readonly peaks: Peaks | null;
}

export interface Trace {
  readonly at: number;
  readonly roundTrip: number | null;
  readonly p95: number | null;
}

export interface Samples {
  readonly points: readonly Sample[];
  /** Per peer, by nodeId: survives the link, so a peer that comes back keeps its line. */
  readonly peers: ReadonlyMap<string, readonly Trace[]>;
  readonly tracedAt: number;
}

export const noSamples: Samples = { points: [], peers: new Map(), tracedAt: 0 };

const everyMs = 950;
const keptMs = 15 * 60_000;
const gapMs = 5_000;
const traceEveryMs = 5_000;
const traceKeptMs = 10 * 60_000;

export interface Sampled {
  readonly node: NodePanel | null;
  readonly bandwidth: BandwidthPanel | null;
  readonly alerts: readonly Alert[] | null;
  readonly links: ReadonlyMap<string, Link>;
}

/** A moment that nothing is known of. */
export function gapAt(at: number): Sample {
  return {
    at,
    inRate: null,
    outRate: null,
    links: null,
    wanted: null,
    roundTrip: null,
    slowest: null,
    loss: null,
    lossOut: null,
    health: null,
    peaks: null,
  };
}

function sampleOf(at: number, from: Sampled): Sample {
  const figures = linkFigures(from.links.values());
  return {
    at,
    inRate: from.bandwidth?.inBytesPerSecond ?? null,
    outRate: from.bandwidth?.outBytesPerSecond ?? null,
    links: figures.open,
    wanted: null,
    roundTrip: figures.middleRtt,
    slowest: figures.slowestRtt,
    loss: figures.worstLoss?.share ?? null,
    lossOut: figures.worstLossOut,
    health: healthOf(from.node, from.alerts),
    peaks: null,
  };
}

function traced(samples: Samples, at: number, links: Iterable<Link>): Samples["peers"] {
  const peers = new Map<string, readonly Trace[]>();
  for (const [nodeId, traces] of samples.peers) {
    const isOld = (traces[0]?.at ?? at) <= at - traceKeptMs;
    const kept = isOld ? traces.filter((trace) => trace.at > at - traceKeptMs) : traces;
    if (kept.length > 0) peers.set(nodeId, kept);
  }
  for (const link of links) {
    if (link.nodeId === null || link.state !== "open") continue;
    const before = peers.get(link.nodeId) ?? [];
    const last = before[before.length - 1];
    if (last !== undefined && last.at === at) continue;
    const silent = last !== undefined && at - last.at > 3 * traceEveryMs;
    const gap = silent ? [{ at: last.at + 1, roundTrip: null, p95: null }] : [];
    const now = { at, roundTrip: link.rttMs, p95: link.rttP95Ms };
    peers.set(link.nodeId, [...before, ...gap, now]);
  }
  return peers;
}

/** Adds what `from` says at `at`; nothing when the last sample is less than a second old. */
export function addSample(samples: Samples, at: number, from: Sampled): Samples {
  const last = samples.points[samples.points.length - 1];
  if (last !== undefined && at - last.at < everyMs && at >= last.at) return samples;
  // A daemon whose clock went back: what we have would lie in the future.
  const past = last !== undefined && at < last.at ? noSamples : samples;
  const points = past.points.filter((point) => point.at > at - keptMs);
  if (last !== undefined && at - last.at > gapMs) points.push(gapAt(last.at + 1));
  points.push(sampleOf(at, from));
  const due = at - past.tracedAt >= traceEveryMs;
  return {
    points,
    peers: due ? traced(past, at, from.links.values()) : past.peers,
    tracedAt: due ? at : past.tracedAt,
  };
}
