/* SPDX-License-Identifier: Apache-2.0 */
/* The canvas of one drawing: it draws when it can be seen and something on it is another than
 * before, and moves as motion.ts says. */

import { drawing } from "./draw";
import type { Graph } from "./graph";
import { manyLinks } from "./known";
import { layOut, type Spots } from "./layout";
import { fontOf } from "./letters";
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

type Paper = CanvasRenderingContext2D;

/** What is to be seen but for the mesh itself. */
function lookOf({ now: _, ...view }: View, look: string): string {
  const forced = matchMedia("(forced-colors: active)").matches;
  return JSON.stringify([view, look, devicePixelRatio, forced]);
}

/** Gives `picture` as many dots as `place` has room for. */
function fit(place: HTMLCanvasElement, picture: HTMLCanvasElement): void {
  const [width = 0, height = 0] = [place.clientWidth, place.clientHeight].map((side) =>
    Math.round(side * window.devicePixelRatio),
  );
  if (picture.width !== width) picture.width = width;
  if (picture.height !== height) picture.height = height;
}

/** How long a crowd may take of one frame. */
const crowdMs = 2;

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
  /* Where a crowd is drawn, and what is left of it to draw. */
  let aside: CanvasRenderingContext2D | null = null;
  let bites: Generator<void, void> | null = null;
  let begun: Shown | null = null;

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

  /** A crowd is laid out, put in words and drawn in as many frames as that takes; the picture before
   * it stays until it is whole. */
  function* crowd(on: Paper, onto: Paper, next: Shown, view: View): Generator<void, void> {
    move(performance.now(), true);
    yield;
    if (motion === null) return;
    const whole = sceneOf(next.graph, next.picked, motion.to, view, measure);
    yield;
    fit(canvas, on.canvas);
    yield* drawing(on, whole, view, paletteOf(canvas.parentElement ?? canvas));
    fit(canvas, canvas);
    onto.setTransform(1, 0, 0, 1, 0, 0);
    onto.clearRect(0, 0, canvas.width, canvas.height);
    onto.drawImage(on.canvas, 0, 0);
    scene = whole;
  }

  function paintCrowd(onto: Paper, next: Shown, view: View): void {
    aside ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (aside === null) return;
    if (bites === null) {
      const before = look;
      look = lookOf(view, next.look);
      // To find out whether many look the same takes as long as drawing them.
      if (next.picked === laidOut && look === before) return;
      bites = crowd(aside, onto, next, view);
      begun = next;
    }
    const until = performance.now() + crowdMs;
    while (bites !== null && performance.now() < until) {
      if (bites.next().done === true) bites = null;
      // What has been drawn is painted now and not with all the rest at the end.
      else aside.getImageData(0, 0, 1, 1);
    }
    if (bites !== null || shown !== begun) ask();
  }

  function paintFew(on: Paper, next: Shown, view: View): void {
    const now = performance.now();
    look = lookOf(view, next.look);
    move(now, noMotion.matches);
    if (motion === null) return;
    scene = sceneOf(next.graph, next.picked, spotsAt(motion, now), view, measure);
    const moving = isMoving(motion, now);
    // Equal pictures are not drawn twice.
    const picture = moving ? "" : JSON.stringify(scene) + look;
    if (moving || picture !== drawn) {
      drawn = picture;
      fit(canvas, canvas);
      const bitten = drawing(on, scene, view, paletteOf(canvas.parentElement ?? canvas));
      while (bitten.next().done !== true);
    }
    if (moving) ask();
  }

  function paint(): void {
    frame = 0;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (shown === null || ctx === null || !visible || width === 0) return;
    const view = { ...shown.view, width, height };
    if (shown.picked.nodes.length > manyLinks) paintCrowd(ctx, shown, view);
    else paintFew(ctx, shown, view);
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
