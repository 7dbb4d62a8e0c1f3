// SPDX-License-Identifier: Apache-2.0
// Twenty nodes and a beacon as real processes: they become one mesh, drop the dead, notice the stalled, and a node
// finds its way back from its own book when no beacon answers.

import { Node, check, isOneMesh, pause, until } from "./lib/skep.mjs";

const NODES = 20;

const beacon = await new Node({ args: ["--roles", "beacon"] }).start();
const nodes = Array.from({ length: NODES }, () => new Node({ args: ["--beacon", `http://${beacon.serve}`] }));
const began = Date.now();
await Promise.all(nodes.map((node) => node.start()));
await until("the nodes are one mesh", 20000, () => isOneMesh(nodes));
const mesh = Date.now() - began;
// Ten seconds is what the plain build is held to; sanitizers and a busy machine get twice that.
const meshLimit = process.env.SKEP_SANITIZED === "1" ? 20000 : 10000;
check(mesh < meshLimit, `20 nodes are one connected mesh after ${mesh} ms, starting them included`);

const dead = nodes.slice(0, 5);
const alive = nodes.slice(5);
const deadIds = new Set(dead.map((node) => node.nodeId));
await Promise.all(dead.map((node) => node.kill()));
const dropped = await until("nobody holds a link to a dead node", 10000, async () => {
  for (const node of alive) if ((await node.openLinks()).some((link) => deadIds.has(link.nodeId))) return false;
  return true;
});
check(true, `the others dropped five killed nodes within ${dropped.ms} ms`);
await until("the survivors are one mesh", 20000, () => isOneMesh(alive));

const stalled = alive[0];
const watchers = alive.slice(1);
await until("somebody is linked with the one that will stall", 10000, async () => (await stalled.openLinks()).length > 0);
stalled.signal("SIGSTOP");
const noticed = await until("the stalled node has no link", 25000, async () => {
  for (const node of watchers) if ((await node.openLinks()).some((link) => link.nodeId === stalled.nodeId)) return false;
  return true;
});
check(true, `a stopped process was noticed within ${noticed.ms} ms`);
stalled.signal("SIGCONT");
await until("it is linked again", 30000, async () => (await stalled.openLinks()).length > 0);

const returning = watchers[0];
await pause(1500); // the book is written at most a second late
await beacon.kill();
await returning.kill();
const started = Date.now();
await returning.start();
await until("the restarted node is linked", 5000, async () => (await returning.openLinks()).length > 0);
check(true, `with the beacon dead, a restarted node was linked ${Date.now() - started} ms after its start`);
const status = await returning.get("/api/v1/rendezvous");
check(status.sources.some((source) => source.kind === "beacon" && source.state !== "ok"), "its status says that the beacon does not answer");

const ends = await Promise.all([...watchers, stalled].map((node) => node.stop()));
check(ends.every((end) => end.code === 0), "every node ended with 0 after SIGTERM");
process.exit(0);
