/* SPDX-License-Identifier: Apache-2.0 */
/* Why a peer is as it is: the answer, what to do, the evidence, what it is not. */

import { count, plural } from "./format";

export const questions = {
  strong: (who: string) => `How is ${who}?`,
  fair: (who: string) => `Why is ${who} only fair?`,
  weak: (who: string) => `Why is ${who} weak?`,
  unknown: (who: string) => `How is ${who}?`,
  trying: (who: string) => `Why is ${who} not linked yet?`,
  not: (who: string) => `Why is ${who} not linked?`,
} as const;

export const gone = "This page knows no such peer any more.";
export const goneNext = "It left the list of known peers. Its events may tell how.";

export const fine = "Nothing is wrong: it is linked and the link is strong.";
export const notKnownYet = "It is linked; how strong the link is shows within a minute.";
export const worst = {
  delay: (ms: string) => `Its answers take ${ms} ms.`,
  loss: (share: string) => `It loses ${share} % of what it sends us.`,
  lossUnknown: "Loss pulls it down.",
  jitter: (ms: string) => `Its answers come unevenly, ± ${ms} ms.`,
  handshakeAge: (age: string) => `It proved that it is alive ${age}, which is long.`,
} as const;
export const strengthIs = (strength: number): string => `The strength is ${strength} of 100.`;
export const relayed = "Its path goes through a relay, which costs delay and loss.";
export const called = (span: string): string => `It is being called${span}.`;
export const proving = (span: string): string => `It answered and is proving who it is${span}.`;
export const forSpan = (span: string): string => ` for ${span}`;
export const blockedByYou = "You have blocked it.";
export const waitsUntil = (left: string): string => `It is tried again in ${left}.`;
export const waitsFor = (why: string): string => `It ${why}.`;
export const endedBy = (reason: string): string => `Its last link or try ended: it ${reason}.`;
export const noneNeeded = "Nothing holds it back; it is called as soon as a dial is free.";
export const notWanted = "It is known, and nobody has called it yet.";

export const doTitle = "What you can do";
export const evidenceTitle = "Evidence, in order";
export const notTitle = "What it is not";

export const effects = {
  disconnectWeak: (known: number) =>
    `Lets a better peer take the place; ${plural(known, "other peer is known", "other peers are known")}.`,
  disconnect: "Ends the link with a goodbye; it is not called again within a minute.",
  connect: "Calls it now, whatever it waits for.",
  stopCalling: "Gives up this try.",
  block: "Never a link with it again, until you remove the block.",
  unblock: "It may link again, at once.",
  control: (name: string) => `${name} holds it back; it goes on at once.`,
} as const;

export const evidence = {
  learned: (from: string) => `Learned of from ${from}`,
  linked: (how: string) => `Linked: ${how}`,
  handshake: "Proved that it is alive",
  measured: (rtt: string, loss: string) => `Round trip ${rtt} ms, loss ${loss}`,
  lossUnknown: "not known yet",
  lossShare: (share: string) => `${share} %`,
  failed: (times: number) => `Tried ${plural(times, "time", "times")} in a row in vain`,
  lastEnd: (reason: string) => `Last end: it ${reason}`,
  ticketEnded: "Its ticket ended",
} as const;
export const nowWord = "now";

export const not = {
  uplink: (others: number, loss: string | null) =>
    loss === null
      ? `Your uplink: the other ${plural(others, "link works", "links work")}`
      : `Your uplink: the other ${plural(others, "link loses", "links lose")} ${loss} %`,
  uplinkPerhaps: "It may be your uplink: every dial fails",
  uplinkUnknown: "Your uplink? There is no other link to compare with",
  controls: "A control of yours: nothing here blocks or pauses it",
  controlsPerhaps: (names: string) => `It may be a control of yours: ${names}`,
  blocked: "It is your own block",
  clock: "A clock: its ticket holds by your time",
  clockPerhaps: "It may be a clock: its ticket does not hold by your time",
  clockUnknown: "A clock? No ticket of it is known",
} as const;

export const eventsOf = (many: number): string => `Events of this peer (${count(many)})`;
export const copyAll = "Copy as text";
