/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cutsFrom } from "./cuts";

/** "a-b b-c" -> who is linked with whom. */
function graph(text: string): Map<string, Set<string>> {
  const neighbours = new Map<string, Set<string>>();
  for (const pair of text.split(" ")) {
    const [a = "", b = ""] = pair.split("-");
    neighbours.set(a, (neighbours.get(a) ?? new Set()).add(b));
    neighbours.set(b, (neighbours.get(b) ?? new Set()).add(a));
  }
  return neighbours;
}

/** The same by trying: who is no longer reached when `without` is gone. */
function lostWithout(root: string, neighbours: ReturnType<typeof graph>, without: string): string[] {
  const seen = new Set([root]);
  for (const id of seen) {
    for (const next of neighbours.get(id) ?? []) if (next !== without) seen.add(next);
  }
  return [...neighbours.keys()].filter((id) => id !== without && !seen.has(id)).sort();
}

test("in a ring nothing is the only way", () => {
  const { behind, bridges } = cutsFrom("me", graph("me-a a-b b-c c-me"));
  assert.equal(behind.size, 0);
  assert.deepEqual(bridges, []);
});

test("a chain: each node is the only way to those after it, each link a bridge", () => {
  const { hops, behind, bridges } = cutsFrom("me", graph("me-a a-b b-c"));
  assert.equal(hops.get("c"), 3);
  assert.deepEqual(behind.get("a"), ["b", "c"]);
  assert.deepEqual(behind.get("b"), ["c"]);
  assert.deepEqual(
    bridges.map(({ near, far, behind: left }) => [near, far, left.length]),
    [
      ["b", "c", 1],
      ["a", "b", 2],
      ["me", "a", 3],
    ],
  );
});

test("two rings that share one node: it is the only way, and no link is a bridge", () => {
  const { behind, bridges } = cutsFrom("me", graph("me-a a-b b-me b-c c-d d-b"));
  assert.deepEqual([...behind.keys()], ["b"]);
  assert.deepEqual([...(behind.get("b") ?? [])].sort(), ["c", "d"]);
  assert.deepEqual(bridges, []);
});

test("what cannot be reached has no hops and is cut off by nobody", () => {
  const { hops, behind } = cutsFrom("me", graph("me-a x-y y-z"));
  assert.equal(hops.has("z"), false);
  assert.equal(behind.size, 0);
});

test("it says what trying each node in turn says, on many graphs", () => {
  let dice = 7;
  const roll = (sides: number): number => {
    dice = (Math.imul(dice, 1664525) + 1013904223) >>> 0;
    return Math.floor((dice / 2 ** 32) * sides);
  };
  for (let round = 0; round < 200; round += 1) {
    const size = 3 + roll(9);
    const pairs = Array.from({ length: size + roll(6) }, () => [roll(size), roll(size)] as const);
    const text = pairs.filter(([a, b]) => a !== b).map(([a, b]) => `${a}-${b}`);
    const neighbours = graph(["0-1", ...text].join(" "));
    const { hops, behind } = cutsFrom("0", neighbours);
    for (const id of [...neighbours.keys()].filter((name) => name !== "0")) {
      const lost = lostWithout("0", neighbours, id).filter((other) => hops.has(other));
      assert.deepEqual([...(behind.get(id) ?? [])].sort(), hops.has(id) ? lost : [], text.join(" "));
    }
  }
});

test("a long chain does not run out of stack", () => {
  const chain = Array.from({ length: 2_000 }, (_, at) => `${at}-${at + 1}`);
  assert.equal(cutsFrom("0", graph(chain.join(" "))).hops.get("2000"), 2_000);
});
