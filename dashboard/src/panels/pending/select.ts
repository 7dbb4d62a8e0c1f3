/* SPDX-License-Identifier: Apache-2.0 */
/* What a line says of a peer that waits. Pure. */

import type { Link, Peer } from "../../data/model";
import type { Pending } from "../../data/model_control";
import { countdown, dotted, shortId, wholeSpan } from "../../text/format";
import { proofs, userPrefix } from "../../text/peers";
import * as words from "../../text/pending_list";

export interface PendingLine {
  readonly user: string;
  readonly known: string;
  readonly time: string;
}

/** A proven user counts only where a link proves the same. */
function knownBy(row: Pending, links: Iterable<Link>, peers: ReadonlyMap<string, Peer>): string {
  if (row.userProof === "proven") {
    const same = [...links].find(
      ({ userId, userProof, nodeId }) =>
        userId === row.userId && userProof === "proven" && nodeId !== row.nodeId,
    );
    if (same?.nodeId != null) return words.ofKnownUser(shortId(same.nodeId));
  }
  return peers.has(row.nodeId) ? words.known : "";
}

export function pendingLine(
  row: Pending,
  links: Iterable<Link>,
  peers: ReadonlyMap<string, Peer>,
  now: number,
): PendingLine {
  const { userId, userProof, since, asks, endsAt, address } = row;
  return {
    user:
      userId === null
        ? words.noUser
        : dotted([`${userPrefix}${shortId(userId)}`, userProof === null ? "" : proofs[userProof]]),
    known: dotted([knownBy(row, links, peers), address ?? ""]),
    time: dotted([
      since === null ? "" : words.waits(wholeSpan(now - since)),
      asks === null ? "" : words.asked(asks),
      endsAt === null ? "" : words.lapses(countdown(endsAt - now)),
    ]),
  };
}
