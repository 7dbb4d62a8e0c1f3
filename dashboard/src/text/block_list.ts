/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of the block list, and its file. */

import type { ImportResult } from "../data/block_file";
import type { BlockDirection } from "../data/model_control";
import { plural } from "./format";

export const exportFile = "Export";
export const kinds = {
  node: "node",
  user: "user, proven, on any node",
  claim: "node, and whoever claims this user without proof",
  address: "address",
  endpoint: "endpoint",
} as const;
export const directions: Record<BlockDirection, string> = {
  all: "both directions",
  in: "incoming",
  out: "outgoing",
};
export const left = (span: string): string => `${span} left`;
export const untilRemoved = "until removed";
export const refused = (hits: number, lastAgo: string | null): string =>
  `refused ${hits} ×${lastAgo === null ? "" : `, last ${lastAgo} ago`}`;
export const fileName = "skep-blocks.json";
export const fileUnread = "That file holds no block list: it is not what Export writes.";
export const noList = "The daemon did not give its block list.";
export const importing = (done: number, of: number): string => `Importing, ${done} of ${of}…`;

export function imported({ added, ended, odd, refused, because }: ImportResult): string {
  const parts = [`${plural(added, "entry", "entries")} blocked`];
  if (ended > 0) parts.push(`${ended} had ended`);
  if (odd > 0) parts.push(`${odd} not understood`);
  if (refused > 0) parts.push(`${refused} refused`);
  return `${parts.join(", ")}.${because === null ? "" : ` ${because}`}`;
}
