/* SPDX-License-Identifier: Apache-2.0 */
/* Many rows that all change each second are not drawn in one frame: they take turns. At its turn a row
 * is given its link as last heard of, and the time; until the next it stands still. */

import { signal } from "@preact/signals";
import { inFrame } from "./frames";
import type { Link } from "./model";

export interface Turn {
  readonly links: ReadonlyMap<string, Link>;
  readonly now: number;
}

/** In each second every turn comes once, and one more for what is counted of all rows. */
export const turnCount = 4;
const apartMs = 1_000 / (turnCount + 2);

export const turns = Array.from({ length: turnCount }, () => signal<Turn | null>(null));

/** The turns of the second that begins: `present` says what there is then, `count` comes last. */
export function takeTurns(present: () => Turn, count: () => void): void {
  for (const [at, turn] of turns.entries()) {
    setTimeout(() => {
      inFrame(`turn ${at}`, () => {
        turn.value = present();
      });
    }, apartMs * (at + 1));
  }
  setTimeout(count, apartMs * (turnCount + 1));
}
