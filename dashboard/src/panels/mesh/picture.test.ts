/* SPDX-License-Identifier: Apache-2.0 */
/* What lies between the layout and the canvas: words, outlines, ways of the arrow keys, motion. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLink, makeView } from "../../../test/builders";
import { graphOf } from "./graph";
import { hullAround } from "./hull";
import { placeLabels, type Wanted } from "./labels";
import { layOut, type Spots } from "./layout";
import { isMoving, mayMove, moveTo, spotsAt, standingStill } from "./motion";
import { pick } from "./picks";
import { nodeAt, sceneOf, type View } from "./scene";
import { walk } from "./walk";

const view: View = { width: 600, height: 440, large: false, now: 100_000, focus: null, hover: null, selected: null };

function scene(own: Partial<View> = {}) {
  const links = [
    makeLink({ id: "1", nodeId: "a", rttMs: 20, strength: 90 }),
    makeLink({ id: "2", nodeId: "b", rttMs: 200, strength: 30, path: "relayed" }),
  ];
  const views = [makeView("a", ["x", "y", "b"], 99_000), makeView("b", ["z"], 30_000)];
  const graph = graphOf({ self: "me", links, views, now: 100_000 });
  const picked = pick(graph);
  const measure = (text: string): number => text.length * 7;
  return sceneOf(graph, picked, layOut(picked.nodes), { ...view, ...own }, measure);
}

test("own links are thick by strength, weak ones marked, relayed ones bent, old reports dotted", () => {
  const { edges } = scene();
  const kinds = edges.map(({ kind }) => kind).sort();
  assert.deepEqual(kinds, ["old", "own", "reported", "reported", "reported", "weak"]);
  const own = edges.find(({ kind }) => kind === "own");
  const weak = edges.find(({ kind }) => kind === "weak");
  assert.ok((own?.width ?? 0) > (weak?.width ?? 9));
  assert.equal(weak?.isRelayed, true);
  const mid = { x: ((weak?.from.x ?? 0) + (weak?.to.x ?? 0)) / 2, y: ((weak?.from.y ?? 0) + (weak?.to.y ?? 0)) / 2 };
  assert.ok(Math.hypot((weak?.pull.x ?? 0) - mid.x, (weak?.pull.y ?? 0) - mid.y) > 10);
});

test("own peers are always named, others when pointed at or in the large view", () => {
  const named = (own: Partial<View>): string[] => scene(own).labels.map(({ id }) => id).sort();
  assert.deepEqual(named({}), ["a", "b", "me"]);
  assert.deepEqual(named({ hover: "x" }), ["a", "b", "me", "x"]);
  assert.deepEqual(named({ large: true, width: 900, height: 700 }), ["a", "b", "me", "x", "y", "z"]);
});

test("everything lies inside the field, and is found under the pointer", () => {
  const drawn = scene();
  for (const { id, x, y } of drawn.nodes) {
    assert.ok(x > 0 && x < 600 && y > 0 && y < 440, id);
    assert.equal(nodeAt(drawn, x + 1, y, 9), id);
  }
  assert.equal(nodeAt(drawn, 1, 1, 9), null);
});

test("what hangs on one node lies in a hatched field with a sentence", () => {
  const [field, ...rest] = scene().hatched;
  assert.equal(field?.spots.length, 2);
  assert.equal(field?.text, "If it leaves, these 2 nodes are cut off.");
  assert.deepEqual(rest, []);
});

test("labels do not lie on each other; one that has to be written is, whatever is under it", () => {
  const at = (id: string, x: number, y: number, must: boolean): Wanted => ({
    id, x, y, radius: 5, width: 60, height: 30, must,
  });
  const field = { x: 0, y: 0, width: 400, height: 300 };
  const crowd = Array.from({ length: 30 }, (_, n) => at(`n${n}`, 200 + n, 150, false));
  const placed = placeLabels(crowd, [], field);
  assert.ok(placed.length >= 2 && placed.length < 30);
  for (const a of placed)
    for (const b of placed)
      assert.ok(a === b || a.x + 60 <= b.x || b.x + 60 <= a.x || a.y + 30 <= b.y || b.y + 30 <= a.y);
  assert.equal(placeLabels([...crowd, at("must", 210, 150, true)], [], field).at(-1)?.id, "must");
});

test("the outline holds every node with room about it", () => {
  const hull = hullAround([{ x: 0, y: 0 }, { x: 100, y: 0 }, { x: 50, y: 5 }], 10);
  const xs = hull.map(({ x }) => x);
  assert.ok(Math.min(...xs) <= -9.9 && Math.max(...xs) >= 109.9);
  assert.ok(Math.max(...hull.map(({ y }) => y)) >= 14);
  assert.ok(hull.length < 36);
});

const spots: Spots = new Map([
  ["me", { x: 0, y: 0 }],
  ["east", { x: 1, y: 0.2 }],
  ["north", { x: 0, y: -1 }],
  ["far", { x: 2, y: 0 }],
]);

test("an arrow key follows a link that way, and else goes to the nearest that way", () => {
  assert.equal(walk("me", "ArrowRight", spots, ["far", "north"]), "far");
  assert.equal(walk("me", "ArrowRight", spots, ["north"]), "east");
  assert.equal(walk("me", "ArrowUp", spots, ["east"]), "north");
  assert.equal(walk("me", "ArrowDown", spots, ["east", "north"]), null);
  assert.equal(walk("nobody", "ArrowUp", spots, []), null);
});

test("it moves at most every two seconds, over a quarter of one, and not at all for who wants none", () => {
  const there: Spots = new Map([["a", { x: 1, y: 0 }]]);
  const still = standingStill(new Map([["a", { x: 0, y: 0 }]]));
  assert.equal(mayMove(still, 0), true);
  const moving = moveTo(still, there, 1_000, false);
  assert.equal(mayMove(moving, 2_900), false);
  assert.equal(mayMove(moving, 3_000), true);
  const x = (at: number): number => spotsAt(moving, at).get("a")?.x ?? -1;
  assert.ok(x(1_000) < 0.01 && x(1_100) > 0.1 && x(1_100) < 1);
  assert.equal(x(1_250), 1);
  assert.equal(isMoving(moving, 1_250), false);
  assert.equal(isMoving(moveTo(still, there, 1_000, true), 1_001), false);
  assert.equal(spotsAt(moveTo(still, there, 1_000, true), 1_001).get("a")?.x, 1);
});
