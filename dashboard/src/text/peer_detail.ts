/* SPDX-License-Identifier: Apache-2.0 */
/* The opened row of a peer. */

import type { Place } from "../data/model";

export const places: Record<Place, string> = {
  view: "has one of this node’s places",
  guest: "guest: takes none of this node’s places",
  unknown: "",
};
export const byYou = "named by you, kept";
export const anchor = "anchor: called first after a restart";
export const fromDisk = "known from before this start";
export const ticketGood = (span: string): string => `ticket good for ${span}`;
export const strength = (value: number | null): string =>
  value === null ? "The strength is not known yet" : `What makes the strength ${value}`;
export const weights = (parts: readonly (readonly [string, number])[]): string => {
  const list = parts.map(([name, weight]) => `${name.toLowerCase()} ${weight}`);
  return `A bar is as long as its input weighs: ${list.join(", ")} of 100.`;
};
export const pulls = (name: string): string => `${name} pulls it down most.`;
export const inTime = (left: string): string => `in ${left}`;
export const notLinked = "Why there is no link";
export const why = "Why";
export const next = "Next try";
export const nonePlanned = "None is planned";
export const failures = "Tries in vain";
export const noFailure = "None since it last worked";
export const lastEnd = "Last end";
export const place = "Place";
export const link = "The link";
export const peer = "The peer";
export const node = "Node";
export const user = "User";
export const address = "Address";
export const addresses = "Addresses";
export const candidates = "Candidates";
export const candidateKinds: Readonly<Record<string, string>> = {
  host: "its own address",
  srflx: "as its router shows it",
  prflx: "as the other end sees it",
  relay: "of a relay",
};
export const since = "Since";
export const totals = "Carried";
export const activity = "Last activity";
export const seen = "Last seen";
export const ticket = "Ticket";
export const reason = "Reason";
export const learned = "Learned from";
export const roundTrip = (median: string, p95: string | null): string =>
  `${median} ms median${p95 === null ? "" : `, ${p95} ms p95`}`;
export const loss = (inward: string, outward: string): string => `${inward} % in, ${outward} % out`;
export const lossUnknown = "not known yet";
export const jitter = (ms: string): string => `± ${ms} ms`;
export const age = (age: string): string => age;
export const carried = (inward: string, outward: string): string => `${inward} in · ${outward} out`;
