/* SPDX-License-Identifier: Apache-2.0 */
/* The mesh of this page: what it is, and where on it the reader is. */

import { computed, signal } from "@preact/signals";
import type { Link, View } from "../../data/model";
import { links, node, now, views } from "../../data/store";
import { graphOf, isOver } from "./graph";
import { pick } from "./picks";
import { standingOf } from "./standing";

/** More than these are too much to be drawn anew each second. */
export const manyLinks = 60;
const manyWaitMs = 10_000;

interface Seen {
  readonly links: ReadonlyMap<string, Link>;
  readonly views: readonly View[];
}

let held: Seen = { links: new Map(), views: [] };
let heldAt = 0;
/* Of many links figures wait for their time; who comes and who goes does not. */
const seen = computed(() => {
  const next = { links: links.value, views: views.value ?? [] };
  const { size } = next.links;
  const isDue = size <= manyLinks || size !== held.links.size || Math.abs(now.value - heldAt) >= manyWaitMs;
  if (isDue) [held, heldAt] = [next, now.peek()];
  return held;
});

/* The clock matters for those that have just gone. */
const goneBy = computed(() => ([...seen.value.links.values()].some(isOver) ? now.value : 0));
const self = computed(() => node.value?.nodeId ?? "");

export const graph = computed(() =>
  graphOf({ self: self.value, links: seen.value.links.values(), views: seen.value.views, now: goneBy.value }),
);
export const picked = computed(() => pick(graph.value));
export const standing = computed(() => standingOf(graph.value));

/** Where the arrow keys are; null stands for this node. */
export const walkedTo = signal<string | null>(null);
export const selected = signal<string | null>(null);
