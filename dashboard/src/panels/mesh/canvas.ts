/* SPDX-License-Identifier: Apache-2.0 */
/* The canvas of one drawing: it draws when it can be seen and something on it is another than
 * before, and moves as motion.ts says. */

import { draw, fontOf } from "./draw";
import type { Graph } from "./graph";
import { manyLinks } from "./known";
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

/** What is to be seen but for the mesh itself. */
function lookOf({ now: _, ...view }: View, look: string): string {
  const forced = matchMedia("(forced-colors: active)").matches;
  return JSON.stringify([view, look, devicePixelRatio, forced]);
}

function fit(canvas: HTMLCanvasElement): void {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) =>
    Math.round(side * window.devicePixelRatio),
  );
  if (canvas.width !== width) canvas.width = width ?? 0;
  if (canvas.height !== height) canvas.height = height ?? 0;
}

export function openCanvas(canvas: HTMLCanvasElement): MeshCanvas {
  const ctx = canvas.getContext("2d");
  const noMotion = matchMedia("(prefers-reduced-motion: reduce)");
  const forced = matchMedia("(forced-colors: active)");
  let shown: Shown | null = null;
  let motion: Motion | null = null;
  let laidOut: Picked | null = null;
  let scene: Scene | null = null;
  let look = "";
  let drawn = "";
  let visible = true;
  let frame = 0;

  function move(now: number, isStill: boolean): void {
    if (shown === null || shown.picked === laidOut) return;
    const { nodes } = shown.picked;
    if (motion === null) motion = standingStill(layOut(nodes));
    else {
      // Who comes and who goes is shown at once; the others wait for their time.
      if (!mayMove(motion, now) && nodes.length === motion.to.size) return;
      const next = layOut(nodes, motion.to);
      if (!samePlaces(next, motion.to)) motion = moveTo(motion, next, now, isStill);
    }
    laidOut = shown.picked;
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
    const view = { ...shown.view, width, height };
    const isMany = shown.picked.nodes.length > manyLinks;
    const before = look;
    look = lookOf(view, shown.look);
    // To find out whether many look the same takes as long as drawing them.
    if (isMany && shown.picked === laidOut && look === before) return;
    move(now, isMany || noMotion.matches);
    if (motion === null) return;
    scene = sceneOf(shown.graph, shown.picked, spotsAt(motion, now), view, measure);
    const moving = isMoving(motion, now);
    // Equal pictures are not drawn twice.
    const isNew = moving || isMany;
    const picture = isNew ? "" : JSON.stringify(scene) + look;
    if (isNew || picture !== drawn) {
      drawn = picture;
      fit(canvas);
      draw(ctx, scene, view, paletteOf(canvas.parentElement ?? canvas));
    }
    if (moving) ask();
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
