/* SPDX-License-Identifier: Apache-2.0 */
/* Why a peer is as it is, out of what this page was told. Pure. */

import { linkFigures, strengthWord } from "../../data/health";
import type { Link, NodeEvent, NodePanel, Peer } from "../../data/model";
import type { Block, Control, Operation } from "../../data/model_control";
import { worstInput } from "../../parts/meter_line";
import { learnedFrom, reasonText } from "../../text/common";
import { ago, countdown, dotted, millis, percent, shortId, shortSpan } from "../../text/format";
import { switches } from "../../text/operations";
import { directions, paths } from "../../text/peers";
import * as words from "../../text/why";
import type { PeerRow } from "../peers/rows";
import { waitWords } from "../peers/words";

export interface WhyInput {
  readonly row: PeerRow;
  readonly links: readonly Link[];
  readonly peers: ReadonlyMap<string, Peer>;
  readonly node: NodePanel | null;
  readonly blocks: readonly Block[] | null;
  readonly controls: readonly Control[] | null;
  readonly operations: readonly Operation[] | null;
  readonly events: readonly NodeEvent[];
  readonly now: number;
}

export type Remedy =
  | { readonly kind: "link.disconnect" | "link.connect" | "block.add"; readonly effect: string }
  | { readonly kind: "block.remove"; readonly block: Block; readonly effect: string }
  | { readonly kind: "control"; readonly control: Control; readonly effect: string };

export interface Evidence {
  /** Null: it is so now. */
  readonly at: number | null;
  readonly text: string;
  readonly code: string;
}

export interface Exclusion {
  /** False: it cannot be excluded. */
  readonly excluded: boolean;
  readonly text: string;
}

export interface Why {
  readonly question: string;
  readonly answer: string;
  readonly more: string;
  readonly remedies: readonly Remedy[];
  readonly evidence: readonly Evidence[];
  readonly not: readonly Exclusion[];
}

/** The block that keeps this peer out; a claim holds for its node. */
function blockOf(row: PeerRow, blocks: readonly Block[] | null): Block | null {
  const holds = ({ target }: Block): boolean =>
    target.kind === "user"
      ? row.userProof === "proven" && target.userId === row.userId
      : target.nodeId !== null && target.nodeId === row.nodeId;
  return blocks?.find(holds) ?? null;
}

const dialStops = ["network", "pause-all", "pause-outbound", "isolate", "mesh", "autoconnect", "signaling"];

/** The switches that keep this node from calling anybody by itself. */
function holdingControls(controls: readonly Control[] | null): readonly Control[] {
  return (controls ?? []).filter(({ name, resting }) => !resting && dialStops.includes(name));
}

function worstWords(link: Link, now: number): string {
  switch (worstInput(link.strengthInputs)) {
    case "delay":
      return words.worst.delay(millis(link.rttMs));
    case "loss":
      return link.lossIn === null ? words.worst.lossUnknown : words.worst.loss(percent(link.lossIn));
    case "jitter":
      return words.worst.jitter(millis(link.jitterMs));
    case "handshakeAge":
      return words.worst.handshakeAge(ago(link.lastHandshakeAt, now));
    case null:
      return words.notKnownYet;
  }
}

function linkedAnswer(link: Link, now: number): readonly [string, string] {
  const word = strengthWord(link.strength);
  if (word === "unknown") return [words.notKnownYet, ""];
  const more = [link.strength === null ? "" : words.strengthIs(link.strength)];
  if (link.path === "relayed") more.push(words.relayed);
  const answer = word === "strong" ? words.fine : worstWords(link, now);
  return [answer, more.join(" ")];
}

function unlinkedAnswer({ row, blocks, now }: WhyInput): readonly [string, string] {
  const { link, peer } = row;
  const span = link?.since == null ? "" : words.forSpan(shortSpan(now - link.since));
  if (link?.state === "dialing") return [words.called(span), lastEnd(row)];
  if (link?.state === "handshaking") return [words.proving(span), lastEnd(row)];
  if (blockOf(row, blocks) !== null) return [words.blockedByYou, ""];
  const next = peer?.nextAttemptAt ?? null;
  const again = next === null || next <= now ? "" : words.waitsUntil(countdown(next - now));
  const wait = peer?.wait === "none" ? null : waitWords(peer);
  const more = [again, lastEnd(row)].filter((part) => part !== "").join(" ");
  if (wait !== null) return [words.waitsFor(wait), more];
  return [peer?.wait === "none" ? words.noneNeeded : words.notWanted, more];
}

function reasonOf({ link, peer }: PeerRow): string | null {
  return link?.reason ?? peer?.reason ?? null;
}

function lastEnd(row: PeerRow): string {
  const reason = reasonOf(row);
  return reason === null ? "" : words.endedBy(reasonText(reason));
}

