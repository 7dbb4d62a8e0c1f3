/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a scene on a canvas. */

import { skepStrokes } from "../../parts/icon";
import * as words from "../../text/mesh";
import { hatch, hatchWords } from "./fields";
import type { Placed } from "./labels";
import { radiusOf, ringsMs, type Spot } from "./layout";
import { face, fontOf, haloed, mono } from "./letters";
import type { Palette } from "./palette";
import { type DrawnEdge, type DrawnNode, lineHeight, type Scene, type View } from "./scene";

type Canvas = CanvasRenderingContext2D;

function rings(ctx: Canvas, { middle, stretch }: Scene, colours: Palette): void {
  ctx.lineWidth = 1;
  ctx.strokeStyle = colours.grid;
  for (const [at, ms] of ringsMs.entries()) {
    const radius = radiusOf(ms);
    ctx.setLineDash(at === ringsMs.length - 1 ? [3, 4] : []);
    ctx.beginPath();
    ctx.ellipse(middle.x, middle.y, radius * stretch.x, radius * stretch.y, 0, 0, 2 * Math.PI);
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

/* Over links and under nodes, or a link would strike them out. */
function ringNames(ctx: Canvas, { middle, stretch }: Scene, colours: Palette): void {
  ctx.font = `400 11px ${face}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const bearing = 0.72 * Math.PI;
  for (const [at, ms] of ringsMs.entries()) {
    const x = middle.x + Math.cos(bearing) * radiusOf(ms) * stretch.x;
    const y = middle.y + Math.sin(bearing) * radiusOf(ms) * stretch.y;
    haloed(ctx, words.rings(ms, at === ringsMs.length - 1), x, y, colours.third, colours.ground);
  }
}

function edgeColour({ kind }: DrawnEdge, colours: Palette): string {
  return kind === "own" ? colours.ink : kind === "weak" ? colours.mark : colours.reported;
}

function dashOf({ kind, isRelayed, width }: DrawnEdge): number[] {
  if (kind === "old") return [1, 3];
  return isRelayed ? [2 + width, 2 + width] : [];
}

/** The middle of the bent line, and the way it runs there. */
function middleOf({ from, to, pull }: DrawnEdge): { readonly spot: Spot; readonly angle: number } {
  const x = (from.x + 2 * pull.x + to.x) / 4;
  const y = (from.y + 2 * pull.y + to.y) / 4;
  return { spot: { x, y }, angle: Math.atan2(to.y - from.y, to.x - from.x) };
}

function bars(ctx: Canvas, edge: DrawnEdge, colours: Palette): void {
  const { spot, angle } = middleOf(edge);
  ctx.save();
  ctx.translate(spot.x, spot.y);
  ctx.rotate(angle);
  ctx.strokeStyle = colours.mark;
  ctx.lineWidth = 2;
  ctx.beginPath();
  for (const x of [-3, 3]) {
    ctx.moveTo(x, -7);
    ctx.lineTo(x, 7);
  }
  ctx.stroke();
  ctx.restore();
}

/** Somebody in between: who, the daemon does not tell. */
function relay(ctx: Canvas, edge: DrawnEdge, colours: Palette): void {
  const { spot } = middleOf(edge);
  ctx.save();
  ctx.translate(spot.x, spot.y);
  ctx.rotate(Math.PI / 4);
  ctx.fillStyle = colours.ground;
  ctx.strokeStyle = edgeColour(edge, colours);
  ctx.lineWidth = 1.5;
  ctx.fillRect(-4.5, -4.5, 9, 9);
  ctx.strokeRect(-4.5, -4.5, 9, 9);
  ctx.restore();
}

function line(ctx: Canvas, edge: DrawnEdge, colours: Palette): void {
  const { from, to, pull, kind, width, alpha, isRelayed, isBridge } = edge;
  const isReported = kind === "reported" || kind === "old";
  ctx.strokeStyle = isBridge && isReported ? colours.mark : edgeColour(edge, colours);
  ctx.globalAlpha = alpha;
  ctx.lineWidth = isBridge ? Math.max(1.5, width) : width;
  ctx.setLineDash(dashOf(edge));
  ctx.beginPath();
  ctx.moveTo(from.x, from.y);
  ctx.quadraticCurveTo(pull.x, pull.y, to.x, to.y);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  if (isBridge) bars(ctx, edge, colours);
  if (isRelayed && (kind === "own" || kind === "weak")) relay(ctx, edge, colours);
}

function ring(ctx: Canvas, { x, y }: Spot, radius: number, colour: string, width: number, dash: number[]): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.setLineDash([]);
}

function skep(ctx: Canvas, { x, y }: Spot, colours: Palette): void {
  ctx.save();
  ctx.translate(x - 8.5, y - 9);
  ctx.scale(0.85, 0.85);
  ctx.strokeStyle = colours.ground;
  ctx.lineWidth = 1.7;
  ctx.lineCap = "round";
  ctx.stroke(new Path2D(skepStrokes));
  ctx.restore();
}

const dotColours = {
  self: "self",
  own: "ink",
  weak: "mark",
  lost: "third",
  reported: "reported",
} as const;

function dot(ctx: Canvas, node: DrawnNode, colours: Palette): void {
  const { shape, radius, x, y } = node;
  const hollow = shape === "weak" || shape === "lost" || shape === "reported";
  const colour = colours[dotColours[shape]];
  ctx.fillStyle = colours.ground;
  ctx.beginPath();
  ctx.arc(x, y, radius + 2, 0, 2 * Math.PI);
  ctx.fill();
  if (hollow) {
    ring(ctx, node, radius, colour, shape === "weak" ? 2.5 : 1.5, shape === "lost" ? [2, 2] : []);
    return;
  }
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
  if (shape === "self") skep(ctx, node, colours);
}

function rounds(ctx: Canvas, node: DrawnNode, view: View, colours: Palette): void {
  const { id, radius, isSingleWay } = node;
  if (isSingleWay) ring(ctx, node, radius + 5, colours.mark, 1.5, [3, 2.5]);
  const out = radius + (isSingleWay ? 9 : 5);
  if (view.selected === id) ring(ctx, node, out, colours.self, 2, []);
  if (view.focus === id) ring(ctx, node, out + (view.selected === id ? 4 : 0), colours.self, 2, [4, 3]);
}

function label(ctx: Canvas, box: Placed, node: DrawnNode, colours: Palette): void {
  const { side, x, y, width } = box;
  ctx.textBaseline = "middle";
  ctx.textAlign = side === "right" ? "left" : side === "left" ? "right" : "center";
  const at = side === "right" ? x : side === "left" ? x + width : x + width / 2;
  const { shape } = node;
  for (const [line, text] of node.lines.entries()) {
    ctx.font = shape === "reported" ? `400 11px ${mono}` : fontOf(line, shape === "self");
    const first = shape === "self" ? colours.self : shape === "reported" ? colours.third : colours.ink;
    const second = shape === "weak" ? colours.warn : colours.third;
    const colour = line === 0 ? first : second;
    haloed(ctx, text, at, y + lineHeight * (line + 0.5), colour, colours.ground);
  }
}

/* So many lines or dots are drawn in well under a millisecond. */
const bite = 60;

/** Draws it in bites: the caller may leave time between two of them. */
export function* drawing(ctx: Canvas, scene: Scene, view: View, colours: Palette): Generator<void, void> {
  const ratio = window.devicePixelRatio;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, view.width, view.height);
  rings(ctx, scene, colours);
  for (const field of scene.hatched) hatch(ctx, field, view, colours);
  for (const [at, edge] of scene.edges.entries()) {
    line(ctx, edge, colours);
    if (at % bite === bite - 1) yield;
  }
  ringNames(ctx, scene, colours);
  for (const [at, node] of scene.nodes.entries()) {
    dot(ctx, node, colours);
    if (at % bite === bite - 1) yield;
  }
  for (const node of scene.nodes) rounds(ctx, node, view, colours);
  if (view.large) for (const field of scene.hatched) hatchWords(ctx, field, view, colours);
  const nodes = new Map(scene.nodes.map((node) => [node.id, node]));
  for (const box of scene.labels) {
    const node = nodes.get(box.id);
    if (node !== undefined) label(ctx, box, node, colours);
  }
}
