// SPDX-License-Identifier: Apache-2.0
// The beacon of a swarm goes away and comes back: no link ends for it, every node says what is so, somebody new gets in
// by a peer he knows, and all announce themselves again without being asked to.
//
//   node beacon_away.mjs PROGRAM [SECONDS]

import { Node, check, freePort, isOneMesh, pause, run, until } from "./lib/skep.mjs";

const AWAY_MS = 1000 * Number(process.argv[3] ?? 25);
const NODES = 5;
const MESH_DECISIONS = new Set(["replaced", "view-full", "duplicate", "leaving"]);

const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const beacon = new Node({ args: ["--roles", "beacon", "--serve", `127.0.0.1:${port}`] });
await beacon.start();
const nodes = Array.from({ length: NODES }, () => new Node({ args: ["--beacon", url] }));
await Promise.all(nodes.map((node) => node.start()));
await until("the nodes are one mesh", 30000, () => isOneMesh(nodes));
await until("the beacon lists them all", 30000, async () => (await beacon.get("/api/v1/beacon")).entries === NODES);

/** Every link that ended, of every node, with its reason; those of the mesh itself apart. */
async function ends() {
  const all = [];
  for (const node of nodes) all.push(...(await node.events("code=link-closed&limit=200")).map((event) => event.context.reason));
  return { mesh: all.filter((reason) => MESH_DECISIONS.has(reason)), other: all.filter((reason) => !MESH_DECISIONS.has(reason)) };
}
const rendezvous = (node) => node.get("/api/v1/rendezvous");
const before = await ends();

await beacon.stop();
const wentAt = Date.now();
await until("every node says that no source answers", 30000, async () => {
  for (const node of nodes) if ((await rendezvous(node)).state !== "cache") return false;
  return true;
});
const status = await run(["status", "--data", nodes[0].data]);
check(/Rendezvous\s+cache/.test(status.out), `skep status: ${/Rendezvous.*/.exec(status.out)?.[0]}`);
const shown = await run(["rendezvous", "--data", nodes[0].data]);
check(/no source answers; peers come from this node's own book/.test(shown.out), "skep rendezvous says where peers come from");

const newcomer = await new Node({ args: ["--peer", nodes[0].listen, "--beacon", url] }).start();
await until("somebody new gets in by --peer, and knows the others", 20000, async () => (await newcomer.openLinks()).length >= 3);
nodes.push(newcomer);
await pause(Math.max(0, AWAY_MS - (Date.now() - wentAt)));
check(await isOneMesh(nodes), `${Math.round((Date.now() - wentAt) / 1000)} s without a beacon: one mesh of ${nodes.length}`);
const meanwhile = await ends();
check(meanwhile.other.length === before.other.length, `no link ended for another reason than the mesh's own (${meanwhile.mesh.length} of those)`);

await beacon.start();
const back = await until("every node's rendezvous works again", 75000, async () => {
  for (const node of nodes) if ((await rendezvous(node)).state !== "working") return false;
  return true;
});
const counts = await beacon.get("/api/v1/beacon");
check(counts.accepted + counts.repeated >= nodes.length && counts.entries === nodes.length, `the beacon has heard them all: ${JSON.stringify(counts)}`);
for (const node of nodes) {
  const codes = (await node.events("limit=200")).map((event) => event.code);
  check(codes.includes("rendezvous-fallback") && codes.includes("rendezvous-back"), "it told of both");
}
check(true, `all ${nodes.length} announce again ${back.ms} ms after the beacon's return, by themselves`);
const after = await ends();
check(after.other.length === before.other.length, "and still no link has ended for it");
for (const node of [...nodes, beacon]) check((await node.stop()).code === 0, "an orderly end");
