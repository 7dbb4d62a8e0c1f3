/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLink, makeView } from "../../../test/builders";
import { claimsMax, readViews, viewsMax } from "../../data/decode_views";
import type { Link, View } from "../../data/model";
import { type Graph, graphOf, reportedNodes, toldBridges } from "./graph";
import { pick, reportedMax } from "./picks";
import { standingOf } from "./standing";

const linkTo = (nodeId: string, own: Partial<Link> = {}): Link => makeLink({ id: nodeId, nodeId, ...own });

function known(links: readonly Link[], views: readonly View[], now = 100_000): Graph {
  return graphOf({ self: "me", links, views, now });
}

const madeUp = (by: string, count: number): View =>
  makeView(by, Array.from({ length: count }, (_, at) => `${by}-${at}`));

test("own links and claims are one graph, and each claim says who claims", () => {
  const graph = known([linkTo("a"), linkTo("b")], [makeView("a", ["b", "x"]), makeView("b", ["x"])]);
  assert.deepEqual([...graph.nodes.keys()].sort(), ["a", "b", "me", "x"]);
  assert.deepEqual(
    graph.nodes.get("x")?.claims.map(({ by }) => by),
    ["a", "b"],
  );
  assert.equal(graph.nodes.get("x")?.hops, 2);
  assert.equal(graph.nodes.get("x")?.kind, "reported");
  assert.equal(graph.edges.length, 5);
});

test("both ends may tell of one link; it is drawn once, with two claims", () => {
  const graph = known([linkTo("a"), linkTo("b")], [makeView("a", ["b"]), makeView("b", ["a"])]);
  const between = graph.edges.filter(({ a, b }) => a !== "me" && b !== "me");
  assert.deepEqual(
    between.map(({ claims }) => claims.map(({ by }) => by)),
    [["a", "b"]],
  );
});

test("nobody else makes up a link of ours", () => {
  const graph = known([linkTo("a")], [makeView("a", ["me", "b"]), makeView("b", ["me"]), makeView("me", ["z"])]);
  assert.deepEqual(graph.nodes.get("me")?.neighbours, ["a"]);
  assert.equal(graph.nodes.has("z"), false);
});

test("a peer that is gone is shown for ten seconds, unless it is back", () => {
  const gone = linkTo("a", { id: "9", state: "closed", since: 95_000 });
  assert.equal(known([gone], []).nodes.get("a")?.kind, "lost");
  assert.equal(known([gone], [], 106_000).nodes.has("a"), false);
  assert.equal(known([gone, linkTo("a")], []).nodes.get("a")?.kind, "own");
});

test("single ways and bridges come worst first; one node at the edge is no trouble", () => {
  const views = [makeView("a", ["b", "x1"]), makeView("b", ["y1", "y2"]), makeView("y1", ["z1", "z2"])];
  const graph = known([linkTo("a"), linkTo("b")], views);
  assert.deepEqual(
    graph.singleWays.map(({ id, cutsOff }) => [id, cutsOff.length]),
    [
      ["b", 4],
      ["y1", 2],
    ],
  );
  assert.deepEqual(
    graph.bridges.map(({ near, far, behind }) => [near, far, behind.length]),
    [["b", "y1", 3]],
  );
  assert.deepEqual(toldBridges(graph), graph.bridges);
});

test("an own link is said once: of the peer that everything behind it hangs on", () => {
  const graph = known([linkTo("a"), linkTo("b")], [makeView("a", ["x", "y"])]);
  assert.deepEqual(
    graph.bridges.map(({ near, far }) => [near, far]),
    [["me", "a"]],
  );
  assert.deepEqual(toldBridges(graph), []);
  assert.deepEqual(
    graph.singleWays.map(({ id }) => id),
    ["a"],
  );
});

test("the own answer: none, one, an island, and staying connected", () => {
  assert.deepEqual(standingOf(known([], [])), { kind: "none" });
  assert.deepEqual(standingOf(known([linkTo("a")], [])), { kind: "one", peer: "a" });
  const island = [makeView("a", ["b", "x", "y"]), makeView("b", ["a", "me"])];
  assert.deepEqual(standingOf(known([linkTo("a"), linkTo("b")], island)), {
    kind: "island",
    peer: "a",
    left: 1,
  });
  const two = [makeView("a", ["x"]), makeView("b", ["y"])];
  assert.deepEqual(standingOf(known([linkTo("a"), linkTo("b")], two)), { kind: "stays" });
  assert.deepEqual(standingOf(known([linkTo("a"), linkTo("b")], [])), { kind: "stays" });
});

test("a neighbour that makes up nodes changes nothing but its own surroundings", () => {
  const links = [linkTo("a"), linkTo("b"), linkTo("c")];
  const honest = [makeView("b", ["x", "c"]), makeView("c", ["x", "b"])];
  const graph = known(links, [...honest, madeUp("a", 16)]);
  assert.deepEqual(standingOf(graph), { kind: "stays" });
  assert.deepEqual(
    graph.singleWays.map(({ id, cutsOff }) => [id, cutsOff.length]),
    [["a", 16]],
  );
  assert.equal(graph.nodes.get("x")?.claims.length, 2);
});

test("what is read of a stranger's views is capped, and each node counts once", () => {
  const link = (nodeId: unknown) => ({ nodeId, path: "direct", rttMs: 4 });
  const many = Array.from({ length: 300 }, (_, at) => link(`n${at}`));
  const items = Array.from({ length: 300 }, (_, at) => ({ nodeId: `v${at}`, at: 5, links: many }));
  const views = readViews({ items });
  assert.equal(views.length, viewsMax);
  assert.ok(views.every(({ links }) => links.length === claimsMax));
  const odd = readViews({
    items: [
      { nodeId: "a", at: 0, links: [link("x"), link("x"), link("a"), link(7), link(""), null] },
      { nodeId: "", links: [] },
      7,
    ],
  });
  assert.deepEqual(odd, [{ nodeId: "a", at: null, links: [{ nodeId: "x", path: "direct", rttMs: 4 }] }]);
});

test("sixty of the reported are drawn, those in trouble first; the rest is a number", () => {
  const links = Array.from({ length: 16 }, (_, at) => linkTo(`p${at}`));
  const all = Array.from({ length: 15 }, (_, at) => makeView(`p${at}`, [`s${at}`, `t${at}`].concat("shared")));
  const graph = known(links, [...all, madeUp("p15", 16), makeView("x", ["y"])]);
  assert.ok(reportedNodes(graph).length < reportedMax);
  const crowd = known(links, [...links.map(({ nodeId }) => madeUp(nodeId ?? "", 16))]);
  const { nodes, more } = pick(crowd);
  const drawn = nodes.filter(({ kind }) => kind === "reported").length;
  assert.equal(drawn, reportedMax);
  assert.equal(nodes.length - drawn, 17, "own peers and this node are always drawn");
  assert.equal([...more.values()].reduce((sum, count) => sum + count, 0), 256 - reportedMax);
  const some = pick(graph, 32).nodes.filter(({ kind }) => kind === "reported");
  const cut = new Set(graph.singleWays.flatMap(({ cutsOff }) => cutsOff));
  assert.equal(some.filter(({ id }) => cut.has(id)).length, 32);
});
