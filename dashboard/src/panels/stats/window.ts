/* SPDX-License-Identifier: Apache-2.0 */
/* The stretch of time that charts, strip and sparklines show, and its points: for the last quarter
 * what this page has seen, and before that what the node kept; for longer ones what the node kept. */

import { computed } from "@preact/signals";
import { kept, lookingAt, range, rangeMs } from "../../data/past";
import { chartEdge, samples } from "../../data/store";
import { windowFor } from "../../parts/chart/scale";
import { joined } from "./select";

export const points = computed(() => {
  const held = kept.value.get(range.value) ?? null;
  if (range.value !== "15m") return held?.points ?? [];
  return joined(held?.points ?? [], samples.value.points);
});

/** Where the two meet; null when all is of one kind. */
export const joinAt = computed(() => {
  if (range.value !== "15m") return null;
  const first = samples.value.points[0]?.at ?? null;
  return first !== null && (points.value[0]?.at ?? first) < first ? first : null;
});

/* While the page looks back, time stands still under the pointer. */
let heldEdge = 0;
const edge = computed(() => {
  if (lookingAt.value === null) heldEdge = chartEdge.value;
  return heldEdge;
});

export const span = computed(() => {
  const to = edge.value;
  if (range.value !== "15m") return { from: to - rangeMs[range.value], to };
  const first = points.value.find((point) => point.health !== null)?.at ?? null;
  return { from: to - windowFor(first, to), to };
});
