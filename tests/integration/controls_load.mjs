// SPDX-License-Identifier: Apache-2.0
// The caretaker's controls when nothing else works: 30 % of all packets with the swarm are lost, every processor is
// busy, every beacon hangs. Each isolate, block, pause, stop of signaling and disconnect is written down, answered, and
// seen in the very next look; and after kill -9 what was answered is there.
//
//   controls_load.mjs SKEP LINK_CROWD TIMES      TIMES of each of the five; the full form is 200

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { Crowd } from "./lib/crowd.mjs";
import { quantile, spread } from "./lib/figures.mjs";
import { Network, boundToUs } from "./lib/network.mjs";
import { check, pause, until } from "./lib/skep.mjs";

const times = Number(process.argv[4] ?? 200);
const LOSS = 0.3;
const CALLERS = 12; // a sixteenth of a node's places is for one prefix
const OTHERS = 3;
const SANITIZED = process.env.SKEP_SANITIZED === "1";
const WITHIN_MS = SANITIZED ? 5000 : 500;

const network = await Network.make();
const hosts = new Map();
const beaconNames = ["beacon1", "beacon2"];
const otherNames = Array.from({ length: OTHERS }, (_, i) => `other${i}`);
for (const name of [...beaconNames, "friend", ...otherNames, "node", "crowd"])
  hosts.set(name, await network.host(name));
const beacons = await Promise.all(beaconNames.map((name) => hosts.get(name).run({ args: ["--roles", "beacon"] })));
const sources = beaconNames.flatMap((name) => ["--beacon", `http://${hosts.get(name).address}:8781`]);
const friend = await hosts.get("friend").run({ args: sources });
const node = await hosts.get("node").run({
  args: [...sources, "--peer", `${friend.nodeId}@${hosts.get("friend").address}:8782`],
});
const others = await Promise.all(otherNames.map((name) => hosts.get(name).run({ args: sources })));
await until("the swarm is linked", 30000, async () => (await node.openLinks()).length === OTHERS + 1);

// Now everything goes wrong.
for (const beacon of beacons) beacon.signal("SIGSTOP");
hosts.get("node").cable.lose(LOSS);
const busy = Array.from({ length: availableParallelism() }, () =>
  spawn(boundToUs[0], [...boundToUs.slice(1), process.execPath, "-e", "for (;;);"], { stdio: "ignore" }));
process.on("exit", () => busy.forEach((child) => child.kill("SIGKILL")));
const crowd = new Crowd(process.argv[3], `${hosts.get("node").address}:8782`, {
  args: ["--links", CALLERS, "--cycles", 1000000, "--mesh", "none", "--timeout", 15000],
  wrap: hosts.get("crowd").wrap,
});

const took = new Map(); // what -> milliseconds
const ways = []; // what the way there and back takes by itself: a busy machine keeps everybody waiting
const failures = [];

/** Asks, and looks once: `seen` judges what the next GET of `path` says. Gives the operation. */
async function order(what, body, path, seen) {
  const setOut = performance.now();
  await node.call("/healthz");
  ways.push(performance.now() - setOut);
  const began = performance.now();
  const answer = await node.post("/api/v1/operations", body);
  const ms = performance.now() - began;
  took.set(what, [...(took.get(what) ?? []), ms]);
  const isDone = answer.status === 202 && answer.json.state === "applied";
  const look = await node.get(path);
  if (isDone && seen(look)) return answer.json;
  failures.push(`${what}: ${answer.status} ${answer.body} ${JSON.stringify(look).slice(0, 400)}`);
  return answer.json;
}

async function takeBack({ id }) {
  const answer = await node.post(`/api/v1/operations/${id}/revert`, {});
  if (answer.status !== 202) failures.push(`revert: ${answer.status} ${answer.body}`);
}

const openIds = (links) => links.items.filter((link) => link.state === "open").map((link) => link.nodeId);
const isOn = (name) => (controls) => controls.items.find((item) => item.name === name).on;
const isGone = (nodeId) => (links) => !openIds(links).includes(nodeId);

/** A peer of the crowd that the node has a link with just now. */
async function caller() {
  const { value } = await until("somebody of the crowd is linked", 60000, async () =>
    openIds(await node.get("/api/v1/links")).find((id) => crowd.opened.has(id)));
  return value;
}

const blocked = new Set();
let cut = 0;
for (let i = 0; i < times; i++) {
  const first = await caller();
  await order("disconnect", { action: "link.disconnect", target: { nodeId: first } }, "/api/v1/links", isGone(first));
  const second = await caller();
  blocked.add(second);
  await order("block", { action: "block.add", target: { nodeId: second } }, "/api/v1/links", isGone(second));
  const what = ["pause.inbound", "pause.outbound", "pause.all"][i % 3];
  await takeBack(await order("pause", { action: what }, "/api/v1/controls", isOn(what.replace(".", "-"))));
  await takeBack(await order("stop signaling", { action: "signaling.stop" }, "/api/v1/controls",
    (controls) => !isOn("signaling")(controls)));
}
for (let i = 0; i < times; i++) {
  await caller();
  cut += openIds(await node.get("/api/v1/links")).filter((id) => id !== friend.nodeId).length;
  await takeBack(await order("isolate", { action: "isolate.on" }, "/api/v1/links",
    (links) => openIds(links).every((id) => id === friend.nodeId)));
}

const all = [...took.values()].flat();
console.log(`${all.length} controls under ${100 * LOSS} % loss, ${busy.length} busy loops, every beacon stopped;`
  + ` ${crowd.openCount} links came, isolating cut ${cut}`);
for (const [what, values] of took) console.log(`  ${what}: ${values.length}, ${spread(values)}`);
console.log(`  all: ${spread(all)}; /healthz beside them: ${spread(ways)}`);
console.log(failures.slice(0, 5).join("\n"));
check(failures.length === 0, `${all.length} of ${all.length} were written down, answered, and seen in the next look`);
check(quantile(all, 0.99) < WITHIN_MS + quantile(ways, 0.99), `p99 under ${WITHIN_MS} ms, and the way there`);

await order("pause", { action: "pause.all" }, "/api/v1/controls", isOn("pause-all"));
await node.kill();
await node.start();
const kept = (await node.get("/api/v1/blocks")).items.map((block) => block.nodeId);
const areKept = kept.length === blocked.size && kept.every((id) => blocked.has(id));
check(areKept, `after kill -9 the ${blocked.size} blocks hold`);
check(isOn("pause-all")(await node.get("/api/v1/controls")), "and so does the pause");
await crowd.stop();
for (const child of busy) child.kill("SIGKILL");
for (const beacon of beacons) beacon.signal("SIGCONT");
for (const one of [...others, friend, node, ...beacons]) check((await one.stop()).code === 0, "an orderly end");
process.exit(0);
