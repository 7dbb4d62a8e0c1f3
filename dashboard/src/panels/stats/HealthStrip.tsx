/* SPDX-License-Identifier: Apache-2.0 */
import { signal } from "@preact/signals";
import { lookingAt, range, stepBy } from "../../data/past";
import { chartEdge } from "../../data/store";
import { width } from "../../data/view";
import { cursorAt } from "../../parts/chart/cursor";
import { timeTicks } from "../../parts/chart/scale";
import { justNow } from "../../text/common";
import { momentText, tickText } from "../../text/format";
import * as past from "../../text/history";
import * as words from "../../text/stats";
import { type Cell, healthCells, healthShares, pointNear } from "./select";
import { points, span } from "./window";
import "./health_strip.css";

const cellHeight: Record<Cell, number> = { unseen: 1, calm: 5, warn: 14, bad: 18 };

/** The moment under the pointer on the strip; the charts mark it. */
export const stripAt = signal<number | null>(null);

function shareOf(at: number): number {
  const { from, to } = span.value;
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

function Mark({ at, chosen }: { at: number | null; chosen: boolean }) {
  if (at === null) return null;
  const left = `${shareOf(at) * 100}%`;
  return <span class={`strip-mark ${chosen ? "strip-chosen" : ""}`} style={{ left }} />;
}

function momentUnder(event: PointerEvent & { readonly currentTarget: HTMLElement }): number {
  const { left, width: wide } = event.currentTarget.getBoundingClientRect();
  const { from, to } = span.value;
  const share = Math.min(1, Math.max(0, (event.clientX - left) / wide));
  return Math.round(from + share * (to - from));
}

function point(event: PointerEvent & { readonly currentTarget: HTMLElement }): void {
  const at = momentUnder(event);
  stripAt.value = at;
  cursorAt.value = pointNear(points.value, at)?.at ?? null;
}

function leave(): void {
  stripAt.value = null;
  cursorAt.value = null;
}

/** The newest moment is now. */
export function lookAt(at: number): void {
  lookingAt.value = at >= span.value.to - 1_000 ? null : Math.round(at);
}

function press(event: PointerEvent & { readonly currentTarget: HTMLElement }): void {
  lookAt(momentUnder(event));
}

function step(event: KeyboardEvent): void {
  const { from } = span.value;
  const edge = chartEdge.value;
  const first = points.value.find(({ at, health }) => at >= from && health !== null)?.at ?? from;
  const deeds: Record<string, () => void> = {
    ArrowLeft: () => stepBy(-1, edge),
    ArrowDown: () => stepBy(-1, edge),
    ArrowRight: () => stepBy(1, edge),
    ArrowUp: () => stepBy(1, edge),
    PageDown: () => stepBy(-10, edge),
    PageUp: () => stepBy(10, edge),
    Home: () => lookAt(first),
    End: () => (lookingAt.value = null),
    Escape: () => (lookingAt.value = null),
  };
  const deed = deeds[event.key];
  if (deed === undefined) return;
  event.preventDefault();
  deed();
}

function spoken(): string {
  const at = lookingAt.value;
  if (at === null) return past.stripLive;
  return past.stripAt(momentText(at, range.value), pointNear(points.value, at)?.health ?? null);
}

/** Since when: one cell per stretch, its height is what it means and its colour says it again. A
 * place on it is a moment to look at. */
export function HealthStrip() {
  const all = points.value;
  const { from, to } = span.value;
  // Samples come once a second: a cell shorter than two would now and then miss its own.
  const most = width.value === "phone" ? 45 : 120;
  const cells = healthCells(all, from, to, Math.min(most, Math.floor((to - from) / 2_000)));
  const { warn, bad } = healthShares(all);
  const seen = words.seenSpan(all.length === 0 ? 0 : to - Math.max(from, all[0]?.at ?? to));
  const ticks = timeTicks(from, to);
  return (
    <div class="strip-line">
      <span class="strip-name" aria-hidden="true">
        {words.health}
      </span>
      <div class="strip">
        <div
          class="strip-cells"
          role="slider"
          tabIndex={0}
          aria-label={past.stripLabel}
          aria-description={words.healthSummary(seen, warn, bad)}
          aria-valuemin={Math.round(from / 1_000)}
          aria-valuemax={Math.round(to / 1_000)}
          aria-valuenow={Math.round((lookingAt.value ?? to) / 1_000)}
          aria-valuetext={spoken()}
          onPointerMove={point}
          onPointerLeave={leave}
          onPointerUp={press}
          onKeyDown={step}
        >
          <svg viewBox={`0 0 ${cells.length * 10} 18`} preserveAspectRatio="none" aria-hidden="true">
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
          <Mark at={cursorAt.value} chosen={false} />
          <Mark at={lookingAt.value} chosen={true} />
        </div>
        <div class="strip-times" aria-hidden="true">
          {ticks.map((at) => (
            <span key={at === to ? "now" : at} style={{ left: `${shareOf(at) * 100}%` }}>
              {at === to && lookingAt.value === null ? justNow : tickText(at, to - from)}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}
