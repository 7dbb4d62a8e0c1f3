/* SPDX-License-Identifier: Apache-2.0 */
/* Where each node of the drawing lies. Polar and still: the bearing of a node comes from its id, so
 * the same peer lies in the same direction tomorrow; the distance of a peer is its round trip on a
 * log scale; a node that neighbours tell of lies outside, near the mean bearing of those who do.
 * What would overlap is pushed apart by as little as is enough. Pure.
 *
 * The unit is the ring of 300 ms; the drawing stretches it to its field. */

import type { MeshNode } from "./graph";

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export type Spots = ReadonlyMap<string, Spot>;

export const ringsMs = [5, 20, 80, 300] as const;
/** The farthest that anything is laid. */
export const reach = 1.38;

const nearest = 0.27;
const nearestMs = 1.25;
const farthestMs = 300;
const circle = 2 * Math.PI;

/** 0.27 for what is as near as can be, 1 for 300 ms; a little more for what is worse. */
export function radiusOf(rttMs: number | null): number {
  if (rttMs === null) return 1;
  const share = Math.log(Math.max(rttMs, nearestMs) / nearestMs) / Math.log(farthestMs / nearestMs);
  return nearest + (1 - nearest) * Math.min(share, 1.1);
}

/** 0..1, the same for the same name everywhere (FNV-1a). */
export function shareOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  }
  // The last letters would else move the last bits only.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

export function bearingOf(id: string): number {
  return shareOf(id) * circle;
}

interface Bearing {
  readonly id: string;
  at: number;
}

const passes = 200;
/** More than these lie evenly: where all push each other, nobody keeps his place anyhow. */
const crowd = 60;

/** In the order of their bearings, round the whole circle, turned as little as can be. */
function evenly(row: readonly Bearing[]): Map<string, number> {
  const step = circle / row.length;
  const turn = row.reduce((sum, { at }, place) => sum + at - place * step, 0) / row.length;
  return new Map(row.map(({ id }, place) => [id, turn + place * step]));
}

/** Pushes bearings apart until none are nearer than `gap`. Their order round the circle stays, and
 * those that lie far enough apart do not move. */
function pushApart(wanted: readonly Bearing[], gap: number): Map<string, number> {
  const row = wanted.map(({ id, at }) => ({ id, at: ((at % circle) + circle) % circle }));
  row.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  if (row.length > crowd) return evenly(row);
  const least = Math.min(gap, (0.96 * circle) / Math.max(1, row.length));
  for (let pass = 0; pass < passes && row.length > 1; pass += 1) {
    let moved = false;
    for (const [at, one] of row.entries()) {
      const next = row[(at + 1) % row.length];
      if (next === undefined || next === one) continue;
      const lap = at + 1 === row.length ? circle : 0;
      const lack = least - (next.at + lap - one.at);
      if (lack <= 1e-6) continue;
      one.at -= lack / 2;
      next.at += lack / 2;
      moved = true;
    }
    if (!moved) break;
  }
  return new Map(row.map(({ id, at }) => [id, at]));
}

const ownGap = 0.36;
const outerGap = 0.115;
/** A round trip that changes by less does not move its peer. */
const stillWithin = 0.05;

function meanOf(bearings: readonly number[], otherwise: number): number {
  const x = bearings.reduce((sum, at) => sum + Math.cos(at), 0);
  const y = bearings.reduce((sum, at) => sum + Math.sin(at), 0);
  // Reporters on opposite sides have no middle.
  return Math.hypot(x, y) < 0.1 ? otherwise : Math.atan2(y, x);
}

function stillRadius(id: string, rttMs: number | null, before: Spots | null): number {
  const wanted = radiusOf(rttMs);
  const spot = before?.get(id);
  if (spot === undefined) return wanted;
  const had = Math.hypot(spot.x, spot.y);
  return Math.abs(had - wanted) < stillWithin ? had : wanted;
}

function spotAt(bearing: number, radius: number): Spot {
  return { x: Math.cos(bearing) * radius, y: Math.sin(bearing) * radius };
}

const fan = 0.5;
const lanes = [1.17, 1.26, 1.35] as const;
const unreached = 1_000_000;

/* The nearest first: whoever tells of a node is laid before it. */
function wantedOf(outer: readonly MeshNode[], near: ReadonlyMap<string, number>): Bearing[] {
  const bearings = new Map(near);
  const order = [...outer].sort(
    (a, b) => (a.hops ?? unreached) - (b.hops ?? unreached) || (a.id < b.id ? -1 : 1),
  );
  return order.map(({ id, claims }) => {
    const known = claims.map(({ by }) => bearings.get(by)).filter((at) => at !== undefined);
    const aside = (shareOf(`${id} aside`) - 0.5) * 2 * fan;
    const at = meanOf(known, bearingOf(id)) + aside;
    bearings.set(id, at);
    return { id, at };
  });
}

/** `before`: where they lay when they were last laid out. */
export function layOut(nodes: readonly MeshNode[], before: Spots | null = null): Spots {
  const near = nodes.filter(({ kind }) => kind === "own" || kind === "lost");
  const outer = nodes.filter(({ kind }) => kind === "reported");
  const spots = new Map<string, Spot>();
  for (const { id, kind } of nodes) if (kind === "self") spots.set(id, { x: 0, y: 0 });

  const bearings = pushApart(near.map(({ id }) => ({ id, at: bearingOf(id) })), ownGap);
  for (const { id, link } of near) {
    spots.set(id, spotAt(bearings.get(id) ?? 0, stillRadius(id, link?.rttMs ?? null, before)));
  }
  const outerBearings = pushApart(wantedOf(outer, bearings), outerGap);
  for (const { id } of outer) {
    const lane = lanes[Math.floor(shareOf(`${id} lane`) * lanes.length)] ?? lanes[0];
    spots.set(id, spotAt(outerBearings.get(id) ?? 0, lane));
  }
  return spots;
}
