/* SPDX-License-Identifier: Apache-2.0 */
/* A chart over time. The only file that knows uPlot. It draws at most when its data changes (once
 * a second) and only while it can be seen. */

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { theme } from "../../data/theme";
import { justNow, pageOpened } from "../../text/common";
import { tickText } from "../../text/format";
import { cursorAt } from "./cursor";
import { heldTop, niceTop, timeTicks, type Top } from "./scale";
import "./chart.css";

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

const height = 112;
const labelFont = "11px system-ui, sans-serif";

interface Held {
  from: number;
  to: number;
  top: Top | null;
  bottom: Top | null;
  props: ChartProps;
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The same colour, mostly seen through: fills are drawn at 12 %. */
function faint(colour: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}1f` : "transparent";
}

function reach(lines: readonly Line[], sign: 1 | -1): number {
  let most = 0;
  for (const line of lines) {
    for (const value of line.values) if (value !== null) most = Math.max(most, value * sign);
  }
  return most;
}

function fit(held: Held, props: ChartProps): void {
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

function yRange(held: Held): [number, number] {
  const top = held.top?.top ?? 1;
  return [held.bottom === null ? 0 : -Math.max(held.bottom.top, top * roomBelow), top];
}

function yTicks(held: Held): number[] {
  const top = held.top?.top ?? 1;
  if (held.bottom === null) return [0, top / 2, top];
  return held.bottom.top < top * roomBelow ? [0, top] : [-held.bottom.top, 0, top];
}

function timeText(at: number, held: Held): string {
  return at === held.to && held.props.isLive ? justNow : tickText(at, held.to - held.from);
}

/** Writes each line's name at its end, where the eye already is; no legend box. */
function nameEnds(plot: uPlot, held: Held): void {
  const { ctx } = plot;
  const ratio = window.devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  let lowest = Number.POSITIVE_INFINITY;
  const ends = held.props.lines.map((line) => ({
    line,
    value: line.values[line.values.length - 1],
  }));
  ends.sort((a, b) => (a.value ?? 0) - (b.value ?? 0));
  for (const { line, value } of ends) {
    if (value === null || value === undefined || line.name === "") continue;
    const at = Math.min(plot.valToPos(value, "y", true), lowest - 12 * ratio);
    lowest = at;
    ctx.fillStyle = token(line.token === "--control" ? "--ink-3" : line.token);
    ctx.fillText(line.name, plot.bbox.left + plot.bbox.width + 5 * ratio, at);
  }
  ctx.restore();
}

/** Left of it the lines are what the node kept, right of it what this page saw. */
function drawJoin(plot: uPlot, { from, to, props: { joinAt } }: Held): void {
  if (joinAt === null || joinAt < from || joinAt > to - (to - from) * 0.01) return;
  const { ctx, bbox } = plot;
  const ratio = window.devicePixelRatio;
  const x = Math.round(plot.valToPos(joinAt, "x", true));
  ctx.save();
  ctx.strokeStyle = token("--control");
  ctx.fillStyle = token("--ink-3");
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = x - bbox.left > bbox.width / 2 ? "right" : "left";
  ctx.textBaseline = "top";
  ctx.fillText(pageOpened, x + (ctx.textAlign === "right" ? -4 : 4) * ratio, bbox.top);
  ctx.restore();
}

/** The moment that the page looks at, or that the pointer is at on another picture. */
function drawMark(plot: uPlot, { from, to, props: { mark } }: Held): void {
  if (mark === null || mark < from || mark > to) return;
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(mark, "x", true));
  ctx.save();
  ctx.strokeStyle = token("--accent");
  ctx.lineWidth = window.devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

function options(held: Held, width: number): uPlot.Options {
  const { lines, yText } = held.props;
  const ink = token("--ink-3");
  const named = lines.some((line) => line.name !== "");
  return {
    width,
    height,
    ms: 1,
    padding: [8, named ? 46 : 16, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: "stats" }, y: false, drag: { x: false, y: false }, points: { size: 5 } },
    scales: {
      x: { time: true, range: () => [held.from, held.to] },
      y: { range: () => yRange(held) },
    },
    axes: [
      {
        stroke: ink,
        font: labelFont,
        size: 22,
        gap: 4,
        grid: { show: false },
        ticks: { show: false },
        splits: () => timeTicks(held.from, held.to),
        values: (_plot, splits) => splits.map((at) => timeText(at, held)),
      },
      {
        stroke: ink,
        font: labelFont,
        size: 58,
        gap: 6,
        grid: { stroke: token("--grid"), width: 1 },
        ticks: { show: false },
        splits: () => yTicks(held),
        values: (_plot, splits) => splits.map((value) => (value === 0 ? "0" : yText(value))),
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        stroke: token(line.token),
        width: line.width,
        points: { show: false },
        ...(line.fill ? { fill: faint(token(line.token)) } : {}),
      })),
    ],
    hooks: {
      draw: [(plot) => nameEnds(plot, held), (plot) => drawJoin(plot, held), (plot) => drawMark(plot, held)],
      ready: [
        (plot) =>
          plot.over.addEventListener("click", (event) =>
            held.props.onPick(plot.posToVal(event.offsetX, "x")),
          ),
      ],
      setCursor: [
        (plot) => {
          const at = plot.cursor.idx;
          cursorAt.value = at === null || at === undefined ? null : (plot.data[0][at] ?? null);
        },
      ],
    },
  };
}

function dataOf(props: ChartProps): uPlot.AlignedData {
  return [[...props.times], ...props.lines.map((line) => [...line.values])];
}

export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const seen = useRef(true);
  const held = useRef<Held>({ from: 0, to: 1, top: null, bottom: null, props });
  fit(held.current, props);
  const themed = theme.value;

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const width = () => Math.max(120, element.clientWidth);
    const made = new uPlot(options(held.current, width()), dataOf(held.current.props), element);
    plot.current = made;
    const sizes = new ResizeObserver(() => made.setSize({ width: width(), height }));
    const sight = new IntersectionObserver(([entry]) => {
      seen.current = entry?.isIntersecting ?? true;
      if (seen.current) made.setData(dataOf(held.current.props));
    });
    sizes.observe(element);
    sight.observe(element);
    return () => {
      sizes.disconnect();
      sight.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [themed]);

  useEffect(() => {
    if (seen.current) plot.current?.setData(dataOf(props));
  }, [props.times.length, props.from, props.to, props.mark, props.joinAt]);

  return (
    <figure class="chart">
      <div ref={place} aria-hidden="true" />
      <figcaption class="hidden-words">{props.caption}</figcaption>
    </figure>
  );
}
