/* SPDX-License-Identifier: Apache-2.0 */
/* Of how many nodes hold a file, why this one does, and who signed it. */

import type { RedundancyCounts } from "../data/content_panel";
import type { Redundancy, RedundancyState, Role, StoredFile } from "../data/stored_file";
import { count, dotted, plural, unknown } from "./format";

export const stateWords: Record<RedundancyState, string> = {
  ok: "At its target",
  under: "Under its target",
  over: "Over its target",
  unknown: "Not known",
};
export const filterLabel = "How many copies";
export const filterAll = "Any number of copies";

/** "2 of 3": seen, of those wanted. */
export const seenOf = ({ seen, target }: Redundancy): string => `${count(seen)} of ${count(target)}`;

/** What the figures come to. */
export function meaningOf({ state, seen, target, coming }: Redundancy): string {
  const apart = seen === null || target === null ? null : Math.abs(seen - target);
  const soon = coming === null || coming === 0 ? "" : `${count(coming)} coming`;
  switch (state) {
    case "under":
      return dotted([apart === null ? "too few" : `${count(apart)} missing`, soon]);
    case "over":
      return apart === null ? "more than wanted" : `${count(apart)} more than wanted`;
    case "ok":
      return "at its target";
    case "unknown":
      return dotted(["not known yet", soon]);
  }
}

const roleWords: Record<Role, string> = {
  published: "published here",
  pinned: "fetched here, and kept",
  replica: "carried for the swarm",
  wanted: "wanted here",
  known: "others hold it",
};
const rolesMean: Record<Role, string> = {
  published: "It was published here, and stays until it is removed.",
  pinned: "It was fetched by hand, and stays until it is removed.",
  replica: "This node carries it so that enough nodes hold it; it goes when enough others do.",
  wanted: "It was asked for here, and stays when it is whole.",
  known: "Its manifest is known, so it can be fetched.",
};
export const roleOf = (role: Role | null): string => (role === null ? "" : roleWords[role]);
export const roleMeans = (role: Role): string => rolesMean[role];

export const roleName = "Why it is here";
export const whyKnown = "Why it is listed";
export const targetName = "Wanted at";
export const seenName = "Seen at";
export const verifiedName = "Verified at";
export const domainsName = "In";
export const comingName = "Coming to";
const nodes = (many: number | null): string => (many === null ? unknown : plural(many, "node", "nodes"));
export const nodesOf = nodes;
export function seenMeans({ state, redundancy }: StoredFile): string {
  const seen = redundancy?.seen ?? null;
  if (seen === null) return `${unknown} it is not known yet who holds it`;
  if (seen === 0) return "no node in sight";
  if (state !== "held") return `${nodes(seen)} that ${seen === 1 ? "says it holds" : "say they hold"} all of it`;
  return seen === 1 ? "this node alone" : `${nodes(seen)}, this one among them`;
}
export const verifiedMeans = (verified: number | null): string =>
  verified === null
    ? `${unknown} no other node has been asked yet`
    : verified === 0
      ? "no other node yet; each is asked for a part of it, chosen at random, from time to time"
      : `${plural(verified, "other node", "other nodes")} that gave a part of it, chosen at random, right`;
export const domainsOf = (domains: number | null): string =>
  domains === null ? unknown : plural(domains, "network", "networks");
export const notTold = "how many hold it is not known";

export const signedName = "Signature";
export function signedOf({ author, stage, state }: StoredFile): string {
  if (author !== null) return "verified: what its author signed is what is here, and nothing else is taken";
  return state === "fetching" && stage === "manifest"
    ? "not known yet: its manifest has not come"
    : "verified; it does not say by whom";
}

export const fetchDeed = "Fetch";
export const fetchOf = (name: string): string => `Fetch ${name}`;
export const fetching = "Asking…";

/* All files together. */
export const totalName = "At their target";
export const countsOf = ({ under, over, unknown: none }: RedundancyCounts): string =>
  dotted([
    under === null ? "" : `${count(under)} under it`,
    over === null || over === 0 ? "" : `${count(over)} over it`,
    none === null || none === 0 ? "" : `${count(none)} not known`,
  ]);
export const barLabel = "How many files have enough copies";
export const barWords = ({ ok, under, over, unknown: none }: RedundancyCounts): string =>
  `${count(ok)} at their target, ${count(under)} under it, ${count(over)} over it, ${count(none)} not known`;

export const ofAll = (all: number): string => `of ${plural(all, "file", "files")}`;

export const signAs = "You sign as";
export const allVerified = "Whatever is listed here was signed, and verified before it was taken.";
export const didNotVerify = (many: number): string => `${plural(many, "thing", "things")} did not verify`;
