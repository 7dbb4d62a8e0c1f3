/* SPDX-License-Identifier: Apache-2.0 */
/* How strong and how much. */

import type { ComponentChildren } from "preact";
import type { Sample } from "../../data/samples";
import { bandwidth, figures, links, mesh, pending } from "../../data/store";
import { Figure, StaleStamp } from "../../parts/panel";
import { Sparkline } from "../../parts/sparkline";
import { StrengthBars } from "../../parts/strength";
import { count, dotted, millis, percent, rate, rateText, shortId } from "../../text/format";
import * as words from "../../text/networking";
import { strengthWords } from "../../text/peers";
import * as stats from "../../text/stats";
import { strengthBars } from "../stats/select";
import { points, span } from "../stats/window";
import { overallStrength, pointsOf } from "./select";

export function Strength() {
  const word = overallStrength(figures.value);
  const { bars } = strengthBars(links.value.values(), 12);
  return (
    <section class="panel net-strength" aria-labelledby="net-strength-title">
      <h2 id="net-strength-title">{words.strength}</h2>
      <p class="net-word">
        {word !== "unknown" && (
          <StrengthBars strength={{ strong: 100, fair: 70, weak: 20 }[word]} word={word} />
        )}
        <b>{word === "unknown" ? "—" : strengthWords[word]}</b>{" "}
        <span>
          {figures.value.open === 0
            ? words.noLinks
            : word === "unknown"
              ? strengthWords.unknown
              : words.ofLinks(figures.value.strong, figures.value.open)}
        </span>
      </p>
      <StaleStamp />
      <ul class="net-cells">
        {bars.map((bar) => (
          <li
            key={bar.id}
            class={`cell-${bar.word}`}
            title={stats.barTitle(shortId(bar.nodeId ?? bar.id), bar.strength)}
          >
            <span class="net-cell" />
            <code>{bar.nodeId === null ? bar.id : `${bar.nodeId.slice(0, 4)}…`}</code>
            <span class="hidden-words"> {strengthWords[bar.word]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface FigureBlockProps {
  name: string;
  figure: ComponentChildren;
  line: string;
  read: (sample: Sample) => number | null;
  tone?: "in" | "ink" | "warn";
}

function FigureBlock({ name, figure, line, read, tone = "ink" }: FigureBlockProps) {
  const shown = pointsOf(points.value, read);
  return (
    <div class="net-figure">
      <h3>{name}</h3>
      <p>{figure}</p>
      <p class="second">{line}</p>
      <StaleStamp />
      <Sparkline {...span.value} points={shown} width={150} height={22} tone={tone} />
    </div>
  );
}

export function Figures() {
  const inward = rate(bandwidth.value?.inBytesPerSecond ?? null);
  const outward = rateText(bandwidth.value?.outBytesPerSecond ?? null);
  const known = mesh.value?.known ?? null;
  const dialing = mesh.value?.dialing ?? 0;
  const waiting = pending.value?.length ?? 0;
  const knownLine = [
    known === null ? "" : words.known(known),
    dialing > 0 ? words.dialing(dialing) : "",
    waiting > 0 ? words.waiting(waiting) : "",
  ];
  const loss = figures.value.worstLoss;
  return (
    <section class="panel net-figures" aria-label={stats.title}>
      <FigureBlock
        name={words.connected}
        figure={<Figure value={count(figures.value.open)} unit={words.peersUnit(figures.value.open)} />}
        line={dotted(knownLine)}
        read={(sample) => sample.links}
      />
      <FigureBlock
        name={stats.bandwidth}
        figure={<Figure value={inward.figure} unit={`${inward.unit} ${stats.into}`} />}
        line={`${outward} ${stats.out}`}
        read={(sample) => sample.inRate}
        tone="in"
      />
      <FigureBlock
        name={stats.roundTrip}
        figure={<Figure value={millis(figures.value.middleRtt)} unit={stats.middleUnit} />}
        line={`${millis(figures.value.slowestRtt)} ${stats.slowestUnit}`}
        read={(sample) => sample.roundTrip}
      />
      <FigureBlock
        name={stats.loss}
        figure={
          <Figure
            value={percent(loss?.share ?? null)}
            unit={loss === null ? "" : stats.percentUnit}
          />
        }
        line={
          loss !== null
            ? stats.worstLink(shortId(loss.link.nodeId ?? loss.link.id))
            : figures.value.open === 0
              ? stats.lossNoLinks
              : stats.lossUnknown
        }
        read={(sample) => sample.loss}
        tone="warn"
      />
    </section>
  );
}
