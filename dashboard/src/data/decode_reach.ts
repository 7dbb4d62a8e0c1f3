/* SPDX-License-Identifier: Apache-2.0 */
/* Whether this node can be reached, as the daemon tells it. A family that was not sent is one that
 * nothing is known of. */

import { type Fields, fieldsOf, oneOf, rows, text, time } from "./fields";
import type { Outage, Reach, Reachability, Witness } from "./model";

function readWitness(from: Fields): Witness | null {
  const nodeId = text(from, "nodeId");
  if (nodeId === null) return null;
  return { nodeId, at: time(from, "at"), reason: text(from, "reason") };
}

function readReach(from: Fields): Reach {
  return {
    state: oneOf(from, "state", ["public", "private"] as const, "unknown"),
    since: time(from, "since"),
    seen: text(from, "seen"),
    confirmedBy: rows(from["confirmedBy"], readWitness),
    failedBy: rows(from["failedBy"], readWitness),
    nextProbeAt: time(from, "nextProbeAt"),
  };
}

export function readReachability(from: Fields): Reachability {
  return {
    ipv4: readReach(fieldsOf(from["ipv4"]) ?? {}),
    ipv6: readReach(fieldsOf(from["ipv6"]) ?? {}),
  };
}

export function readOutage(from: Fields): Outage {
  return { since: time(from, "since"), nextAttemptAt: time(from, "nextAttemptAt") };
}
