/* SPDX-License-Identifier: Apache-2.0 */
/* The signals that panels read. Messages are reduced as they come, seen or not; signals are set
 * once per frame, so a hidden tab keeps its memory and draws nothing. */

import { batch, computed, signal } from "@preact/signals";
import type { Message } from "./model";
import { daemonTime, emptyState, reduce, type State } from "./reduce";
import type { Connection, Stream } from "./stream";

/** Nothing for this long: what the page shows may no longer be true. */
export const staleMs = 5_000;

/* waiting: nothing came yet. offline: nothing came, and nobody answers. */
export type Freshness = "waiting" | "live" | "stale" | "offline" | "refused";

const state = signal<State>(emptyState);
export const connection = signal<Connection>({ kind: "connecting" });
const mono = signal(performance.now());
const heardAt = signal<number | null>(null);

export const node = computed(() => state.value.node);
export const signaling = computed(() => state.value.signaling);
export const rendezvous = computed(() => state.value.rendezvous);
export const mesh = computed(() => state.value.mesh);
export const views = computed(() => state.value.views);
export const bandwidth = computed(() => state.value.bandwidth);
export const alerts = computed(() => state.value.alerts);
export const controls = computed(() => state.value.controls);
export const operations = computed(() => state.value.operations);
export const links = computed(() => state.value.links);
export const peers = computed(() => state.value.peers);
export const events = computed(() => state.value.events);
export const samples = computed(() => state.value.samples);
export const asOf = computed(() => state.value.asOf);

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

/** The daemon's time by the second. It stands still while the page is stale: so do all ages. */
export const now = computed(() => {
  const moment = freshness.value === "stale" ? state.value.receivedAt : mono.value;
  return daemonTime(state.value, moment) ?? 0;
});

/** The same without standing still: the right edge of charts, so that silence is a gap there. */
export const chartEdge = computed(() => daemonTime(state.value, mono.value) ?? 0);

/** Seconds until the next try, null when none is planned. */
export const nextTryIn = computed(() => {
  const present = connection.value;
  return present.kind === "lost" ? Math.max(0, present.nextTryAt - mono.value) : null;
});

const openedAt = performance.now();
export const openFor = computed(() => mono.value - openedAt);

let latest: State = emptyState;
let latestHeardAt: number | null = null;
let frameAsked = false;

function publish(): void {
  frameAsked = false;
  batch(() => {
    state.value = latest;
    heardAt.value = latestHeardAt;
    if (freshness.peek() !== "live") mono.value = performance.now();
  });
}

export function takeMessage(message: Message): void {
  const at = performance.now();
  latest = reduce(latest, message, at);
  latestHeardAt = at;
  if (frameAsked) return;
  frameAsked = true;
  requestAnimationFrame(publish);
}

export function takeConnection(next: Connection): void {
  connection.value = next;
}

/** Starts the clock of the page. One step a second; ages and countdowns follow it. A hidden tab
 * has no frames, but what it hears still counts: it is not stale. */
export function startClock(): void {
  const step = (): void => {
    batch(() => {
      heardAt.value = latestHeardAt;
      mono.value = performance.now();
    });
  };
  setInterval(step, 1_000);
  document.addEventListener("visibilitychange", step);
}

/** The stream, once main has opened it: panels ask it to try again or to sign in. */
export const stream = signal<Stream | null>(null);
