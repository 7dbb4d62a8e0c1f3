// SPDX-License-Identifier: Apache-2.0
// What neighbours tell of their links, between real nodes: each knows within seconds who is linked with whom, `skep mesh`
// shows it and finds the one way between two parts; who hides its view has no part in it.

import { Node, check, run, until } from "./lib/skep.mjs";

const hub = await new Node().start();
const join = async (more = []) => new Node({ args: ["--peer", `${hub.nodeId}@${hub.listen}`, ...more] }).start();
const operate = (node, wanted) =>
  node.call("/api/v1/operations", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(wanted) });
const views = async (node) =>
  Object.fromEntries((await node.get("/api/v1/views")).items.map((view) => [view.nodeId, view.links.map((link) => link.nodeId).sort()]));
const shown = async (node) => (await run(["mesh", "--data", node.data])).out;
const same = (left, right) => JSON.stringify(left) === JSON.stringify([...right].sort());

// Two who know only the hub, since they call nobody else: not even before they were told to.
async function joinQuietly() {
  const node = await new Node().start();
  check((await operate(node, { action: "autoconnect.off" })).status === 202, "it calls nobody by itself");
  const target = { nodeId: hub.nodeId, address: hub.listen };
  check((await operate(node, { action: "link.connect", target })).status === 202, "only the hub, by hand");
  return node;
}
const left = await joinQuietly();
const right = await joinQuietly();
await until("the hub hears of both that it is their only neighbour", 30000, async () => {
  const told = await views(hub);
  return same(told[left.nodeId] ?? [], [hub.nodeId]) && same(told[right.nodeId] ?? [], [hub.nodeId]);
});
await until("each hears of the hub's links", 30000, async () =>
  same((await views(left))[hub.nodeId] ?? [], [left.nodeId, right.nodeId]));
let text = await shown(hub);
check(/2 of 2 neighbours tell of their links/.test(text), "the hub shows what both tell");
check(/only\s+known\s+way\s+between\s+2\s+parts/.test(text), "and that it stands between them");
check(/Neither this node nor one of its links/.test((await shown(left)).replace(/\s+/g, " ")), "which a leaf cannot know of itself");
const item = (await left.get("/api/v1/views")).items[0];
check(item.at > 0 && item.links.every((link) => link.path === "lan" && (link.rttMs === null || link.rttMs >= 0)),
  "with its time, the paths and round trips");

// One that hides.
const hidden = await join(["--share-view=no"]);
await until("the one that hides is linked with the hub", 30000, async () =>
  (await hub.openLinks()).some((link) => link.nodeId === hidden.nodeId));
await until("the hub tells of it, as of any link of its own", 30000, async () =>
  ((await views(left))[hub.nodeId] ?? []).includes(hidden.nodeId));
text = await shown(hub);
check(/2 of 3 neighbours tell of their links/.test(text), "who hides says nothing");
check((await hidden.get("/api/v1/views")).items.length === 0, "and hears nothing");

// One that goes.
await right.kill();
await until("what it said is gone with it", 30000, async () => !(right.nodeId in (await views(hub))));
await until("and nobody tells of it any more", 30000, async () => !((await views(left))[hub.nodeId] ?? []).includes(right.nodeId));

for (const node of [left, hidden, hub]) check((await node.stop()).code === 0, "an orderly end");
