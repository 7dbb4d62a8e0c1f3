/* SPDX-License-Identifier: Apache-2.0 */
/* What a line of the block list says. Pure. */

import type { Block } from "../../data/model_control";
import * as words from "../../text/block_list";
import { ago, countdown, dotted, shortSpan } from "../../text/format";
import { because, by, targetName } from "../../text/operations";

export interface BlockLine {
  readonly key: string;
  readonly whom: string;
  readonly direction: string;
  /** What it holds for, how long, and what came of it. */
  readonly state: string;
  readonly about: string;
}

export function blockKey({ target }: Block): string {
  return `block ${target.kind} ${target.nodeId ?? ""} ${target.userId ?? ""}`;
}

export function blockLine(block: Block, now: number): BlockLine {
  const { target, endsAt, hits, lastHitAt, since, author, reason } = block;
  const last = lastHitAt === null ? null : shortSpan(now - lastHitAt);
  return {
    key: blockKey(block),
    whom: targetName(target),
    direction: words.directions[block.direction],
    state: dotted([
      words.kinds[target.kind],
      endsAt === null ? words.untilRemoved : words.left(countdown(endsAt - now)),
      hits === null ? "" : words.refused(hits, last),
    ]),
    about: dotted([since === null ? "" : by(author, ago(since, now)), because(reason)]),
  };
}