function remediesOf(input: WhyInput): readonly Remedy[] {
  const { row, blocks, controls, peers } = input;
  const block = blockOf(row, blocks);
  const found: Remedy[] = [];
  if (block !== null) found.push({ kind: "block.remove", block, effect: words.effects.unblock });
  const { link } = row;
  if (row.group === "connected" && link !== null) {
    const isWeak = strengthWord(link.strength) === "weak";
    const effect = isWeak ? words.effects.disconnectWeak(peers.size - 1) : words.effects.disconnect;
    found.push({ kind: "link.disconnect", effect });
  } else if (link?.state === "dialing" || link?.state === "handshaking") {
    found.push({ kind: "link.disconnect", effect: words.effects.stopCalling });
  } else {
    for (const control of holdingControls(controls)) {
      const name = switches[control.name]?.[0] ?? control.name;
      found.push({ kind: "control", control, effect: words.effects.control(name) });
    }
    if (block === null) found.push({ kind: "link.connect", effect: words.effects.connect });
  }
  if (block === null) found.push({ kind: "block.add", effect: words.effects.block });
  return found;
}

const eventsShown = 6;

/** What happened that names this peer, newest first. */
export function eventsOf(nodeId: string | null, events: readonly NodeEvent[]): readonly NodeEvent[] {
  if (nodeId === null) return [];
  return events.filter(({ context }) => context.some(([, value]) => value === nodeId));
}

function measured(link: Link): Evidence {
  const { evidence } = words;
  const loss =
    link.lossIn === null ? evidence.lossUnknown : evidence.lossShare(percent(link.lossIn));
  return { at: null, text: evidence.measured(millis(link.rttMs), loss), code: "" };
}

function evidenceOf({ row, events, now }: WhyInput): readonly Evidence[] {
  const { evidence } = words;
  const { link, peer } = row;
  const found: Evidence[] = [];
  const add = (at: number | null, text: string, code = "") => found.push({ at, text, code });
  if (row.learnedAt !== null)
    add(row.learnedAt, evidence.learned(learnedFrom(row.learnedFrom)), row.learnedFrom ?? "");
  const shown = eventsOf(row.nodeId, events).slice(0, eventsShown);
  const toldLinked = shown.some(({ code }) => code === "link-open");
  if (row.group === "connected" && link?.since != null && !toldLinked)
    add(link.since, evidence.linked(dotted([paths[link.path], directions[link.direction]])));
  for (const event of shown) add(event.at, event.message, event.code);
  if (link?.lastHandshakeAt != null && row.group === "connected")
    add(link.lastHandshakeAt, evidence.handshake);
  if (peer?.ticketExpiresAt != null && peer.ticketExpiresAt <= now)
    add(peer.ticketExpiresAt, evidence.ticketEnded);
  const dated = found.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const present: Evidence[] = [];
  if (row.group === "connected" && link !== null) present.push(measured(link));
  const reason = reasonOf(row);
  if (row.group !== "connected" && reason !== null)
    present.push({ at: null, text: evidence.lastEnd(reasonText(reason)), code: reason });
  if (row.group !== "connected" && (peer?.failures ?? 0) > 0)
    present.push({ at: null, text: evidence.failed(peer?.failures ?? 0), code: peer?.wait ?? "" });
  return [...dated, ...present];
}

function uplink({ row, links, node }: WhyInput): Exclusion {
  const others = links.filter((link) => link.state === "open" && link.nodeId !== row.nodeId);
  if (node?.outage != null) return { excluded: false, text: words.not.uplinkPerhaps };
  if (others.length === 0) return { excluded: false, text: words.not.uplinkUnknown };
  const worst = linkFigures(others).worstLoss;
  const loss = worst === null ? null : percent(worst.share);
  return { excluded: true, text: words.not.uplink(others.length, loss) };
}

function ownControls({ row, blocks, controls }: WhyInput): Exclusion {
  if (blockOf(row, blocks) !== null) return { excluded: false, text: words.not.blocked };
  const holding = row.group === "connected" ? [] : holdingControls(controls);
  if (holding.length === 0) return { excluded: true, text: words.not.controls };
  const names = holding.map(({ name }) => switches[name]?.[0] ?? name).join(", ");
  return { excluded: false, text: words.not.controlsPerhaps(names) };
}

function clock({ row, now }: WhyInput): Exclusion {
  if (row.group === "connected") return { excluded: true, text: words.not.clock };
  const expiresAt = row.peer?.ticketExpiresAt ?? null;
  if (expiresAt === null) return { excluded: false, text: words.not.clockUnknown };
  const holds = expiresAt > now && reasonOf(row) !== "ticket";
  return holds
    ? { excluded: true, text: words.not.clock }
    : { excluded: false, text: words.not.clockPerhaps };
}

function questionOf(row: PeerRow): string {
  const who = shortId(row.nodeId ?? row.key);
  if (row.group === "trying" || row.group === "not") return words.questions[row.group](who);
  return words.questions[strengthWord(row.link?.strength ?? null)](who);
}

export function whyOf(input: WhyInput): Why {
  const { row, now } = input;
  const linked = row.group === "connected" && row.link !== null;
  const [answer, more] =
    linked && row.link !== null ? linkedAnswer(row.link, now) : unlinkedAnswer(input);
  return {
    question: questionOf(row),
    answer,
    more,
    remedies: remediesOf(input),
    evidence: evidenceOf(input),
    not: [uplink(input), ownControls(input), clock(input)],
  };
}
