/* SPDX-License-Identifier: Apache-2.0 */
/* The cells of one peer, by column. */

import { computed, type ReadonlySignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { strengthWord } from "../../data/health";
import { assert_never, type Link, type Path } from "../../data/model";
import { samples } from "../../data/store";
import type { IconName } from "../../parts/icon";
import { Icon } from "../../parts/icon";
import { Hidden } from "../../parts/panel";
import { Sparkline } from "../../parts/sparkline";
import { Meters, StrengthBars } from "../../parts/strength";
import { learnedFrom } from "../../text/common";
import { ago, dotted, fullTime, kibRate, millis, percent, shortId, unknown } from "../../text/format";
import * as words from "../../text/peers";
import type { Column } from "./columns";
import type { PeerRow } from "./rows";
import { rowWords } from "./words";

/** The time as this row has it. */
type Clock = ReadonlySignal<number>;

interface RowProps {
  row: PeerRow;
  now: Clock;
}

export function who(row: PeerRow): string {
  return row.nodeId === null ? (row.link?.address ?? words.noId) : shortId(row.nodeId);
}

const pathIcons: Record<Path, IconName> = {
  direct: "direct",
  relayed: "relayed",
  lan: "home",
  unknown: "dot",
};

function stateIcon(row: PeerRow): { name: IconName; tone: string; words: string } {
  if (row.group === "connected") {
    return strengthWord(row.link?.strength ?? null) === "weak"
      ? { name: "alert", tone: "warn", words: words.stateWords.weak }
      : { name: "check", tone: "quiet", words: words.stateWords.connected };
  }
  return row.group === "trying"
    ? { name: "clock", tone: "quiet", words: words.stateWords.trying }
    : { name: "barred", tone: "quiet", words: words.stateWords.not };
}

function User({ row }: { row: PeerRow }) {
  if (row.userId === null) return <span class="second">{words.noUser}</span>;
  return (
    <span class="second">
      <code title={row.userId}>
        {words.userPrefix}
        {shortId(row.userId)}
      </code>
      {row.userProof !== null && ` · ${words.proofs[row.userProof]}`}
    </span>
  );
}

/** The whole row in one line of words, for a phone. */
function Brief({ row, now }: RowProps) {
  const { link } = row;
  if (row.group !== "connected" || link === null) {
    const { what, why } = rowWords(row, now.value);
    return (
      <>
        <span class="second unlinked">{what}</span>
        <span class="second unlinked">{why}</span>
      </>
    );
  }
  const parts = [words.paths[link.path], `${millis(link.rttMs)} ms`];
  if (link.lossIn !== null) parts.push(`${percent(link.lossIn)} % loss`);
  parts.push(ago(link.lastHandshakeAt, now.value));
  return <span class="second">{parts.join(" · ")}</span>;
}

export function PeerCell({ row, brief, now }: RowProps & { brief: boolean }) {
  const icon = stateIcon(row);
  return (
    <span class="peer-cell">
      <Icon name={icon.name} class={icon.tone} />
      <Hidden>{icon.words}: </Hidden>
      <span class="lines">
        <code class="peer-id" title={row.nodeId ?? undefined}>
          {who(row)}
        </code>
        {brief ? <Brief row={row} now={now} /> : <User row={row} />}
      </span>
    </span>
  );
}

/** The first figure counts, the second stands behind it. */
function Pair({ first, second, warn }: { first: string; second: string; warn?: boolean }) {
  if (first === unknown && second === unknown) return <span class="quiet">{unknown}</span>;
  return (
    <span>
      <b class={warn === true ? "warn-words" : ""}>{first}</b>
      <span class="quiet"> / {second}</span>
    </span>
  );
}

function Strength({ link }: { link: Link }) {
  const word = strengthWord(link.strength);
  return (
    <span class={`strength-cell ${word === "weak" ? "warn-words" : ""}`}>
      <StrengthBars strength={link.strength} />
      <b>{link.strength ?? unknown}</b>
      <span class="strength-word">{words.strengthWords[word]}</span>
    </span>
  );
}

const trendMs = 10 * 60_000;

/* Other samples come each second, these every few. */
const allTraces = computed(() => samples.value.peers);
const tracedAt = computed(() => samples.value.tracedAt);

function Trend({ link }: { link: Link }) {
  const traces = link.nodeId === null ? undefined : allTraces.value.get(link.nodeId);
  const to = tracedAt.value;
  const weak = strengthWord(link.strength) === "weak";
  return useMemo(() => {
    if (traces === undefined || traces.length < 2) return <span class="quiet">{unknown}</span>;
    const start = Math.max(to - trendMs, traces[0]?.at ?? to);
    return (
      <Sparkline
        points={traces.map(({ at, roundTrip }) => ({ at, value: roundTrip }))}
        behind={traces.map(({ at, p95 }) => ({ at, value: p95 }))}
        from={Math.min(start, to - 30_000)}
        to={to}
        width={72}
        height={18}
        tone={weak ? "warn" : "ink"}
      />
    );
  }, [traces, to, weak]);
}

function PathCell({ link }: { link: Link }) {
  const transport =
    link.transport === null ? "" : (words.transports[link.transport] ?? link.transport);
  const direction = words.directions[link.direction];
  return (
    <span class="path-cell" title={link.address ?? undefined}>
      <Icon name={pathIcons[link.path]} />
      <span class="lines">
        <span>{words.paths[link.path]}</span>
        <span class="second">
          {dotted([transport, direction])}
        </span>
      </span>
    </span>
  );
}

function Handshake({ link, now }: { link: Link; now: Clock }) {
  const at = link.lastHandshakeAt;
  return <span title={at === null ? undefined : fullTime(at)}>{ago(at, now.value)}</span>;
}

export function JoinedCell({ row, now }: RowProps) {
  const { what, why } = rowWords(row, now.value);
  return (
    <span class="lines">
      <span>{what}</span>
      <span class="second">{why}</span>
    </span>
  );
}

export function LearnedCell({ row, now }: RowProps) {
  const { learnedAt } = row;
  return (
    <span class="lines" title={row.learnedFrom ?? undefined}>
      <span>{learnedFrom(row.learnedFrom)}</span>
      {learnedAt !== null && (
        <span class="second" title={fullTime(learnedAt)}>
          {ago(learnedAt, now.value)}
        </span>
      )}
    </span>
  );
}

export function FigureCell({ column, link, now }: { column: Column; link: Link; now: Clock }) {
  switch (column) {
    case "strength":
      return <Strength link={link} />;
    case "meters":
      return <Meters inputs={link.strengthInputs} />;
    case "roundTrip":
      return <Pair first={millis(link.rttMs)} second={millis(link.rttP95Ms)} />;
    case "trend":
      return <Trend link={link} />;
    case "loss":
      return (
        <Pair
          first={percent(link.lossIn)}
          second={percent(link.lossOut)}
          warn={(link.lossIn ?? 0) >= 0.05}
        />
      );
    case "traffic":
      return (
        <Pair first={kibRate(link.inBytesPerSecond)} second={kibRate(link.outBytesPerSecond)} />
      );
    case "path":
      return <PathCell link={link} />;
    case "handshake":
      return <Handshake link={link} now={now} />;
    case "peer":
    case "learned":
    case "open":
      return null;
    default:
      return assert_never(column);
  }
}
