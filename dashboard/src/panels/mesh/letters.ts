/* SPDX-License-Identifier: Apache-2.0 */
/* The words on the drawing. */

export const face = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
export const mono = 'ui-monospace, "Noto Sans Mono", "DejaVu Sans Mono", monospace';

export function fontOf(line: number, isSelf: boolean): string {
  if (isSelf) return `600 12px ${face}`;
  return line === 0 ? `600 12px ${mono}` : `400 12px ${face}`;
}

/** Readable over whatever lies under it. */
export function haloed(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  ground: string,
): void {
  ctx.strokeStyle = ground;
  ctx.lineWidth = 4;
  ctx.lineJoin = "round";
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}
