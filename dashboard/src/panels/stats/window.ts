/* SPDX-License-Identifier: Apache-2.0 */
/* The stretch of time that charts, strip and sparklines show: as much as this page has seen, to
 * the next of ½, 1, 2, 5, 15 min. */

import { computed } from "@preact/signals";
import { chartEdge, samples } from "../../data/store";
import { windowFor } from "../../parts/chart/scale";

export const span = computed(() => {
  const first = samples.value.points[0]?.at ?? null;
  const to = chartEdge.value;
  return { from: to - windowFor(first, to), to };
});
