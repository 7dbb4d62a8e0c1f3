/* SPDX-License-Identifier: Apache-2.0 */
/* The mesh of this page: what it is, and where on it the reader is. */

import { computed, signal } from "@preact/signals";
import { links, node, now, views } from "../../data/store";
import { graphOf } from "./graph";
import { pick } from "./picks";
import { standingOf } from "./standing";

export const graph = computed(() =>
  graphOf({
    self: node.value?.nodeId ?? "",
    links: links.value.values(),
    views: views.value ?? [],
    now: now.value,
  }),
);
export const picked = computed(() => pick(graph.value));
export const standing = computed(() => standingOf(graph.value));

/** Where the arrow keys are; null stands for this node. */
export const walkedTo = signal<string | null>(null);
export const selected = signal<string | null>(null);
