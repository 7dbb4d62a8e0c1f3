/* SPDX-License-Identifier: Apache-2.0 */
/* Where the words of each node stand, so that none lies on another or on a node. Pure. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Wanted {
  readonly id: string;
  /** The middle of its node, and how much room that takes. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly width: number;
  readonly height: number;
  /** Written even where there is no room. */
  readonly must: boolean;
}

export type Side = "right" | "left" | "below" | "above";

export interface Placed extends Box {
  readonly id: string;
  readonly side: Side;
}

const air = 4;

function boxAt(side: Side, { x, y, radius, width, height }: Wanted): Box {
  const off = radius + air;
  switch (side) {
    case "right":
      return { x: x + off, y: y - height / 2, width, height };
    case "left":
      return { x: x - off - width, y: y - height / 2, width, height };
    case "below":
      return { x: x - width / 2, y: y + off, width, height };
    case "above":
      return { x: x - width / 2, y: y - off - height, width, height };
  }
}

/** Away from the middle first: the link comes from there. */
function sidesOf(wanted: Wanted, middle: { readonly x: number; readonly y: number }): readonly Side[] {
  const across: readonly Side[] = wanted.x >= middle.x ? ["right", "left"] : ["left", "right"];
  const along: readonly Side[] = wanted.y >= middle.y ? ["below", "above"] : ["above", "below"];
  const flat = Math.abs(wanted.x - middle.x) > 0.7 * Math.abs(wanted.y - middle.y);
  const [near, far] = flat ? [across, along] : [along, across];
  return [...near.slice(0, 1), ...far.slice(0, 1), ...far.slice(1), ...near.slice(1)];
}

function meets(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function inside(box: Box, field: Box): boolean {
  return (
    box.x >= field.x &&
    box.y >= field.y &&
    box.x + box.width <= field.x + field.width &&
    box.y + box.height <= field.y + field.height
  );
}

/** The first of `wanted` choose first. */
export function placeLabels(
  wanted: readonly Wanted[],
  taken: readonly Box[],
  field: Box,
): readonly Placed[] {
  const middle = { x: field.x + field.width / 2, y: field.y + field.height / 2 };
  const nodes = wanted.map(({ x, y, radius }) => ({
    x: x - radius,
    y: y - radius,
    width: 2 * radius,
    height: 2 * radius,
  }));
  const placed: Placed[] = [];
  for (const one of wanted) {
    const choices = sidesOf(one, middle).map((side) => ({ id: one.id, side, ...boxAt(side, one) }));
    const seen = choices.filter((box) => inside(box, field));
    const free = seen.find((box) =>
      [nodes, taken, placed].every((others) => !others.some((other) => meets(box, other))),
    );
    const choice = free ?? (one.must ? (seen[0] ?? choices[0]) : undefined);
    if (choice !== undefined) placed.push(choice);
  }
  return placed;
}
