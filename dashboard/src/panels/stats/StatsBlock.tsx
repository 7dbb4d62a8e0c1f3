/* SPDX-License-Identifier: Apache-2.0 */
/* One figure with what explains it: name, figures, a line of words, and the chart under them. */

import type { ComponentChildren } from "preact";
import type { Sample } from "../../data/samples";
import { samples } from "../../data/store";
import { statsView, width } from "../../data/view";
import { Chart, type Line } from "../../parts/chart/chart";
import { StaleStamp } from "../../parts/panel";
import type { Point } from "../../parts/spark";
import { Sparkline } from "../../parts/sparkline";
import * as words from "../../text/stats";
import { span } from "./window";

interface BlockProps {
  name: string;
  figures: ComponentChildren;
  line: ComponentChildren;
  children?: ComponentChildren;
}

export function Block({ name, figures, line, children }: BlockProps) {
  return (
    <div class="stat">
      <h3>{name}</h3>
      <p class="stat-figures">{figures}</p>
      <p class="stat-line">{line}</p>
      <StaleStamp />
      {children}
    </div>
  );
}

interface LineChartProps {
  caption: string;
  base: 1000 | 1024;
  atLeast: number;
  yText: (value: number) => string;
  lines: readonly (Omit<Line, "values"> & { read: (sample: Sample) => number | null })[];
  without?: string;
}

export function LineChart({ lines, without = words.noLine, ...rest }: LineChartProps) {
  if (statsView.value === "table") return null;
  const { points } = samples.value;
  const drawn = lines.map(({ read, ...line }) => ({ ...line, values: points.map(read) }));
  const any = drawn.some((line) => line.values.filter((value) => value !== null).length > 1);
  if (!any) return <p class="stat-empty">{without}</p>;
  if (width.value === "phone") return <SmallLines lines={drawn} times={points} />;
  return <Chart {...rest} {...span.value} times={points.map((point) => point.at)} lines={drawn} />;
}

function magnitudes(line: Line, at: readonly Sample[]): readonly Point[] {
  return at.map((sample, place) => {
    const value = line.values[place] ?? null;
    return { at: sample.at, value: value === null ? null : Math.abs(value) };
  });
}

/** On a phone a line without axes is what fits; the table twin holds the numbers. Two directions
 * are two lines; the slowest link lies behind the middle one. */
function SmallLines({ lines, times }: { lines: readonly Line[]; times: readonly Sample[] }) {
  const size = { ...span.value, width: 150, height: 20 };
  const [first, second] = lines;
  if (first === undefined) return null;
  if (second !== undefined && second.token === first.token) {
    const behind = magnitudes(first, times);
    return <Sparkline {...size} points={magnitudes(second, times)} behind={behind} tone="in" />;
  }
  return lines.map((line) => {
    const tone = line.token === "--in" ? "in" : line.token === "--out" ? "out" : "ink";
    return <Sparkline key={line.name} {...size} points={magnitudes(line, times)} tone={tone} />;
  });
}
