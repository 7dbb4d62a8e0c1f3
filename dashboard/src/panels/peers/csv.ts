/* SPDX-License-Identifier: Apache-2.0 */
/* The rows as shown, as CSV for a colleague. Unknown is an empty cell. */

import { csvHeads } from "../../text/peers";
import type { PeerRow } from "./rows";

type Cell = string | number | null | undefined;

/* A cell that a spreadsheet would take for a formula is defused: names come from strangers. */
function cell(value: Cell): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(rows: readonly PeerRow[]): string {
  const lines = rows.map(({ group, nodeId, userId, userProof, learnedFrom, learnedAt, link, peer }) =>
    [
      group,
      nodeId,
      userId,
      userProof,
      link?.strength,
      link?.rttMs,
      link?.rttP95Ms,
      link?.lossIn,
      link?.lossOut,
      link?.inBytesPerSecond,
      link?.outBytesPerSecond,
      link?.path,
      link?.transport,
      link?.direction,
      link?.address ?? peer?.addrs.join(" "),
      link?.lastHandshakeAt,
      learnedFrom,
      link?.reason ?? peer?.reason,
      learnedAt,
      link?.place,
      peer?.wait,
      peer?.nextAttemptAt,
      peer?.failures,
    ]
      .map(cell)
      .join(","),
  );
  return [csvHeads, ...lines, ""].join("\n");
}
