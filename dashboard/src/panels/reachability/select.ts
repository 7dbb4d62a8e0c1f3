/* SPDX-License-Identifier: Apache-2.0 */
/* What is said about each family of addresses, and about the node as a whole. Pure. */

import { assert_never, type Reach, type Reachability, type Witness } from "../../data/model";
import type { IconName } from "../../parts/icon";
import { reasonText } from "../../text/common";
import { ago, dotted, shortId } from "../../text/format";
import * as words from "../../text/reachability";

export type Family = keyof Reachability;
export const familyOrder: readonly Family[] = ["ipv4", "ipv6"];

export interface ReachLine {
  readonly icon: IconName;
  readonly tone: "ok" | "warn" | "quiet";
  readonly state: string;
  /** Who says so. */
  readonly by: string;
  readonly next: string;
}

/** Who, when, and why not; a reason that all share is said once, at the end. */
function names(witnesses: readonly Witness[], now: number): string {
  const reasons = new Set(witnesses.map(({ reason }) => reason));
  const told = (reason: string | null): string =>
    reason === null ? "" : ` (${reasonText(reason)})`;
  const list = witnesses.map(({ nodeId, at, reason }) => {
    const who = words.witness(shortId(nodeId), at === null ? "" : ago(at, now)).trim();
    return reasons.size === 1 ? who : `${who}${told(reason)}`;
  });
  return list.join(", ") + (reasons.size === 1 ? told(witnesses[0]?.reason ?? null) : "");
}

export function reachLine(reach: Reach, now: number): ReachLine {
  const state = words.states[reach.state];
  const confirmed =
    reach.confirmedBy.length === 0 ? "" : words.confirmed(names(reach.confirmedBy, now));
  const failed = reach.failedBy.length === 0 ? "" : words.failed(names(reach.failedBy, now));
  const next =
    reach.seen === null || reach.nextProbeAt === null || reach.nextProbeAt <= now
      ? ""
      : words.nextProbe(reach.nextProbeAt - now);
  switch (reach.state) {
    case "public":
      return { icon: "check", tone: "ok", state, by: confirmed, next };
    case "private":
      return { icon: "barred", tone: "warn", state, by: dotted([failed, confirmed]), next };
    case "unknown": {
      const told = dotted([confirmed, failed]);
      const nothing = reach.seen === null ? words.unseen : words.unasked;
      return { icon: "clock", tone: "quiet", state, by: told === "" ? nothing : told, next };
    }
    default:
      return assert_never(reach.state);
  }
}

export type Verdict = "reached" | "partly" | "closed" | "unknown";

/** A family that no peer sees this node by is not in use, and says nothing about it. */
export function reachVerdict(reachability: Reachability): Verdict {
  const all = familyOrder.map((family) => reachability[family]);
  const open = all.some(({ state }) => state === "public");
  const closed = all.some(({ state }) => state === "private");
  const asking = all.some(({ state, seen }) => state === "unknown" && seen !== null);
  if (open) return closed ? "partly" : "reached";
  return closed && !asking ? "closed" : "unknown";
}

export function verdictSentence(reachability: Reachability): string {
  const verdict = reachVerdict(reachability);
  if (verdict !== "partly") return words.verdicts[verdict];
  const isOpen = reachability.ipv4.state === "public";
  const { ipv4, ipv6 } = words.families;
  return isOpen ? words.verdicts.partly(ipv4, ipv6) : words.verdicts.partly(ipv6, ipv4);
}

/** The port to open: where peers see a family that they cannot dial, else where we listen. */
export function portToOpen(reachability: Reachability, listen: string | null): string {
  const closed = familyOrder.map((family) => reachability[family]).find(({ state }) => state === "private");
  return /:(\d+)$/.exec(closed?.seen ?? listen ?? "")?.[1] ?? "";
}

/** Both families in a few words, for the short page. */
export function inShort(reachability: Reachability): string {
  const parts = familyOrder.map(
    (family) => `${words.families[family]} ${words.inOneWord[reachability[family].state]}`,
  );
  return words.short(parts);
}
