/* SPDX-License-Identifier: Apache-2.0 */
/* What a chart shows, and its axes, which grow at once and shrink late. */

import { justNow } from "../../text/common";
import { tickText } from "../../text/format";
import { heldTop, niceTop, type Top } from "./scale";

export interface Line {
  readonly name: string;
  /** A CSS variable of the page. */
  readonly token: "--in" | "--out" | "--ink-2" | "--control";
  readonly width: number;
  readonly fill: boolean;
  /** Negative values lie below the zero line. */
  readonly values: readonly (number | null)[];
}

export interface ChartProps {
  caption: string;
  times: readonly number[];
  lines: readonly Line[];
  from: number;
  to: number;
  /** 1024 for bytes. */
  base: 1000 | 1024;
  /** The axis never ends below this, so that noise does not fill the chart. */
  atLeast: number;
  yText: (value: number) => string;
  /** The right edge is now. */
  isLive: boolean;
  /** A moment to mark, and what is done with one that is pressed. */
  mark: number | null;
  /** Where this page began to see for itself, when that lies within. */
  joinAt: number | null;
  onPick: (at: number) => void;
}

export interface Held {
  from: number;
  to: number;
  top: Top | null;
  bottom: Top | null;
  props: ChartProps;
}

function reach(lines: readonly Line[], sign: 1 | -1): number {
  let most = 0;
  for (const line of lines) {
    for (const value of line.values) if (value !== null) most = Math.max(most, value * sign);
  }
  return most;
}

export function fit(held: Held, props: ChartProps): void {
  const { lines, base, atLeast, to } = props;
  const up = niceTop(Math.max(reach(lines, 1), atLeast), base);
  const down = reach(lines, -1);
  held.props = props;
  held.from = props.from;
  held.to = to;
  held.top = heldTop(held.top, up, to);
  const mirrored = down > 0 || held.bottom !== null;
  held.bottom = mirrored ? heldTop(held.bottom, niceTop(Math.max(down, atLeast), base), to) : null;
}

/* A small lower half would press its mark against the zero line. */
const roomBelow = 0.3;

export function yRange(held: Held): [number, number] {
  const top = held.top?.top ?? 1;
  return [held.bottom === null ? 0 : -Math.max(held.bottom.top, top * roomBelow), top];
}

export function yTicks(held: Held): number[] {
  const top = held.top?.top ?? 1;
  if (held.bottom === null) return [0, top / 2, top];
  return held.bottom.top < top * roomBelow ? [0, top] : [-held.bottom.top, 0, top];
}

export function timeText(at: number, held: Held): string {
  return at === held.to && held.props.isLive ? justNow : tickText(at, held.to - held.from);
}
