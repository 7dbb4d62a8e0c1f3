/* SPDX-License-Identifier: Apache-2.0 */
/* One figure with what explains it: name, figures, a line of words, and the chart under them. */

import type { ComponentChildren } from "preact";
import { lookingAt, range } from "../../data/past";
import type { Sample } from "../../data/samples";
import { statsView, width } from "../../data/view";
import { Chart } from "../../parts/chart/chart";
import type { Line } from "../../parts/chart/held";
import { StaleStamp } from "../../parts/panel";
import type { Point } from "../../parts/spark";
import { Sparkline } from "../../parts/sparkline";
import { momentText } from "../../text/format";
import { keptAwaited, trend } from "../../text/history";
import * as words from "../../text/stats";
import { lookAt, stripAt } from "./HealthStrip";
import { trendOf } from "./select";
import { joinAt, points, span } from "./window";

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

type ReadLine = Omit<Line, "values"> & {
  read: (sample: Sample) => number | null;
  /** The worst of the stretch, where a point stands for one: a thin line behind. */
  peak: (sample: Sample) => number | null;
};

interface LineChartProps {
  caption: string;
  base: 1000 | 1024;
  atLeast: number;
  yText: (value: number) => string;
  lines: readonly ReadLine[];
  without?: string;
}

function drawnLines(lines: readonly ReadLine[], all: readonly Sample[]): readonly Line[] {
  return lines.flatMap(({ read, peak, ...line }) => {
    const drawn = { ...line, values: all.map(read) };
    const peaks = all.map(peak);
    if (!peaks.some((value) => value !== null)) return [drawn];
    return [{ ...line, name: "", width: 0.6, fill: false, values: peaks }, drawn];
  });
}

function captionOf({ caption, lines, yText }: LineChartProps, all: readonly Sample[]): string {
  const told = lines.map(({ name, read, peak }) => {
    const found = trendOf(all, read, peak);
    if (found === null) return "";
    const { least, most, mostAt, last } = found;
    const words = trend(yText(least), yText(most), momentText(mostAt, range.value), yText(last));
    return name === "" ? words : `${name} ${words}`;
  });
  return [caption, ...told].filter((text) => text !== "").join("; ");
}

export function LineChart(props: LineChartProps) {
  const { lines, without = words.noLine, ...rest } = props;
  if (statsView.value === "table") return null;
  const all = points.value;
  const drawn = drawnLines(lines, all);
  const any = drawn.some((line) => line.values.filter((value) => value !== null).length > 1);
  const isEmpty = all.length === 0 && range.value !== "15m";
  if (!any) return <p class="stat-empty">{isEmpty ? keptAwaited : without}</p>;
  if (width.value === "phone") return <SmallLines lines={drawn.filter(isMain)} times={all} />;
  return (
    <Chart
      key={`${range.value} ${drawn.length}`}
      {...rest}
      {...span.value}
      caption={captionOf(props, all)}
      times={all.map((point) => point.at)}
      lines={drawn}
      isLive={lookingAt.value === null}
      mark={lookingAt.value ?? stripAt.value}
      joinAt={joinAt.value}
      onPick={lookAt}
    />
  );
}

/* Peaks are drawn thinner than anything else, and have no room on a phone. */
function isMain(line: Line): boolean {
  return line.width >= 1;
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
