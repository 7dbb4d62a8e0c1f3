/* SPDX-License-Identifier: Apache-2.0 */
/* What is written over the lines of a chart. */

import type uPlot from "uplot";
import { pageOpened } from "../../text/common";
import type { Held } from "./held";

/** What a CSS variable of the page says. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Writes each line's name at its end, where the eye already is; no legend box. */
export function nameEnds(plot: uPlot, held: Held): void {
  const { ctx } = plot;
  const ratio = window.devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  let lowest = Number.POSITIVE_INFINITY;
  const ends = held.props.lines.map((line) => ({
    line,
    value: line.values[line.values.length - 1],
  }));
  ends.sort((a, b) => (a.value ?? 0) - (b.value ?? 0));
  for (const { line, value } of ends) {
    if (value === null || value === undefined || line.name === "") continue;
    const at = Math.min(plot.valToPos(value, "y", true), lowest - 12 * ratio);
    lowest = at;
    ctx.fillStyle = token(line.token === "--control" ? "--ink-3" : line.token);
    ctx.fillText(line.name, plot.bbox.left + plot.bbox.width + 5 * ratio, at);
  }
  ctx.restore();
}

/** Left of it the lines are what the node kept, right of it what this page saw. */
export function drawJoin(plot: uPlot, { from, to, props: { joinAt } }: Held): void {
  if (joinAt === null || joinAt < from || joinAt > to - (to - from) * 0.01) return;
  const { ctx, bbox } = plot;
  const ratio = window.devicePixelRatio;
  const x = Math.round(plot.valToPos(joinAt, "x", true));
  ctx.save();
  ctx.strokeStyle = token("--control");
  ctx.fillStyle = token("--ink-3");
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = x - bbox.left > bbox.width / 2 ? "right" : "left";
  ctx.textBaseline = "top";
  ctx.fillText(pageOpened, x + (ctx.textAlign === "right" ? -4 : 4) * ratio, bbox.top);
  ctx.restore();
}

/** The moment that the page looks at, or that the pointer is at on another picture. */
export function drawMark(plot: uPlot, { from, to, props: { mark } }: Held): void {
  if (mark === null || mark < from || mark > to) return;
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(mark, "x", true));
  ctx.save();
  ctx.strokeStyle = token("--accent");
  ctx.lineWidth = window.devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
