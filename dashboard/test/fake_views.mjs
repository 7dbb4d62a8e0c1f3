/* SPDX-License-Identifier: Apache-2.0 */
/* What the neighbours of the fake node say of their own links. In the story some of it is told by
 * one neighbour only, one report is old, and one neighbour makes up all that it says. */

import { idFrom, prng } from "./fake_rows.mjs";

const neighboursMax = 16;
const oldMs = 75_000;

function claim(nodeId, at) {
  const path = at % 9 === 4 ? "relayed" : "direct";
  return { nodeId, path, rttMs: 12 + ((at * 17) % 160) };
}

function many(random, count) {
  return Array.from({ length: count }, () => idFrom(random));
}

/* By the place of the neighbour among the links: whom it tells of. */
function storyOf(own, random) {
  const [r, s, t, u, v, w, x, y, z, q] = many(random, 10);
  const alone = many(random, 5);
  const [island, ...behind] = many(random, 3);
  return new Map([
    [own[0], [z, own[2]]],
    [own[1], [own[2], r, s, t]],
    [own[2], [own[1], own[3], s, u]],
    [own[3], [own[2], u, v, w, r]],
    [own[4], alone],
    [own[5], [own[3], own[6], w, x, island, z]],
    [own[6], [own[5], x, y, t]],
    [own[7], [own[1], y, q, v, q]],
    [island, behind],
  ]);
}

function meshOf(own, random) {
  const shared = many(random, Math.min(12, own.length));
  return new Map(
    own.map((id, at) => [
      id,
      [own[(at + 1) % own.length], shared[at % shared.length], shared[(at + 3) % shared.length]],
    ]),
  );
}

function inventedOf(own, random) {
  return new Map(own.map((id) => [id, many(random, 16)]));
}

export function views(node, now) {
  const own = node.links.filter(({ state }) => state === "open").map(({ nodeId }) => nodeId);
  const random = prng(41);
  const tell = { story: storyOf, many: inventedOf }[node.name] ?? meshOf;
  const told = [...tell(own, random)].filter(([id]) => id !== undefined).slice(0, neighboursMax);
  const items = told.map(([nodeId, ids], at) => ({
    nodeId,
    at: now - (node.name === "story" && at === 7 ? oldMs : 2_000 + at * 1_700),
    links: [node.nodeId, ...ids]
      .filter((id) => id !== undefined && id !== nodeId)
      .slice(0, 16)
      .map(claim),
  }));
  return { asOf: now, items: own.length === 0 ? [] : items };
}
