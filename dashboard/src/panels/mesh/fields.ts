/* SPDX-License-Identifier: Apache-2.0 */
/* The hatched fields of what hangs on one node or link. */

import { hullAround } from "./hull";
import type { Spot } from "./layout";
import { face, haloed } from "./letters";
import type { Palette } from "./palette";
import { type Hatched, lineHeight, type View } from "./scene";

type Canvas = CanvasRenderingContext2D;

function outline(ctx: Canvas, spots: readonly Spot[]): void {
  ctx.beginPath();
  for (const [at, { x, y }] of spots.entries()) {
    if (at === 0) ctx.moveTo(x, y);
    else ctx.lineTo(x, y);
  }
  ctx.closePath();
}

export function hatch(ctx: Canvas, { spots }: Hatched, view: View, colours: Palette): void {
  ctx.save();
  outline(ctx, hullAround(spots, 18));
  ctx.strokeStyle = colours.mark;
  ctx.globalAlpha = 0.65;
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  ctx.stroke();
  ctx.clip();
  ctx.setLineDash([]);
  ctx.globalAlpha = 0.22;
  ctx.beginPath();
  for (let x = -view.height; x < view.width; x += 7) {
    ctx.moveTo(x, view.height);
    ctx.lineTo(x + view.height, 0);
  }
  ctx.stroke();
  ctx.restore();
}

export function hatchWords(ctx: Canvas, { spots, title, text }: Hatched, view: View, colours: Palette): void {
  const low = Math.max(...spots.map(({ y }) => y));
  const high = Math.min(...spots.map(({ y }) => y));
  const y = low + 54 < view.height ? low + 30 : Math.max(12, high - 40);
  const mean = spots.reduce((sum, spot) => sum + spot.x, 0) / spots.length;
  ctx.textBaseline = "middle";
  ctx.textAlign = "center";
  ctx.font = `600 12px ${face}`;
  const half = Math.max(ctx.measureText(title).width, 1.1 * ctx.measureText(text).width) / 2 + 6;
  const x = Math.min(Math.max(mean, half), view.width - half);
  haloed(ctx, title, x, y, colours.warn, colours.ground);
  ctx.font = `400 12px ${face}`;
  haloed(ctx, text, x, y + lineHeight, colours.second, colours.ground);
}
