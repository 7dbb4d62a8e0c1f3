/* SPDX-License-Identifier: Apache-2.0 */
/* Words that more than one panel uses. */

import { reasonSentences } from "skep-defs:reasons";
import { capital, clock, shortId } from "./format";

export const brand = "Skep";
export const pageNames = {
  networking: "Networking",
  node: "Node Dashboard",
  content: "Content",
} as const;
export const skipLink = "Skip to the page";
export const copyWord = "Copy";
export const copied = "Copied";
export const copyFailed = "Not copied: this browser did not allow it";
export const showAll = (many: number): string => `Show all ${many}`;
export const closeWord = "Close";
export const justNow = "now";
export const pageOpened = "page opened";
export const notKnownYet = "not known yet";

export function asOfClock(at: number): string {
  return `as of ${clock(at)}`;
}

export function waitingFor(seconds: string): string {
  return `waiting for the first figures, ${seconds}`;
}

export const noAnswerYet = "no figures: the daemon does not answer";

/** "beacon-1" -> "Beacon 1"; sources are named by their place in the settings. */
export function sourceName(id: string): string {
  const [, kind, number] = /^([a-z]+)(?:-(\d+))?$/.exec(id) ?? [];
  if (kind === undefined) return id;
  if (kind === "cache") return "Own cache";
  const name = capital(kind);
  return number === undefined ? name : `${name} ${number}`;
}

/** Where a peer's address came from, in words. */
export function learnedFrom(value: string | null): string {
  if (value === null) return "not known";
  if (value.startsWith("peer:")) return `peers · ${shortId(value.slice("peer:".length))}`;
  switch (value) {
    case "cache":
      return "own cache";
    case "operator":
      return "you, by address";
    case "inbound":
      return "they called";
    default:
      return sourceName(value).toLowerCase();
  }
}

/** What a reason says about the peer of its row; a code we have no words for is read with spaces. */
export function reasonText(reason: string): string {
  const sentence = Object.entries(reasonSentences).find(([name]) => name === reason)?.[1];
  if (sentence !== undefined) return sentence;
  return /^[a-z0-9]+(?:[-_][a-z0-9]+)+$/.test(reason) ? reason.replace(/[-_]/g, " ") : reason;
}
