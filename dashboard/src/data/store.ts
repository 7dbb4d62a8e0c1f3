/* SPDX-License-Identifier: Apache-2.0 */
/* The signals that panels read. Messages are reduced as they come, seen or not; signals are set
 * once per frame, so a hidden tab keeps its memory and draws nothing. */

import { batch, computed, signal } from "@preact/signals";
import { inFrame } from "./frames";
import { linkFigures } from "./health";
import type { Message } from "./message";
import { kept, lookingAt, moment, range, stepMs } from "./past";
import { pastOf, sampleNear, stateAt } from "./past_state";
import { daemonTime, emptyState, reduce, type State } from "./reduce";
import type { Connection, Stream } from "./stream";
import { takeTurns, type Turn, turns } from "./turns";

/** Nothing for this long: what the page shows may no longer be true. 5 s, less what drawing it takes. */
const staleMs = 4_900;

/* waiting: nothing came yet. offline: nothing came, and nobody answers. */
export type Freshness = "waiting" | "live" | "stale" | "offline" | "refused";

const state = signal<State>(emptyState);
export const connection = signal<Connection>({ kind: "connecting" });
const mono = signal(performance.now());
const heardAt = signal<number | null>(null);

/** The moment that the page looks at, and what is known of it; null is now. */
export const past = computed(() => {
  const at = lookingAt.value;
  if (at === null) return null;
  const seen = range.value === "15m" ? sampleNear(state.value.samples.points, at, stepMs.value) : null;
  const points = kept.value.get(range.value)?.points ?? [];
  return pastOf(at, moment.value, seen ?? sampleNear(points, at, 2 * stepMs.value));
});
const shown = computed(() => {
  const then = past.value;
  return then === null ? state.value : stateAt(state.value, then);
});

export const node = computed(() => shown.value.node);
export const signaling = computed(() => shown.value.signaling);
export const rendezvous = computed(() => shown.value.rendezvous);
export const mesh = computed(() => shown.value.mesh);
export const views = computed(() => shown.value.views);
export const bandwidth = computed(() => shown.value.bandwidth);
export const alerts = computed(() => shown.value.alerts);
export const controls = computed(() => shown.value.controls);
/** Whether there is anything to do to the node: not before it was heard of, and never to the past. */
export const acts = computed(() => controls.value !== null);
export const operations = computed(() => shown.value.operations);
export const blocks = computed(() => shown.value.blocks);
export const pending = computed(() => shown.value.pending);
export const content = computed(() => shown.value.content);
export const links = computed(() => shown.value.links);
export const peers = computed(() => shown.value.peers);
/** What the links say together, which more than one panel says. */
export const figures = computed(() => linkFigures(links.value.values()));
export const events = computed(() => shown.value.events);
export const samples = computed(() => shown.value.samples);
export const asOf = computed(() => shown.value.asOf);

/** How long nothing has come, in ms; null before the first message. */
export const silentFor = computed(() =>
  heardAt.value === null ? null : Math.max(0, mono.value - heardAt.value),
);

export function freshnessOf(kind: Connection["kind"], silent: number | null): Freshness {
  if (kind === "refused") return "refused";
  if (silent === null) return kind === "lost" ? "offline" : "waiting";
  return silent >= staleMs ? "stale" : "live";
}

export const freshness = computed(() => freshnessOf(connection.value.kind, silentFor.value));

/* Every message says the time: what follows it is drawn once a second for all that. */
const wholeSecond = (moment: number): number => Math.floor((daemonTime(state.value, moment) ?? 0) / 1_000) * 1_000;

/** The daemon's time by the second. It stands still while the page is stale or looks
 * back: so do all ages. */
export const now = computed(
  () => lookingAt.value ?? wholeSecond(freshness.value === "stale" ? state.value.receivedAt : mono.value),
);

/** The same without standing still: the right edge of charts, so that silence is a gap there. */
export const chartEdge = computed(() => wholeSecond(mono.value) + 1_000);

const manyLinks = 100;
/** So many links that what each second brings of them is spread over it. */
export const isCrowd = computed(() => lookingAt.value === null && links.value.size > manyLinks);

/** What the rows of each turn show: of few links what there is, of many what there was at their turn. */
export const rowTurns = turns.map((turn) => {
  const held = computed(() => (isCrowd.value ? turn.value : null));
  return {
    links: computed(() => held.value?.links ?? links.value),
    now: computed(() => held.value?.now ?? now.value),
  };
});

/** Seconds until the next try, null when none is planned. */
export const nextTryIn = computed(() => {
  const present = connection.value;
  return present.kind === "lost" ? Math.max(0, present.nextTryAt - mono.value) : null;
});

const openedAt = performance.now();
export const openFor = computed(() => mono.value - openedAt);

let latest: State = emptyState;
let latestHeardAt: number | null = null;
let silence: ReturnType<typeof setTimeout> | undefined;

let isCountDue = true;

/* Many links are sorted and counted once a second; one that comes or goes is seen at once. */
function paced(): State {
  const { links } = state.peek();
  if (latest.links.size > manyLinks && latest.links.size === links.size && !isCountDue)
    return { ...latest, links };
  isCountDue = false;
  return latest;
}

function publish(): void {
  batch(() => {
    state.value = paced();
    heardAt.value = latestHeardAt;
    if (freshness.peek() !== "live") mono.value = performance.now();
  });
}

export function takeMessage(message: Message): void {
  const at = performance.now();
  latest = reduce(latest, message, at);
  latestHeardAt = at;
  // The clock's next step may be a second late for it.
  clearTimeout(silence);
  silence = setTimeout(step, staleMs + 1);
  inFrame("publish", publish);
}

export function takeConnection(next: Connection): void {
  connection.value = next;
}

/** A hidden tab has no frames, but what it hears still counts: it is not stale. */
function step(): void {
  batch(() => {
    heardAt.value = latestHeardAt;
    mono.value = performance.now();
  });
}

function second(): void {
  // Without frames the time goes on for all that.
  if (document.visibilityState === "visible") inFrame("clock", step);
  else step();
  if (latest.links.size <= manyLinks) return;
  const present = (): Turn => ({ links: latest.links, now: now.peek() });
  takeTurns(present, () => {
    isCountDue = true;
    inFrame("publish", publish);
  });
}

/** Starts the clock of the page. One step a second; ages and countdowns follow it. */
export function startClock(): void {
  setInterval(second, 1_000);
  document.addEventListener("visibilitychange", step);
}

/** The stream, once main has opened it: panels ask it to try again or to sign in. */
export const stream = signal<Stream | null>(null);
