/* SPDX-License-Identifier: Apache-2.0 */
/* The block list as a file: what GET /api/v1/blocks says, and each entry of such a file asked for. */

import { readBlock } from "./decode_control";
import { fieldsOf, optional } from "./fields";
import type { Block } from "./model_control";
import { type Ask, askTarget, order } from "./operations";

/** More than a node holds; a file that is no block list does not keep the page busy for ever. */
const entriesMax = 5_000;

/** The text of the list, or null when the daemon does not give it. */
export async function blockFileText(): Promise<string | null> {
  try {
    const answer = await fetch("api/v1/blocks", { cache: "no-store" });
    return answer.ok ? `${JSON.stringify(await answer.json(), null, 2)}\n` : null;
  } catch {
    return null;
  }
}

/** The entries, null where one is not understood; null when it is no such file. */
export function readBlockFile(content: string): readonly (Block | null)[] | null {
  try {
    const items = fieldsOf(JSON.parse(content))?.["items"];
    if (!Array.isArray(items)) return null;
    return items.slice(0, entriesMax).map((item: unknown) => {
      const block = optional(item, readBlock);
      return block?.target.kind === "address" ? null : block;
    });
  } catch {
    return null;
  }
}

/** Null when its time was over before it came here. */
export function askOf(block: Block, now: number): Ask | null {
  const forMs = block.endsAt === null ? null : block.endsAt - now;
  if (forMs !== null && forMs <= 0) return null;
  return {
    action: "block.add",
    target: askTarget(block.target),
    params: { direction: block.direction },
    forMs,
    ...(block.reason === null ? {} : { reason: block.reason }),
  };
}

export interface ImportResult {
  readonly added: number;
  readonly ended: number;
  readonly odd: number;
  readonly refused: number;
  /** Why the first was refused. */
  readonly because: string | null;
}

/** One after the other, the oldest first, so that the list keeps its order. */
export async function importBlocks(
  entries: readonly (Block | null)[],
  now: number,
  told: (done: number) => void,
): Promise<ImportResult> {
  const result = { added: 0, ended: 0, odd: 0, refused: 0, because: null as string | null };
  for (const [at, block] of [...entries].reverse().entries()) {
    told(at);
    const what = block === null ? null : askOf(block, now);
    if (block === null) result.odd += 1;
    else if (what === null) result.ended += 1;
    else {
      const refusal = await order(what);
      if (refusal === null) result.added += 1;
      else {
        result.refused += 1;
        result.because ??= `${refusal.title}. ${refusal.detail}`;
      }
    }
  }
  return result;
}
