/* SPDX-License-Identifier: Apache-2.0 */
/* What a row says about a peer that has no open link: one line of what, one line of why. Pure. */

import type { Peer } from "../../data/model";
import { reasonText } from "../../text/common";
import { capital, countdown, dotted, shortSpan } from "../../text/format";
import * as words from "../../text/peers";
import type { PeerRow } from "./rows";

export interface RowWords {
  readonly what: string;
  readonly why: string;
}

function knownFacts(peer: Peer | null, now: number): string {
  if (peer === null) return "";
  const { lastSeenAt, ticketExpiresAt, addrs } = peer;
  const ended = ticketExpiresAt !== null && ticketExpiresAt < now;
  return dotted([
    lastSeenAt === null ? "" : words.lastSeen(shortSpan(now - lastSeenAt)),
    ended ? words.ticketEnded(shortSpan(now - ticketExpiresAt)) : "",
    addrs[0] ?? words.noAddress,
  ]);
}

export function rowWords(row: PeerRow, now: number): RowWords {
  const { link, peer } = row;
  const code = link?.reason ?? peer?.reason ?? null;
  const reason = code === null ? "" : reasonText(code);
  const facts = knownFacts(peer, now);
  const span = link?.since == null ? "" : words.forSpan(shortSpan(now - link.since));
  if (link?.state === "dialing") {
    return { what: dotted([words.dialing, span]), why: dotted([link.address ?? "", reason]) };
  }
  if (link?.state === "handshaking") {
    return { what: dotted([words.handshaking, span]), why: dotted([link.address ?? "", reason]) };
  }
  const next = peer?.nextAttemptAt ?? null;
  const failed = words.triedInVain(peer?.failures ?? 0);
  if (next !== null || peer?.wait === "none") {
    const held = waitWords(peer) ?? words.heldBack;
    const waits = next !== null && next > now;
    const what = waits ? dotted([words.nextTry(countdown(next - now)), held]) : words.dueNow;
    return { what, why: dotted([reason, failed, facts]) };
  }
  const wait = waitWords(peer);
  if (link !== null) {
    const what = link.since === null ? "" : words.closedAgo(shortSpan(now - link.since));
    const why = dotted([wait ?? "", failed, facts]);
    return { what: reason === "" ? what : `${what}: ${reason}`, why };
  }
  if (wait !== null) return { what: capital(wait), why: dotted([reason, failed, facts]) };
  return { what: reason === "" ? words.notCalled : capital(reason), why: dotted([failed, facts]) };
}

/** Why a peer is not called now, as it follows its name; null when nothing is said about it. */
export function waitWords(peer: Peer | null): string | null {
  return peer?.waitText ?? (peer?.wait == null ? null : reasonText(peer.wait));
}
