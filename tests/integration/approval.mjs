// SPDX-License-Identifier: Apache-2.0
// New peers that wait for the caretaker, and calls made by hand, between real processes and by the command line.

import { Node, check, freePort, run, until } from "./lib/skep.mjs";

const node = await new Node({ args: ["--listen", `127.0.0.1:${await freePort()}`] }).start(); // the same after a restart
const skep = (...words) => run([...words, "--data", node.data]);
const pending = async () => (await node.get("/api/v1/pending")).items;
const isLinked = async (peer) => (await node.openLinks()).some((link) => link.nodeId === peer.nodeId);
const call = (body) => node.call("/api/v1/operations", {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const operation = async (id) => (await node.get("/api/v1/operations")).items.find((item) => item.id === id);

check((await skep("control", "approval.on")).code === 0, "approval is on");
const guests = await Promise.all([1, 2].map(() => new Node({ args: ["--peer", `${node.nodeId}@${node.listen}`] }).start()));
await until("both wait", 10000, async () => (await pending()).length === 2);
check((await node.openLinks()).length === 0, "and nobody is linked");
await until("who waits knows why", 5000, async () =>
  (await guests[0].get("/api/v1/links")).items.some((link) => link.reason === "approval-pending"));
const first = (await pending())[0];
check(first.asks >= 1 && first.endsAt > Date.now() && first.userProof === "proven", "what is known of it is said");
const listed = await skep("approve");
check(guests.every((guest) => listed.out.includes(guest.nodeId)), "`skep approve` lists them");
await until("it is an alert to be known", 5000, async () =>
  (await node.get("/api/v1/alerts")).items.some((alert) => alert.code === "approval-waiting" && alert.level === "info"));

// Approving calls at once; the queue has one less within 5 s.
let began = Date.now();
check((await skep("approve", guests[0].nodeId)).code === 0, "one is approved");
await until("it is linked", 5000, () => isLinked(guests[0]));
check(!(await pending()).some((item) => item.nodeId === guests[0].nodeId), `and waits no more (${Date.now() - began} ms)`);
check((await skep("reject", guests[1].nodeId)).code === 0, "the other is rejected");
check((await pending()).length === 0, "and waits no more");
check(!(await isLinked(guests[1])), "without a link");

// After kill -9 both are as they were.
await node.kill();
await node.start();
await until("the approved one comes back", 60000, () => isLinked(guests[0]));
check((await pending()).length === 0, "the rejected one does not wait again");

// Blocking ends the waiting; when the block ends they wait again.
const third = await new Node().start();
check((await skep("connect", `${third.nodeId}@${third.listen}`)).code === 0, "a peer is called by hand");
await until("it is linked", 5000, () => isLinked(third));
check((await skep("connect", third.nodeId)).err.includes("link with it already"), "a second call says that there is one");
const gone = await call({ action: "link.disconnect", target: { nodeId: third.nodeId } });
check(gone.status === 202 && gone.json.canRevert, "it is disconnected, and that can be undone");
await until("it is gone", 1000, async () => !(await isLinked(third)));
check((await skep("disconnect", third.nodeId)).err.includes("no link with it"), "a second time there is nothing to end");
check((await node.call(`/api/v1/operations/${gone.json.id}/revert`, { method: "POST" })).status === 202, "undone");
await until("it is linked again", 15000, () => isLinked(third));
check((await operation(gone.json.id)).state === "reverted", "and the operation says so");

// Blocks and pauses are for calls by hand too; an inbound block is none.
check((await skep("block", "add", "--node", third.nodeId, "--direction", "out")).code === 0, "calls to it are blocked");
await until("it is gone", 1000, async () => !(await isLinked(third)));
check((await skep("connect", third.nodeId)).err.includes("blocked"), "also by hand");
check((await skep("block", "remove", "--node", third.nodeId)).code === 0, "not any more");
check((await skep("block", "add", "--node", third.nodeId, "--direction", "in")).code === 0, "it may not call us");
check((await skep("control", "pause.outbound")).code === 0, "outgoing links are paused");
check((await skep("connect", third.nodeId)).err.includes("controls forbid"), "and a call by hand is one");
check((await skep("control", "resume")).code === 0, "no more");
await until("then it can be called, although it may not call", 15000, async () =>
  (await isLinked(third)) || ((await skep("connect", third.nodeId)).code === 0 && (await isLinked(third))));
check((await skep("connect", "192.0.2.1")).code === 1, "what is neither an id nor an address is refused");
check((await skep("connect", "b".repeat(32))).err.includes("Nobody knows where"), "as is who lives nobody knows where");
// A block list from one node to another.
check((await skep("block", "add", "--node", "b".repeat(32), "--user", "u:x", "--for", "1h", "--reason", "a \"test\"")).code === 0,
  "a claim is blocked for an hour");
const blocks = await skep("block", "list", "--json");
const other = await new Node().start();
const imported = await run(["block", "import", "-", "--data", other.data], { input: blocks.out });
check(imported.code === 0 && imported.out.startsWith("2 blocked, 0 over already, 0 refused"), `another node takes it: ${imported.out}${imported.err}`);
const words = ({ items }) => JSON.stringify(items.map(({ kind, nodeId, userId, direction, reason }) => ({ kind, nodeId, userId, direction, reason })).sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1)));
const there = await other.get("/api/v1/blocks");
check(words(there) === words(JSON.parse(blocks.out)), "as it was");
check(there.items.some(({ endsAt }) => endsAt !== null && endsAt < Date.now() + 3600_000), "for as long as it had left");
check((await run(["block", "import", "-", "--data", other.data], { input: "{}" })).code === 1, "what is no list is refused");
process.exit(0);
