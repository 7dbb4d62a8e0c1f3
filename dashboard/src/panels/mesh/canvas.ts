/* SPDX-License-Identifier: Apache-2.0 */
/* The canvas of one drawing: it draws when it can be seen and something on it is another than
 * before, and moves as motion.ts says. */

import { draw, fontOf } from "./draw";
import type { Graph } from "./graph";
import { layOut, type Spots } from "./layout";
import { isMoving, mayMove, type Motion, moveTo, samePlaces, spotsAt, standingStill } from "./motion";
import { paletteOf } from "./palette";
import type { Picked } from "./picks";
import { nodeAt, type Scene, sceneOf, type View } from "./scene";

export interface Shown {
  readonly graph: Graph;
  readonly picked: Picked;
  /** Anything else that changes how it looks: the theme, whether the page is stale. */
  readonly look: string;
  readonly view: Omit<View, "width" | "height">;
}

export interface MeshCanvas {
  show(shown: Shown): void;
  spots(): Spots;
  nodeAt(x: number, y: number, room: number): string | null;
  close(): void;
}

export function openCanvas(canvas: HTMLCanvasElement): MeshCanvas {
  const ctx = canvas.getContext("2d");
  const noMotion = matchMedia("(prefers-reduced-motion: reduce)");
  const forced = matchMedia("(forced-colors: active)");
  let shown: Shown | null = null;
  let motion: Motion | null = null;
  let scene: Scene | null = null;
  let drawn = "";
  let visible = true;
  let frame = 0;

  function move(now: number): void {
    if (shown === null) return;
    const { nodes } = shown.picked;
    if (motion === null) {
      motion = standingStill(layOut(nodes));
      return;
    }
    const next = layOut(nodes, motion.to);
    if (samePlaces(next, motion.to)) return;
    // Who comes and who goes is shown at once; the others wait for their time.
    if (mayMove(motion, now) || next.size !== motion.to.size)
      motion = moveTo(motion, next, now, noMotion.matches);
  }

  function measure(text: string, line: number): number {
    if (ctx === null) return 0;
    ctx.font = fontOf(line, false);
    return ctx.measureText(text).width;
  }

  function paint(): void {
    frame = 0;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (shown === null || ctx === null || !visible || width === 0) return;
    const now = performance.now();
    move(now);
    if (motion === null) return;
    const view = { ...shown.view, width, height };
    scene = sceneOf(shown.graph, shown.picked, spotsAt(motion, now), view, measure);
    const { now: _, ...rest } = view;
    const picture = JSON.stringify([scene, rest, shown.look, devicePixelRatio, forced.matches]);
    if (picture !== drawn) {
      drawn = picture;
      const ratio = window.devicePixelRatio;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      draw(ctx, scene, view, paletteOf(canvas.parentElement ?? canvas));
    }
    if (isMoving(motion, now)) ask();
  }

  function ask(): void {
    if (frame === 0) frame = requestAnimationFrame(paint);
  }

  const sizes = new ResizeObserver(ask);
  const sight = new IntersectionObserver(([entry]) => {
    visible = entry?.isIntersecting ?? true;
    ask();
  });
  sizes.observe(canvas);
  sight.observe(canvas);
  forced.addEventListener("change", ask);
  return {
    show(next) {
      shown = next;
      ask();
    },
    spots: () => motion?.to ?? new Map(),
    nodeAt: (x, y, room) => (scene === null ? null : nodeAt(scene, x, y, room)),
    close() {
      cancelAnimationFrame(frame);
      sizes.disconnect();
      sight.disconnect();
      forced.removeEventListener("change", ask);
    },
  };
}
