/* SPDX-License-Identifier: Apache-2.0 */
/* What waits to leave this node, and for whom. Part of what comes on demand. */

import { type Fields, figure, oneOf, text, time } from "./fields";
import { shelfList } from "./shelf_list";

const kinds = ["post", "manifest", "advert", "file"] as const;
const waits = ["a-neighbour", "holders", "a-provider"] as const;

export interface Waiting {
  readonly kind: (typeof kinds)[number] | "other";
  readonly id: string;
  readonly name: string | null;
  readonly at: number | null;
  /** A word that this page does not know is shown as it is. */
  readonly waitsFor: (typeof waits)[number] | null;
  readonly waitsForWord: string | null;
  readonly seen: number | null;
  readonly target: number | null;
}

export function readWaiting(from: Fields): Waiting | null {
  const id = text(from, "id");
  if (id === null) return null;
  return {
    kind: oneOf(from, "kind", kinds, "other"),
    id,
    name: text(from, "name") || null,
    at: time(from, "at"),
    waitsFor: oneOf(from, "waitsFor", waits, null),
    waitsForWord: text(from, "waitsFor"),
    seen: figure(from, "seen"),
    target: figure(from, "target"),
  };
}

export const outbox = shelfList("outbox", readWaiting, ({ kind, id, waitsForWord }) => `${kind} ${waitsForWord} ${id}`);
