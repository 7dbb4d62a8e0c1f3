/* SPDX-License-Identifier: Apache-2.0 */
/* The path of a sparkline, apart from its drawing. Unknown breaks the line. */

export interface Point {
  readonly at: number;
  readonly value: number | null;
}

export interface Frame {
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function x(frame: Frame, at: number): number {
  const share = (at - frame.from) / Math.max(1, frame.to - frame.from);
  return Math.round(share * frame.width * 10) / 10;
}

function y(frame: Frame, value: number): number {
  const share = frame.top <= 0 ? 0 : Math.min(1, Math.max(0, value / frame.top));
  return Math.round((1 - share) * frame.height * 10) / 10;
}

export function sparkPath(points: readonly Point[], frame: Frame): string {
  let path = "";
  let pen = false;
  for (const point of points) {
    if (point.value === null) {
      pen = false;
    } else if (point.at >= frame.from) {
      path += `${pen ? "L" : "M"}${x(frame, point.at)} ${y(frame, point.value)}`;
      pen = true;
    }
  }
  return path;
}

/** Where the newest known value lies, for the dot; null when the line has ended in a gap. */
export function sparkEnd(
  points: readonly Point[],
  frame: Frame,
): { readonly x: number; readonly y: number } | null {
  const last = points[points.length - 1];
  if (last === undefined || last.value === null) return null;
  return { x: x(frame, last.at), y: y(frame, last.value) };
}

/** Thins to about `limit` points, keeping the smallest and the largest of each stretch. */
export function thin(points: readonly Point[], limit: number): readonly Point[] {
  if (points.length <= limit) return points;
  const stretch = Math.ceil((points.length * 2) / limit);
  const kept: Point[] = [];
  for (let at = 0; at < points.length; at += stretch) {
    const part = points.slice(at, at + stretch);
    const gap = part.find((point) => point.value === null);
    const sorted = part.filter((point) => point.value !== null);
    sorted.sort((a, b) => (a.value ?? 0) - (b.value ?? 0));
    const ends = [sorted[0], sorted[sorted.length - 1], gap].filter((end) => end !== undefined);
    kept.push(...[...new Set(ends)].sort((a, b) => a.at - b.at));
  }
  const last = points[points.length - 1];
  if (last !== undefined && kept[kept.length - 1] !== last) kept.push(last);
  return kept;
}
