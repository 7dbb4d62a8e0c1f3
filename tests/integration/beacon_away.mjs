// SPDX-License-Identifier: Apache-2.0
// Five nodes whose beacon is killed, stays away for a while and returns on the same port with the same data:
//   node beacon_away.mjs PROGRAM [SECONDS]
// No link ends but by the mesh's own choice, the nodes say how things are, a new one joins by a peer's address, and all
// are announced again by themselves. From two minutes on every node has to have noticed; in less than that only those
// that had a reason to ask.

import { request } from "node:http";
import { Node, check, freePort, isOneMesh, pause, run, until } from "./lib/skep.mjs";

const awayMs = 1000 * Number(process.argv[3] ?? 20);
const ALL_NOTICE_MS = 90000; // a round's 66 s, and three tries
const NODES = 5;
const chosenByMesh = new Set(["replaced", "view-full", "duplicate"]);

const sourceOf = async (node) => (await node.get("/api/v1/rendezvous")).sources[0];
const stateOf = async (node) => (await node.get("/api/v1/rendezvous")).state;
const idsOf = (items) => items.map((item) => item.payload.peerId);
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

async function all(nodes, ask) {
  return (await Promise.all(nodes.map(ask))).every(Boolean);
}

/** What anybody gets who asks the beacon. */
function listed(serve) {
  return new Promise((resolve, reject) => {
    const query = request(`http://${serve}/peers?community=test`, (response) => {
      let text = "";
      response.on("data", (bytes) => (text += bytes));
      response.on("end", () => resolve(idsOf(JSON.parse(text).peers)));
    });
    query.on("error", reject);
    query.end();
  });
}

/** Every end of a link that the mesh did not choose, in words. */
async function unwantedEnds(nodes) {
  const ends = await Promise.all(nodes.map((node) => node.events("code=link-closed&limit=200")));
  return ends.flat().filter((event) => !chosenByMesh.has(event.context.reason)).map((event) => event.message);
}

async function checkLinks(nodes, when) {
  const ends = await unwantedEnds(nodes);
  check(ends.length === 0, `${when}: no link has ended but by the mesh's choice${ends.length > 0 ? `: ${ends}` : ""}`);
  check(await isOneMesh(nodes), `${when}: the nodes are one mesh`);
}

async function statusOf(node) {
  const { code, out } = await run(["status", "--data", node.data, "--json"]);
  return { code, status: JSON.parse(out) };
}

async function checkSaysSo(node, name) {
  const isFound = ({ status }) => status.alerts.items.some((item) => item.code === "beacon-silent");
  await until("its silence is a finding", 5000, async () => isFound(await statusOf(node))); // it takes two looks
  const { code, status } = await statusOf(node);
  const { state, reason, cacheSince, sources } = status.rendezvous;
  check(state === "cache" && cacheSince > 0 && /own book/.test(reason), `${name}: skep status --json says: ${state}, ${reason}`);
  check(code === 3 && isFound({ status }), `${name}: exit code ${code}, with the beacon's silence as a finding`);
  check(sources[0].state === "failing" && sources[0].failures.unreachable >= 3 && sources[0].nextAttemptAt > 0,
    `${name}: the beacon ${sources[0].reason} (${sources[0].failureStreak} times in a row), asked again in ${seconds(sources[0].nextAttemptAt - status.asOf)}`);
  const screen = await run(["status", "--data", node.data]);
  check(/Rendezvous +cache/.test(screen.out) && /no source answers/.test(screen.out), `${name}: and so does the screen`);
}

async function checkEvents(node, codes) {
  for (const code of codes) {
    const { out } = await run(["events", "--data", node.data, "--code", code, "--json"]);
    check(out.includes(`"${code}"`), `skep events tells ${code}`);
  }
}

const serve = `127.0.0.1:${await freePort()}`;
const beacon = await new Node({ args: ["--roles", "beacon", "--serve", serve] }).start();
const withBeacon = ["--beacon", `http://${serve}`];
const nodes = await Promise.all(Array.from({ length: NODES }, () => new Node({ args: withBeacon }).start()));
await until("the nodes are one mesh", 20000, () => isOneMesh(nodes));
await until("the beacon lists every node", 20000, () => all(nodes, async (node) => (await sourceOf(node)).listsUs));

await beacon.kill();
const goneAt = Date.now();
const joiner = await new Node({ args: [...withBeacon, "--peer", nodes[0].listen] }).start();
const everybody = [...nodes, joiner];
const joined = await until("the new node has three links", 20000, async () => (await joiner.openLinks()).length >= 3);
check(true, `a new node joined by --peer: three links after ${joined.ms} ms, without a beacon`);
const noticed = await until("the new node says that no source answers", 30000, async () => (await stateOf(joiner)) === "cache");
check(true, `it said so ${seconds(noticed.ms)} later`);
await checkSaysSo(joiner, "the new node");

if (awayMs >= ALL_NOTICE_MS) {
  await until("every node says so", goneAt + awayMs - Date.now(), () => all(nodes, async (node) => (await stateOf(node)) === "cache"));
  check(true, `every node said so ${seconds(Date.now() - goneAt)} after the beacon was gone`);
  await checkSaysSo(nodes[0], "an old node");
}
await pause(Math.max(0, goneAt + awayMs - Date.now()));
await checkLinks(everybody, `after ${seconds(Date.now() - goneAt)} without a beacon`);

const plans = await Promise.all(everybody.map(sourceOf));
const boundMs = Math.max(...plans.filter((plan) => plan.state === "failing").map((plan) => plan.nextAttemptAt)) - Date.now();
await beacon.start();
const backAt = Date.now();
check(beacon.serve === serve, `the beacon is back on ${serve}`);
const first = await until("somebody has announced", boundMs + 10000, async () => (await beacon.get("/api/v1/beacon")).announces > 0);
await until("every node is announced", boundMs + 10000, () =>
  all(everybody, async (node) => (await sourceOf(node)).listsUs && (await stateOf(node)) === "working"));
const ids = await listed(serve);
check(everybody.every((node) => ids.includes(node.nodeId)), "the beacon lists them all");
check(true, `the first announce came ${seconds(first.ms)} after the return, and all were through after ` +
  `${seconds(Date.now() - backAt)}, by themselves (planned: at most ${seconds(boundMs)})`);
await checkEvents(joiner, ["rendezvous-fetch-start", "beacon-fetch-error", "beacon-fetch-summary", "rendezvous-fetch-empty",
  "rendezvous-fallback", "rendezvous-back", "beacon-fetch-success"]);
await checkLinks(everybody, "with the beacon back");

const ends = await Promise.all([...everybody, beacon].map((node) => node.stop()));
check(ends.every((end) => end.code === 0), "every process ended with 0 after SIGTERM");
process.exit(0);
