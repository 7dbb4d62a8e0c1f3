/* SPDX-License-Identifier: Apache-2.0 */
import type { SourceState } from "../data/model";
import { countdown, plural, shortSpan } from "./format";

export const title = "Rendezvous";
export const badges = {
  working: "Working",
  failing: "Failing",
  cache: "From the own cache",
  off: "Off",
  unknown: "Not known",
} as const;
export const capability = (name: string): string => `No ${name} on this machine`;
export const cacheText = (span: string): string =>
  `No source answers${span === "" ? "" : `, for ${span} now`}. Links stay, peers come from what this node ` +
  "knows by itself, and the sources are asked on.";
export const linksFrom = (links: number, percent: string): string =>
  `${plural(links, "link", "links")} from here (${percent} %)`;
export const lastFetch = (age: string): string => `last fetch ${age} ago`;
export const noFetch = "no fetch yet";
export const ofRequests = (attempts: number | null): string =>
  attempts === null ? "% of requests" : `% of ${plural(attempts, "request", "requests")}`;
export const windowText = (ms: number | null): string =>
  ms === null ? "answered" : `answered in the last ${shortSpan(ms)}`;
export const streak = (failures: number): string =>
  failures === 0
    ? "no failure since the last answer"
    : `${plural(failures, "failure", "failures")} in a row`;
export const noRequests = "no request has been answered or failed yet";
export const nextFetch = (left: number): string => `next fetch in ${countdown(left)}`;
export const ticksLabel = (ok: number, failed: number): string =>
  `The last ${plural(ok + failed, "request", "requests")}: ${ok} answered, ${failed} failed`;
export const sourcesLabel = "Sources of peers";
export const noSources =
  "No beacon and no capsule is set. Peers come from the own cache, or call this node; " +
  "name a beacon with --beacon URL.";
export const tickets = (n: number): string => plural(n, "ticket", "tickets");
export const cached = (n: number): string => `${plural(n, "peer", "peers")} kept`;
export const answered = (age: string): string => `answered ${age} ago`;
export const silentFor = (age: string): string => `silent ${age}`;
export const neverAnswered = "has not answered yet";
export const nextTry = (left: number): string => `next try in ${countdown(left)}`;
export const ofAttempts = (successes: number, attempts: number): string =>
  `${successes} of ${attempts}`;
export const stateWords: Record<SourceState, string> = {
  ok: "Works",
  failing: "Fails",
  waiting: "Not asked yet",
  ready: "Ready",
};
export const ready = "ready";
export const notAsked = "not asked yet";
export const firstPeer = (span: string): string => `first peer ${span} after start`;
export const noFirstPeer = "no peer found by rendezvous yet";
export const offText = (reason: string): string =>
  `Nobody is asked for peers${reason === "" ? "" : `: ${reason}`}.`;
