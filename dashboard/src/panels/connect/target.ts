/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody typed or pasted: a node, an address, or a node at an address. Pure. */

import { isWholeId } from "../../data/id";
import type { AskTarget } from "../../data/operations";

/* IPv4, or IPv6 in brackets: nodes look up no names. Whether it can be dialled is for the daemon to say. */
const addressForm = /^(?:\[[0-9a-f:.]*:[0-9a-f:.]*\]|\d{1,3}(?:\.\d{1,3}){3}):(\d{1,5})$/i;

function isAddress(text: string): boolean {
  const port = addressForm.exec(text)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}

/** Null when it is none of these. */
export function targetIn(typed: string): AskTarget | null {
  const text = typed.trim();
  const nodeId = text.toLowerCase();
  if (isWholeId(nodeId)) return { nodeId };
  if (isAddress(text)) return { address: text };
  const at = text.indexOf("@");
  const before = text.slice(0, Math.max(0, at)).toLowerCase();
  const address = text.slice(at + 1);
  return isWholeId(before) && isAddress(address) ? { nodeId: before, address } : null;
}
