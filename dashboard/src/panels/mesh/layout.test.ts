/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLink, makeView } from "../../../test/builders";
import { graphOf, type MeshNode } from "./graph";
import { bearingOf, layOut, radiusOf, reach, ringsMs, type Spot } from "./layout";

function nodesOf(own: readonly (readonly [string, number | null])[], outer: readonly string[] = []) {
  const links = own.map(([nodeId, rttMs]) => makeLink({ id: nodeId, nodeId, rttMs }));
  const by = own[0]?.[0] ?? "";
  const views = outer.length === 0 ? [] : [makeView(by, outer)];
  return [...graphOf({ self: "me", links, views, now: 0 }).nodes.values()];
}

const named = (count: number): [string, number][] =>
  Array.from({ length: count }, (_, at) => [`peer-${at}`, 20]);

const far = ({ x, y }: Spot): number => Math.hypot(x, y);
const apart = (a: Spot, b: Spot): number => Math.hypot(a.x - b.x, a.y - b.y);
const angle = ({ x, y }: Spot): number => Math.atan2(y, x);

function turned(a: number, b: number): number {
  const turn = Math.abs(a - b) % (2 * Math.PI);
  return Math.min(turn, 2 * Math.PI - turn);
}

test("the same mesh is drawn the same, in whatever order it comes", () => {
  const nodes = nodesOf(named(9), ["x", "y", "z"]);
  assert.deepEqual(layOut(nodes), layOut(nodes));
  const other = layOut([...nodes].reverse());
  for (const [id, spot] of layOut(nodes)) assert.deepEqual(other.get(id), spot, id);
});

test("a peer lies in the direction of its id, and as far out as its round trip", () => {
  const spots = layOut(nodesOf([["a", 5]]));
  const spot = spots.get("a") ?? { x: 0, y: 0 };
  assert.ok(turned(angle(spot), bearingOf("a")) < 1e-9);
  assert.ok(Math.abs(far(spot) - radiusOf(5)) < 1e-9);
  assert.deepEqual(spots.get("me"), { x: 0, y: 0 });
});

test("rings lie evenly, and nothing lies outside the field", () => {
  const radii = ringsMs.map(radiusOf);
  const steps = radii.slice(1).map((radius, at) => radius - (radii[at] ?? 0));
  assert.ok(Math.max(...steps) - Math.min(...steps) < 0.01, String(steps));
  assert.equal(radiusOf(0), radiusOf(1));
  assert.ok(radiusOf(60_000) < 1.1);
  const spots = [...layOut(nodesOf(named(12), ["x", "y", "z"])).values()];
  assert.ok(spots.every((spot) => far(spot) < reach));
});

test("peers do not lie on each other, even when there are many", () => {
  for (const count of [2, 8, 12, 40, 200]) {
    const spots = [...layOut(nodesOf(named(count)))].filter(([id]) => id !== "me");
    const turns = spots.map(([, spot]) => angle(spot)).sort((a, b) => a - b);
    const gaps = turns.map((at, place) => turned(at, turns[(place + 1) % turns.length] ?? at));
    assert.ok(Math.min(...gaps) > Math.min(0.3, 4 / count), `${count}: ${Math.min(...gaps)}`);
  }
});

test("a new peer moves nobody but those that it would lie on", () => {
  const before = layOut(nodesOf(named(6)));
  const after = layOut(nodesOf([...named(6), ["new", 20]]));
  const spot = after.get("new") ?? { x: 0, y: 0 };
  const moved = [...before].filter(([id, at]) => apart(at, after.get(id) ?? at) > 1e-9);
  assert.ok(moved.length <= 2, `${moved.length} moved`);
  for (const [, at] of moved) assert.ok(turned(angle(at), angle(spot)) < 1, "it was beside the new one");
});

test("a round trip that moves a little moves nobody; one that moves much does", () => {
  const first = layOut(nodesOf([["a", 40], ["b", 90]]));
  const little = layOut(nodesOf([["a", 44], ["b", 84]]), first);
  for (const [id, spot] of first) assert.ok(apart(spot, little.get(id) ?? { x: 9, y: 9 }) < 1e-9, id);
  const much = layOut(nodesOf([["a", 200], ["b", 90]]), first);
  assert.ok(far(much.get("a") ?? { x: 0, y: 0 }) > far(first.get("a") ?? { x: 0, y: 0 }) + 0.1);
});

test("those that a neighbour tells of lie outside, on its side, and not on each other", () => {
  const ids = ["r", "s", "t", "u", "v"];
  const nodes: MeshNode[] = nodesOf([["a", 20], ["b", 20]], ids);
  const spots = layOut(nodes);
  const side = angle(spots.get("a") ?? { x: 0, y: 0 });
  for (const id of ids) {
    const spot = spots.get(id) ?? { x: 0, y: 0 };
    assert.ok(far(spot) > 1.1, id);
    assert.ok(turned(angle(spot), side) < 1.1, id);
    for (const other of ids) if (other !== id) assert.ok(apart(spot, spots.get(other) ?? spot) > 0.1);
  }
});

test("a crowd lies evenly round the circle, in the order of its bearings", () => {
  const names = named(200).map(([id]) => id);
  const spots = layOut(nodesOf(named(200)));
  const inOrder = [...names].sort((a, b) => bearingOf(a) - bearingOf(b));
  const gaps = inOrder.map((id, place) => {
    const next = inOrder[(place + 1) % inOrder.length] ?? "";
    const [from, to] = [id, next].map((one) => angle(spots.get(one) ?? { x: 0, y: 0 }));
    return ((to ?? 0) - (from ?? 0) + 4 * Math.PI) % (2 * Math.PI);
  });
  for (const gap of gaps) assert.ok(Math.abs(gap - (2 * Math.PI) / 200) < 1e-9, String(gap));
  const aside = names.map((id) => turned(angle(spots.get(id) ?? { x: 0, y: 0 }), bearingOf(id)));
  assert.ok(Math.max(...aside) < 0.5, "and near its bearing");
});
