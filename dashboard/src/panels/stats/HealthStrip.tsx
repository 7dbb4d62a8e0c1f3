/* SPDX-License-Identifier: Apache-2.0 */
import { samples } from "../../data/store";
import { width } from "../../data/view";
import { clock, clockMinutes } from "../../text/format";
import { timeTicks } from "../../parts/chart/scale";
import { justNow } from "../../text/common";
import * as words from "../../text/stats";
import { type Cell, healthCells, healthShares } from "./select";
import { span } from "./window";
import "./health_strip.css";

const cellHeight: Record<Cell, number> = { unseen: 1, calm: 5, warn: 14, bad: 18 };

/** Since when: one cell per stretch, its height is what it means and its colour says it again. */
export function HealthStrip() {
  const { points } = samples.value;
  const { from, to } = span.value;
  // Samples come once a second: a cell shorter than two would now and then miss its own.
  const most = width.value === "phone" ? 45 : 120;
  const cells = healthCells(points, from, to, Math.min(most, Math.floor((to - from) / 2_000)));
  const { warn, bad } = healthShares(points);
  const seen = words.seenSpan(points.length === 0 ? 0 : to - (points[0]?.at ?? to));
  const long = to - from >= 5 * 60_000;
  const ticks = timeTicks(from, to);
  return (
    <div class="strip-line">
      <span class="strip-name">{words.health}</span>
      <div class="strip">
        <svg
          role="img"
          aria-label={words.healthSummary(seen, warn, bad)}
          viewBox={`0 0 ${cells.length * 10} 18`}
          preserveAspectRatio="none"
        >
          {cells.map((cell, at) => (
            <rect
              key={at}
              class={`cell-${cell}`}
              x={at * 10}
              y={18 - cellHeight[cell]}
              width={cell === "unseen" ? 10 : 8.6}
              height={cellHeight[cell]}
            />
          ))}
        </svg>
        <div class="strip-times" aria-hidden="true">
          {ticks.map((at) => (
            <span
              key={at === to ? "now" : at}
              style={{ left: `${((at - from) / (to - from)) * 100}%` }}
            >
              {at === to ? justNow : long ? clockMinutes(at) : clock(at)}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}
