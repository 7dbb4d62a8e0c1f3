/* SPDX-License-Identifier: Apache-2.0 */
/* The figures with their lines. Each is shown once, with its sample. What this page sees is the
 * middle, the slowest and the worst link; what the node kept is all of them together. */

import type { ComponentChildren } from "preact";
import type { LinkFigures } from "../../data/health";
import { range } from "../../data/past";
import type { Sample } from "../../data/samples";
import { bandwidth, past } from "../../data/store";
import { cursorAt } from "../../parts/chart/cursor";
import { Figure } from "../../parts/panel";
import {
  bytesText,
  clockMinutes,
  millis,
  momentText,
  percent,
  rate,
  rateText,
  shortId,
  span,
} from "../../text/format";
import * as words from "../../text/stats";
import { sampleAt } from "./select";
import { Block, LineChart } from "./StatsBlock";
import { points } from "./window";

/** What the cursor reads, or what is looked at; `say` is not asked when it is neither. */
function readLine(otherwise: string, say: (at: string, sample: Sample) => string): string {
  const read = sampleAt(points.value, cursorAt.value) ?? past.value?.sample ?? null;
  return read === null ? otherwise : say(momentText(read.at, range.value), read);
}

const isKept = (): boolean => range.value !== "15m";

export function Bandwidth() {
  const present = bandwidth.value;
  const inward = rate(present?.inBytesPerSecond ?? null);
  const outward = rate(present?.outBytesPerSecond ?? null);
  const since = present?.since ?? null;
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
      line={readLine(total, (at, { inRate, outRate }) => words.reading.rates(at, inRate, outRate))}
    >
      <LineChart
        caption={words.charts.bandwidth}
        base={1024}
        atLeast={64}
        yText={(value) => rateText(Math.abs(value))}
        lines={[
          {
            name: words.into,
            token: "--in",
            width: 1.4,
            fill: true,
            read: (s) => s.inRate,
            peak: (s) => s.peaks?.inRate ?? null,
          },
          {
            name: words.out,
            token: "--out",
            width: 1.4,
            fill: true,
            read: (s) => below(s.outRate),
            peak: (s) => below(s.peaks?.outRate ?? null),
          },
        ]}
      />
    </Block>
  );
}

function below(value: number | null): number | null {
  return value === null ? null : -value;
}

function RoundTripFigures({ figures }: { figures: LinkFigures }) {
  const then = past.value;
  const middle = then === null ? figures.middleRtt : (then.sample?.roundTrip ?? null);
  const slowest = then === null ? figures.slowestRtt : (then.sample?.slowest ?? null);
  return (
    <>
      <Figure value={millis(middle)} unit={then === null ? words.middleUnit : words.medianUnit} />
      {slowest !== null && (
        <Figure value={millis(slowest)} unit={then === null ? words.slowestUnit : words.p95Unit} />
      )}
    </>
  );
}

export function RoundTrip({ figures }: { figures: LinkFigures }) {
  const measured =
    figures.middleRtt === null
      ? words.noRoundTrip
      : words.jitter(millis(figures.middleJitter), figures.open);
  const say = isKept() ? words.reading.keptRoundTrip : words.reading.roundTrip;
  return (
    <Block
      name={words.roundTrip}
      figures={<RoundTripFigures figures={figures} />}
      line={readLine(measured, (at, { roundTrip, slowest }) => say(at, roundTrip, slowest))}
    >
      <LineChart
        caption={isKept() ? words.charts.keptRoundTrip : words.charts.roundTrip}
        base={1000}
        atLeast={1}
        yText={(value) => (value < 10_000 ? `${millis(value)} ms` : span(value))}
        lines={[
          {
            name: isKept() ? words.lineP95 : words.lineSlowest,
            token: "--in",
            width: 1,
            fill: true,
            read: (s) => s.slowest,
            peak: (s) => s.peaks?.slowest ?? null,
          },
          {
            name: isKept() ? words.lineMedian : words.lineMiddle,
            token: "--in",
            width: 2,
            fill: false,
            read: (s) => s.roundTrip,
            peak: () => null,
          },
        ]}
      />
    </Block>
  );
}

function LossFigures({ figures }: { figures: LinkFigures }): ComponentChildren {
  const then = past.value;
  const inward = then === null ? (figures.worstLoss?.share ?? null) : (then.sample?.loss ?? null);
  const outward = then === null ? figures.worstLossOut : (then.sample?.lossOut ?? null);
  if (inward === null) return <Figure value={percent(null)} />;
  return (
    <>
      <Figure
        value={percent(inward)}
        unit={then === null ? words.worstIn : words.lossInUnit}
        tone={inward >= 0.05 ? "warn" : undefined}
      />
      <Figure value={percent(outward)} unit={words.worstOut} />
    </>
  );
}

function lossLine(figures: LinkFigures): string {
  const { worstLoss, lossKnown, open } = figures;
  if (worstLoss === null) return open === 0 ? words.lossNoLinks : words.lossUnknown;
  const who = worstLoss.link.nodeId ?? worstLoss.link.id;
  return words.lossKnown(lossKnown, open, shortId(who));
}

export function Loss({ figures }: { figures: LinkFigures }) {
  const otherwise = lossLine(figures);
  return (
    <Block
      name={words.loss}
      figures={<LossFigures figures={figures} />}
      line={readLine(otherwise, (at, { loss }) => (loss === null ? otherwise : words.reading.loss(at, loss)))}
    >
      <LineChart
        caption={isKept() ? words.charts.keptLoss : words.charts.loss}
        base={1000}
        atLeast={0.01}
        yText={(value) => `${percent(value)} %`}
        without={words.noLossLine}
        lines={[
          {
            name: "",
            token: "--ink-2",
            width: 1.4,
            fill: true,
            read: (s) => s.loss,
            peak: (s) => s.peaks?.loss ?? null,
          },
        ]}
      />
    </Block>
  );
}
