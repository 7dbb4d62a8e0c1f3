// SPDX-License-Identifier: Apache-2.0
// Nodes behind masquerade: a closed one reaches the swarm by dialling out, and nobody can dial it; one with a mapped
// port is dialled there; two in one household find each other by their private addresses.

import { Network } from "./lib/network.mjs";
import { check, isOneMesh, until } from "./lib/skep.mjs";

const network = await Network.make();
const beacon = await network.host("beacon");
await beacon.run({ args: ["--roles", "beacon"] });
const args = ["--beacon", `http://${beacon.address}:8781`];

const open = await Promise.all(["open1", "open2"].map((name) => network.host(name)));
const closedHome = await network.home("closed");
const closed = await Promise.all(["left", "right"].map((name) => closedHome.host(name)));
const mappedHome = await network.home("mapped");
const mapped = await mappedHome.host("inside");
mappedHome.map(8782, mapped);

const openNodes = await Promise.all(open.map((host) => host.run({ args })));
// Bound to their private addresses, they tell them to everybody; only who lives nearby may dial them.
const closedNodes = await Promise.all(closed.map((host) => host.run({ args: [...args, "--listen", `${host.address}:8782`] })));
const mappedNode = await mapped.run({ args: [...args, "--advertise", `${mappedHome.address}:8782`] });
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

/** One of the world dials that household's port. */
async function dials(home) {
  const stranger = await network.host(`to${home.name}`);
  const node = await stranger.run({ args: ["--peer", `${home.address}:8782`] });
  const link = await until("a link", 8000, async () => (await node.openLinks())[0]).catch(() => null);
  await node.stop();
  return link?.value ?? null;
}
check((await dials(closedHome)) === null, "the closed household cannot be dialled");
const through = await dials(mappedHome);
check(through?.nodeId === mappedNode.nodeId, "the mapped port leads to the node behind it");

const ends = await Promise.all(nodes.map((node) => node.stop()));
check(ends.every((end) => end.code === 0), "every node ended with 0");
process.exit(0);
