/* SPDX-License-Identifier: Apache-2.0 */
/* The place of a chart until what draws it has come: as high as the chart, so that nothing moves. */

import type { ChartProps } from "./chart";
import "./chart.css";

export function ChartFrame({ caption }: ChartProps) {
  return (
    <figure class="chart">
      <figcaption class="hidden-words">{caption}</figcaption>
    </figure>
  );
}
