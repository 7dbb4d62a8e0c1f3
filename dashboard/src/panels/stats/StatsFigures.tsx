/* The four figures with what explains them. Each is shown once, with its sample. */

import type { ComponentChildren } from "preact";
import type { LinkFigures } from "../../data/health";
import type { Sample } from "../../data/samples";
import { bandwidth, links, mesh, samples } from "../../data/store";
import { statsView, width } from "../../data/view";
import { Chart, cursorAt, type Line } from "../../parts/chart/chart";
import { Figure, StaleStamp } from "../../parts/panel";
import { Sparkline } from "../../parts/sparkline";
import { reasonText } from "../../text/common";
import { bytesText, clock, clockMinutes, count, millis, percent, rate, rateText, shortId } from "../../text/format";
import * as words from "../../text/stats";
import { sampleAt, strengthBars } from "./select";
import { span } from "./window";

interface BlockProps {
  name: string;
  figures: ComponentChildren;
  line: ComponentChildren;
  children?: ComponentChildren;
}

function Block({ name, figures, line, children }: BlockProps) {
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

function LineChart({ lines, without = words.noLine, ...rest }: LineChartProps) {
  if (statsView.value === "table") return null;
  const { points } = samples.value;
  const drawn = lines.map(({ read, ...line }) => ({ ...line, values: points.map(read) }));
  const any = drawn.some((line) => line.values.filter((value) => value !== null).length > 1);
  if (!any) return <p class="stat-empty">{without}</p>;
  if (width.value === "phone") return <SmallLines lines={drawn} times={points} />;
  return <Chart {...rest} {...span.value} times={points.map((point) => point.at)} lines={drawn} />;
}

/** On a phone a line without axes is what fits; the table twin holds the numbers. */
function SmallLines(props: { lines: readonly Line[]; times: readonly Sample[] }) {
  const { lines, times } = props;
  return lines.map((line) => {
    const points = times.map(({ at }, place) => {
      const value = line.values[place] ?? null;
      return { at, value: value === null ? null : Math.abs(value) };
    });
    const tone = line.token === "--in" ? "in" : line.token === "--out" ? "out" : "ink";
    return (
      <Sparkline key={line.name} {...span.value} points={points} width={150} height={20} tone={tone} />
    );
  });
}

const barWidth = 21;
const barHeight = 48;

function barLimit(): number {
  return width.value === "phone" ? 8 : 12;
}

function Bars() {
  const { bars } = strengthBars(links.value.values(), barLimit());
  if (bars.length === 0) return null;
  return (
    <ul class="strength-bars">
      {bars.map(({ id, nodeId, strength, word }) => {
        const who = nodeId === null ? id : shortId(nodeId);
        const level = ((strength ?? 0) / 100) * barHeight;
        return (
          <li key={id} class={`strength-${word}`} title={words.barTitle(who, strength)}>
            <svg viewBox={`0 0 ${barWidth} ${barHeight}`} preserveAspectRatio="none" aria-hidden="true">
              <rect class="well" width={barWidth} height={barHeight} rx="2" />
              <rect class="level" y={barHeight - level} width={barWidth} height={level} rx="2" />
            </svg>
            <span class="hidden-words">{who}: </span>
            {count(strength)}
          </li>
        );
      })}
    </ul>
  );
}

function strengthLine(figures: LinkFigures): ComponentChildren {
  if (figures.open === 0) return words.noLinks;
  const parts = (["strong", "fair", "weak"] as const).filter((word) => figures[word] > 0);
  if (parts.length === 0) return words.strengthUnknown;
  return parts.map((word, at) => (
    <span key={word}>
      {at > 0 && " · "}
      <span class={word === "weak" ? "warn-words" : ""}>
        {figures[word]} {words.strengths[word]}
      </span>
    </span>
  ));
}

export function Links({ figures }: { figures: LinkFigures }) {
  const present = mesh.value;
  const { left } = strengthBars(links.value.values(), barLimit());
  return (
    <Block
      name={words.links}
      figures={<Figure value={count(figures.open)} unit={words.ofWanted(present?.target ?? null)} />}
      line={strengthLine(figures)}
    >
      <Bars />
      <p class="stat-note">
        {words.perLink(figures.open, present?.known ?? null)}
        {left > 0 && ` · ${words.moreLinks(barLimit())}`}
      </p>
    </Block>
  );
}

export function Bandwidth() {
  const present = bandwidth.value;
  const inward = rate(present?.inBytesPerSecond ?? null);
  const outward = rate(present?.outBytesPerSecond ?? null);
  const since = present?.since ?? null;
  const read = sampleAt(samples.value.points, cursorAt.value);
  const total = words.totals(
    bytesText(present?.bytesIn ?? null),
    bytesText(present?.bytesOut ?? null),
    since === null ? null : clockMinutes(since),
  );
  return (
    <Block
      name={words.bandwidth}
      figures={
        <>
          <Figure value={inward.figure} unit={`${inward.unit} ${words.into}`} tone="in" />
          <Figure value={outward.figure} unit={`${outward.unit} ${words.out}`} tone="out" />
        </>
      }
      line={read === null ? total : words.reading.rates(clock(read.at), read.inRate, read.outRate)}
    >
      <LineChart
        caption={words.charts.bandwidth}
        base={1024}
        atLeast={64}
        yText={(value) => rateText(Math.abs(value))}
        lines={[
          { name: words.into, token: "--in", width: 1.4, fill: true, read: (s) => s.inRate },
          {
            name: words.out,
            token: "--out",
            width: 1.4,
            fill: true,
            read: (s) => (s.outRate === null ? null : -s.outRate),
          },
        ]}
      />
    </Block>
  );
}

export function RoundTrip({ figures }: { figures: LinkFigures }) {
  const read = sampleAt(samples.value.points, cursorAt.value);
  const measured =
    figures.middleRtt === null
      ? words.noRoundTrip
      : words.jitter(millis(figures.middleJitter), figures.open);
  return (
    <Block
      name={words.roundTrip}
      figures={
        <>
          <Figure value={millis(figures.middleRtt)} unit={words.middleUnit} />
          {figures.slowestRtt !== null && (
            <Figure value={millis(figures.slowestRtt)} unit={words.slowestUnit} />
          )}
        </>
      }
      line={
        read === null ? measured : words.reading.roundTrip(clock(read.at), read.roundTrip, read.slowest)
      }
    >
      <LineChart
        caption={words.charts.roundTrip}
        base={1000}
        atLeast={1}
        yText={(value) => `${millis(value)} ms`}
        lines={[
          { name: words.lineSlowest, token: "--in", width: 1, fill: true, read: (s) => s.slowest },
          { name: words.lineMiddle, token: "--in", width: 2, fill: false, read: (s) => s.roundTrip },
        ]}
      />
    </Block>
  );
}

export function Loss({ figures }: { figures: LinkFigures }) {
  const worst = figures.worstLoss;
  const read = sampleAt(samples.value.points, cursorAt.value);
  const who = worst?.link.nodeId ?? worst?.link.id ?? "";
  const line =
    worst !== null
      ? words.lossKnown(figures.lossKnown, figures.open, reasonText(shortId(who)))
      : figures.open === 0
        ? words.lossNoLinks
        : words.lossUnknown;
  return (
    <Block
      name={words.loss}
      figures={
        worst === null ? (
          <Figure value={percent(null)} />
        ) : (
          <>
            <Figure
              value={percent(worst.share)}
              unit={words.worstIn}
              tone={worst.share >= 0.05 ? "warn" : undefined}
            />
            <Figure value={percent(figures.worstLossOut)} unit={words.worstOut} />
          </>
        )
      }
      line={read === null || read.loss === null ? line : words.reading.loss(clock(read.at), read.loss)}
    >
      <LineChart
        caption={words.charts.loss}
        base={1000}
        atLeast={0.01}
        yText={(value) => `${percent(value)} %`}
        without={words.noLossLine}
        lines={[{ name: "", token: "--ink-2", width: 1.4, fill: true, read: (s) => s.loss }]}
      />
    </Block>
  );
}
