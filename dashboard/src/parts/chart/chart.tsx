/* SPDX-License-Identifier: Apache-2.0 */
/* A chart over time. Only this folder knows uPlot. It draws at most when its data changes (once
 * a second) and only while it can be seen. */

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { theme } from "../../data/theme";
import { cursorAt } from "./cursor";
import { type ChartProps, fit, type Held, timeText, yRange, yTicks } from "./held";
import { drawJoin, drawMark, nameEnds, token } from "./over";
import { timeTicks } from "./scale";
import "./chart.css";

const height = 112;
const labelFont = "11px system-ui, sans-serif";

/** The same colour, mostly seen through: fills are drawn at 12 %. */
function faint(colour: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}1f` : "transparent";
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
