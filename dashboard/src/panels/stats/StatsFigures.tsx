/* SPDX-License-Identifier: Apache-2.0 */
/* The figures with their lines. Each is shown once, with its sample. */

import type { LinkFigures } from "../../data/health";
import { bandwidth, samples } from "../../data/store";
import { cursorAt } from "../../parts/chart/chart";
import { Figure } from "../../parts/panel";
import {
  bytesText,
  clock,
  clockMinutes,
  millis,
  percent,
  rate,
  rateText,
  shortId,
} from "../../text/format";
import * as words from "../../text/stats";
import { sampleAt } from "./select";
import { Block, LineChart } from "./StatsBlock";

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
        read === null
          ? measured
          : words.reading.roundTrip(clock(read.at), read.roundTrip, read.slowest)
      }
    >
      <LineChart
        caption={words.charts.roundTrip}
        base={1000}
        atLeast={1}
        yText={(value) => `${millis(value)} ms`}
        lines={[
          { name: words.lineSlowest, token: "--in", width: 1, fill: true, read: (s) => s.slowest },
          {
            name: words.lineMiddle,
            token: "--in",
            width: 2,
            fill: false,
            read: (s) => s.roundTrip,
          },
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
      ? words.lossKnown(figures.lossKnown, figures.open, shortId(who))
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
      line={
        read === null || read.loss === null ? line : words.reading.loss(clock(read.at), read.loss)
      }
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
