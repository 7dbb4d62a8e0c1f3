// SPDX-License-Identifier: Apache-2.0
// Nodes behind masquerade: a closed one reaches the swarm by dialling out, nobody can dial it, and it comes to know that;
// one with a mapped port is dialled there, and finds its outer address out by itself; two in one household find each
// other by their private addresses.

import { Network } from "./lib/network.mjs";
import { check, fail, isOneMesh, until } from "./lib/skep.mjs";

const network = await Network.make();
const beacon = await network.host("beacon");
await beacon.run({ args: ["--roles", "beacon"] });
const args = ["--beacon", `http://${beacon.address}:8781`];

const open = await Promise.all(["open1", "open2", "open3"].map((name) => network.host(name)));
const closedHome = await network.home("closed");
const closed = await Promise.all(["left", "right"].map((name) => closedHome.host(name)));
const mappedHome = await network.home("mapped");
const mapped = await mappedHome.host("inside");
mappedHome.map(8782, mapped);

const openNodes = await Promise.all(open.map((host) => host.run({ args })));
// Bound to their private addresses, they tell them to everybody; only who lives nearby may dial them.
const closedNodes = await Promise.all(closed.map((host) => host.run({ args: [...args, "--listen", `${host.address}:8782`] })));
const mappedNode = await mapped.run({ args });
const nodes = [...openNodes, ...closedNodes, mappedNode];

const meshed = await until("all are one mesh", 60000, () => isOneMesh(nodes));
check(true, `open, closed and mapped nodes are one mesh after ${meshed.ms} ms`);

/** The open link that `node` shows with `peer`; null without one. */
async function linkWith(node, peer) {
  return (await node.openLinks()).find((link) => link.nodeId === peer.nodeId) ?? null;
}
for (const node of closedNodes) {
  const links = (await Promise.all(openNodes.map((one) => linkWith(one, node)))).filter(Boolean);
  check(links.length > 0, `a closed node is linked with ${links.length} of ${openNodes.length} open ones`);
  check(links.every((link) => link.direction === "inbound"), "a closed node was dialled by nobody outside");
  check(links.every((link) => link.address.startsWith(`${closedHome.address}:`)), "it is seen at its household's address");
}
const [left, right] = closedNodes;
const { value: near } = await until("the two of one household are linked", 20000, () => linkWith(left, right));
check(near.address.startsWith("192.168."), "the two of one household are linked by their private addresses");

const reachabilityOf = async (node) => (await node.get("/api/v1/node")).reachability.ipv4;

/** Everybody knows whether it can be dialled; meanwhile no closed node ever said that it can. */
async function areTested() {
  const closedStates = await Promise.all(closedNodes.map(async (node) => (await reachabilityOf(node)).state));
  if (closedStates.includes("public")) fail(new Error("a closed node is shown as public"));
  const others = await Promise.all([...openNodes, mappedNode].map(async (node) => (await reachabilityOf(node)).state));
  return others.every((state) => state === "public") && closedStates.every((state) => state === "private");
}
// The two of one household are tested at one address, which the others dial only so often: that takes a minute or two.
const tested = await until("each node knows whether it can be dialled", 180000, areTested);
check(true, `open and mapped nodes are public, closed ones private, after ${tested.ms} ms`);
const { seen } = await reachabilityOf(mappedNode);
check(seen === `${mappedHome.address}:8782`, "the mapped node is seen at its household's address");
await until("the others know the mapped node by that address", 30000, async () => {
  const known = (await openNodes[0].get("/api/v1/peers")).items.find((peer) => peer.nodeId === mappedNode.nodeId);
  return known?.addrs.includes(`${mappedHome.address}:8782`);
});
check(true, "the others know the mapped node by that address, which nobody had to tell it");

/** One of the world, who knows nobody else, dials that household's port; the link it gets, or null. */
async function dial(home) {
  const stranger = await network.host(`to${home.name}`);
  const node = await stranger.run({ args: ["--peer", `${home.address}:8782`] });
  const isThere = (link) => link.address === `${home.address}:8782` && link.direction === "outbound";
  const link = await until("a link", 8000, async () => (await node.openLinks()).find(isThere)).catch(() => null);
  await node.stop();
  return link?.value ?? null;
}
check((await dial(closedHome)) === null, "the closed household cannot be dialled");
check((await dial(mappedHome))?.nodeId === mappedNode.nodeId, "the mapped port leads to the node behind it");

const ends = await Promise.all(nodes.map((node) => node.stop()));
check(ends.every((end) => end.code === 0), "every node ended with 0");
process.exit(0);
