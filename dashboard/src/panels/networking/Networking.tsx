/* SPDX-License-Identifier: Apache-2.0 */
/* The short page: is it on, how strong, how much, who; the rest is on the Node Dashboard. */

import type { ComponentChildren } from "preact";
import { overallStrength, problems, strengthWord } from "../../data/health";
import type { Link, Reachability } from "../../data/model";
import { doingAt } from "../../data/operations";
import type { Sample } from "../../data/samples";
import {
  acts,
  alerts,
  bandwidth,
  controls,
  figures,
  links,
  mesh,
  node,
  now,
  peers,
  pending,
  signaling,
} from "../../data/store";
import { CopyButton } from "../../parts/controls";
import { isWaiting, Refused, Switch } from "../../parts/deed";
import { Icon } from "../../parts/icon";
import { Awaited, Figure, StaleStamp } from "../../parts/panel";
import { Sparkline } from "../../parts/sparkline";
import { StrengthBars } from "../../parts/strength";
import { copyWord, pageNames } from "../../text/common";
import { title as connectTitle } from "../../text/connect";
import {
  count,
  dotted,
  millis,
  percent,
  rate,
  rateText,
  shortId,
  shortSpan,
  wholeSpan,
} from "../../text/format";
import * as words from "../../text/networking";
import { networkIs, switches, waits } from "../../text/operations";
import { strengthWords } from "../../text/peers";
import * as stats from "../../text/stats";
import { networkOffSentence, seeWhy } from "../../text/verdict";
import { ConnectForm } from "../connect/ConnectForm";
import { peerPlace, throwSwitch } from "../controls/deeds";
import { RefusedAmong, TargetDeed } from "../controls/TargetDeed";
import { OperationLine, progress } from "../operations/Operations";
import { who } from "../peers/PeerCells";
import { linkAction } from "../peers/RowDeeds";
import { newestRows, type PeerRow, peerRows } from "../peers/rows";
import { rowWords } from "../peers/words";
import { inShort, reachVerdict, verdictSentence } from "../reachability/select";
import { pointsOf, strengthBars } from "../stats/select";
import { points, span } from "../stats/window";
import { verdict } from "../verdict/Verdict";
import "./networking.css";

function openLinks(): readonly Link[] {
  return [...links.value.values()].filter((link) => link.state === "open");
}

function Reach({ reached }: { reached: Reachability }) {
  const told = reachVerdict(reached);
  const closed = told === "closed";
  return (
    <div class="net-verdict">
      <Icon name={closed ? "barred" : "source"} class={closed ? "warn" : "quiet"} />
      <div>
        <p>{inShort(reached)}</p>
        {closed && <p class="second">{verdictSentence(reached)}</p>}
      </div>
      <a href="#/node">{closed ? words.whatToDo : told === "unknown" ? seeWhy : words.whoSaysSo}</a>
    </div>
  );
}

function Head() {
  const open = openLinks().length;
  const startedAt = node.value?.startedAt ?? null;
  const parts = [words.linked(open)];
  if (startedAt !== null) parts.push(words.runningFor(shortSpan(now.value - startedAt)));
  if (signaling.value?.state === "off") parts.push(words.signalingOff);
  const network = controls.value?.find(({ name }) => name === "network");
  const off = network?.on === false;
  const going = progress.value.filter(({ action }) => action.startsWith("network."));
  const { icon, tone, title, sentence } = verdict.value;
  const worst = problems(alerts.value).map((alert) => alert.title);
  const reached = node.value?.reachability ?? null;
  return (
    <section class="panel" aria-labelledby="networking-title">
      <div class="net-head">
        <div>
          <h1 id="networking-title">
            {network === undefined ? pageNames.networking : networkIs(network.on)}
          </h1>
          <p id="network-means">{off ? networkOffSentence : parts.join(" · ")}</p>
          <p id="network-waits">{isWaiting() && network !== undefined ? waits : ""}</p>
          <StaleStamp />
        </div>
        <span id="network-name" hidden>
          {switches["network"]?.[0]}
        </span>
        {network !== undefined && (
          <Switch
            labelId="network-name"
            describedBy="network-means network-waits"
            isOn={network.on}
            doing={doingAt(network.name)}
            onPress={() => throwSwitch(network)}
          />
        )}
        <Refused place="network" />
      </div>
      <ul>
        {going.map((operation) => (
          <OperationLine key={operation.id} operation={operation} />
        ))}
      </ul>
      <div class="net-verdict">
        <Icon name={icon} class={tone} />
        <div>
          <p class="finding-title">{title}</p>
          <p class="second">{off ? "" : worst.length > 0 ? `${worst.join("; ")}.` : sentence}</p>
        </div>
        <a href="#/node">{seeWhy}</a>
      </div>
      {reached !== null && <Reach reached={reached} />}
    </section>
  );
}

function Strength() {
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

function Figures() {
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

/** What the row says of itself, at its end. */
function RowState({ row }: { row: PeerRow }) {
  const { link } = row;
  if (row.group !== "connected" || link === null)
    return <span class="net-peer-strength">{rowWords(row, now.value).what}</span>;
  return (
    <>
      <span class="second">
        {link.since === null ? "" : words.ageOfLink(wholeSpan(now.value - link.since))}
      </span>
      <span class="net-peer-strength">
        <StrengthBars strength={link.strength} />
        {link.strength ?? ""} {strengthWords[strengthWord(link.strength)]}
      </span>
      <span class="net-peer-rtt">{millis(link.rttMs)} ms</span>
    </>
  );
}

function Connect() {
  const newest = newestRows(peerRows(links.value.values(), peers.value));
  return (
    <section class="panel" aria-labelledby="net-connect-title">
      <header class="panel-head">
        <h2 id="net-connect-title">{acts.value ? connectTitle : words.latestPeers}</h2>
      </header>
      {acts.value && (
        <div class="net-connect">
          <ConnectForm id="connect" />
        </div>
      )}
      <RefusedAmong prefix={peerPlace("")} />
      <ul>
        {newest.map((row) => (
          <li key={row.key} class="net-peer" tabIndex={-1}>
            <Icon name={row.group === "connected" ? "check" : "clock"} />
            <code class="peer-id">{who(row)}</code>
            <RowState row={row} />
            {acts.value && row.nodeId !== null && (
              <TargetDeed
                place={peerPlace(row.nodeId)}
                action={linkAction(row)}
                target={{ nodeId: row.nodeId }}
                whom={who(row)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Networking() {
  const present = node.value;
  if (present === null) {
    return (
      <>
        <Head />
        <section class="panel">
          <Awaited lines={3} />
        </section>
      </>
    );
  }
  return (
    <>
      <Head />
      <Strength />
      <Figures />
      <Connect />
      <div class="net-foot">
        <p>
          {words.thisNode} <code>{present.nodeId}</code>
          <CopyButton
            text={() => present.nodeId}
            label={`${copyWord} ${shortId(present.nodeId)}`}
          />
        </p>
        <a class="button deed" href="#/node">
          {words.toDashboard}
          <Icon name="chevron" />
        </a>
      </div>
    </>
  );
}
