// SPDX-License-Identifier: Apache-2.0
// A node with three signaling endpoints (real npm `peer`): the one in use is killed, and stopped, under load, and the next
// is in use within 3 s; all are down for a while, and the links stay; the caretaker stops, resumes and chooses, and takes
// it back. The last argument is how many seconds all are down: 20, and 300 for the full form.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Node, check, pause, run, until } from "./lib/skep.mjs";
import { PeerClient, PeerServer } from "./lib/peer_server.mjs";

const awaySeconds = Number(process.argv[3] ?? 20);
const within = process.env.SKEP_SANITIZED === "1" ? 8000 : 3000; // a machine that stood still counts anew

const servers = await Promise.all([1, 2, 3].map(() => new PeerServer().start()));
const [one, two, three] = servers;
const node = await new Node({ args: servers.flatMap(({ url }) => ["--signal", url]) }).start();
const friend = await new Node({ args: ["--peer", `${node.nodeId}@${node.listen}`] }).start();
await until("a link", 20000, async () => (await node.openLinks()).length === 1);
const [link] = await node.openLinks();

const panel = () => node.get("/api/v1/signaling");
const rowOf = async ({ url }) => (await panel()).endpoints.find((row) => row.url === url);
const isInUse = async ({ url }) => {
  const now = await panel();
  return now.state === "connected" && now.url === url;
};
const inUse = (server, ms = within) => until(`${server.url} is in use`, ms, () => isInUse(server));
const linkStays = async (what) => {
  const links = await node.openLinks();
  check(links.length === 1 && links[0].id === link.id && links[0].since === link.since, `${what}: the link stays`);
};
const metric = async (name) => {
  const { body } = await node.call("/metrics");
  const line = body.split("\n").find((text) => text.startsWith(name));
  return line === undefined ? null : Number(line.slice(line.lastIndexOf(" ")));
};
const cameIn = () => metric('skep_endpoint_messages_total{direction="inbound"}');

/** Two who offer to each other and to the node, all the time. */
async function load(server) {
  const clients = await Promise.all(["left", "right"].map((name) => new PeerClient(server, `${name}-${server.port}`).open()));
  const [left, right] = clients;
  left.keepOffering([right.id, node.nodeId], 5);
  right.keepOffering([left.id, node.nodeId], 5);
  return clients;
}
async function reaches(server) {
  const before = await cameIn();
  const client = await new PeerClient(server, `caller-${server.port}-${Date.now()}`).open();
  client.offer(node.nodeId);
  await until("an offer comes to the node", 3000, async () => (await cameIn()) > before);
  client.end();
}

await inUse(one, 10000);
const first = await panel();
check(first.why === "it is the first of the configuration" && first.endpoints.length === 3, "it says which one, and why");
check(first.endpoints[1].state === "standby" && first.endpoints[2].state === "standby", "the others stand by");
await reaches(one);
check(true, "whoever knows its id calls it there");

// The one in use dies under load.
const clients = await load(one);
await until("there is load", 5000, async () => (await cameIn()) > 100 && clients[0].count("OFFER") > 50);
one.signal("SIGKILL");
const killed = await inUse(two);
check(killed.ms <= within, `killed under load: the next one is in use after ${killed.ms} ms`);
await reaches(two);
await linkStays("killed");
const dead = await rowOf(one);
check(dead.failureStreak > 0 && dead.error !== null && dead.failedAt !== null, `it says why: ${dead.error}`);
check((await panel()).why === "those before it failed lately", "and why the other one");
check((await panel()).failoversToday === 1, "a failover is counted");

// The one in use stands still: its connection lives, and it says nothing.
const others = await load(two);
await until("there is load", 5000, () => others[0].count("OFFER") > 50);
two.signal("SIGSTOP");
const stopped = await inUse(three);
check(stopped.ms <= within, `standing still: the next one is in use after ${stopped.ms} ms`);
check(/silent for/.test((await rowOf(two)).error), "it says that it fell silent");
await reaches(three);
await linkStays("standing still");
two.signal("SIGCONT");
for (const client of [...clients, ...others]) client.end();
await one.start();

// One that takes connections and answers nothing does not hold the next one up.
two.signal("SIGSTOP");
const newcomer = await new Node({ args: [one, two, three].flatMap(({ url }) => ["--signal", url]) }).start();
const sees = async () => newcomer.get("/api/v1/signaling");
await until("it begins with the first", 10000, async () => (await sees()).url === one.url);
one.signal("SIGKILL");
const passed = await until("the third is in use", within, async () => (await sees()).url === three.url);
check(passed.ms <= within, `past one that hangs: another is in use after ${passed.ms} ms`);
check(/no answer within \d+\.\d s/.test((await sees()).endpoints[1].error), "and it says that the second did not answer");
await newcomer.stop();
two.signal("SIGCONT");
await one.start();

// The caretaker.
const act = async (action, more = {}) => {
  const answer = await node.post("/api/v1/operations", { action, ...more });
  if (answer.status !== 202) throw new Error(`${action}: ${answer.status} ${answer.body}`);
  return answer.json;
};
const undo = async ({ id }) => check((await node.post(`/api/v1/operations/${id}/revert`, {})).json.state === "reverted", "taken back");
const before = (await panel()).url;
const other = servers.find(({ url }) => url !== before && url !== two.url) ?? one;
const used = await act("signaling.use", { target: { endpoint: other.url } });
check(used.target.kind === "endpoint" && used.target.endpoint === other.url, "the operation says which endpoint");
await inUse(other);
check((await panel()).why === "you chose it" && (await rowOf(other)).chosen, "the caretaker's choice is used");
await undo(used);
check(!(await rowOf(other)).chosen, "and is no choice any more");
await until("one is in use after that", within, async () => (await panel()).state === "connected");
check((await node.post("/api/v1/operations", { action: "signaling.use", target: { endpoint: "ws://nobody.invalid/" } })).status === 404,
  "one that is not configured cannot be chosen");
const best = await act("signaling.use");
check(best.target.endpoint === null, "whichever is best can be asked for");
await undo(best);

const halted = await act("signaling.stop", { reason: "a test", forMs: 600000 });
await until("it is stopped", 1000, async () => (await panel()).state === "stopped");
const quiet = await panel();
check(quiet.stoppedBy === "signaling" && quiet.url === null && quiet.endpoints.every(({ state }) => state !== "in-use"),
  "stopped: no endpoint has the node");
await linkStays("stopped");
const seeker = await new PeerClient(servers.find(({ url }) => url !== two.url), "seeker").open();
seeker.offer(node.nodeId);
await until("nobody finds it there", 8000, () => seeker.count("EXPIRE") > 0);
seeker.end();
await node.kill();
await node.start();
check((await panel()).state === "stopped", "it is still stopped after kill -9");
await undo(halted);
await until("it is connected", 5000, async () => (await panel()).state === "connected");
const again = await act("signaling.stop");
await act("signaling.resume");
await until("resumed", 5000, async () => (await panel()).state === "connected");
check((await node.get("/api/v1/operations")).items.find(({ id }) => id === again.id).state === "superseded", "stop was superseded");
const paused = await act("pause.all");
const held = await panel();
check(held.state === "connected" && held.heartbeatOnly, "a pause of all stays known there, and no more");
await undo(paused);

// What worked last is what a restart begins with.
const last = servers.find(({ url }) => url !== one.url);
const chosen = await act("signaling.use", { target: { endpoint: last.url } });
await inUse(last);
await undo(chosen);
await until("one is in use", within, async () => (await panel()).state === "connected");
const kept = (await panel()).url;
await until("it is noted", 5000, () => readFileSync(join(node.data, "signaling.last"), "utf8").trim() === kept);
await node.kill();
await node.start();
await until("it is found where it was", 5000, async () => (await panel()).url === kept);

// All are away.
await until("the link is back", 90000, async () => (await node.openLinks()).length === 1);
[link.id, link.since] = [(await node.openLinks())[0].id, (await node.openLinks())[0].since];
for (const server of servers) server.signal("SIGKILL");
const downAt = Date.now();
await until("none is in use", within, async () => (await panel()).state !== "connected");
let waits = 0, tells = 0;
while (Date.now() - downAt < awaySeconds * 1000) {
  const now = await panel();
  waits = Math.max(waits, ...now.endpoints.map((row) => (row.nextAttemptAt === null ? 0 : row.nextAttemptAt - now.asOf)));
  tells += now.state === "waiting" && now.endpoints.every(({ error }) => error !== null) ? 1 : 0;
  await pause(250);
}
check(waits <= 60000, `no wait is over a minute (${waits} ms)`);
check(tells > 0, "the API says that none answers, what each failed of, and that each is tried again");
const alert = (await node.get("/api/v1/alerts")).items.find(({ code }) => code === "signaling-away");
check(alert?.level === "warn" && /Links stay/.test(alert.cause), `an alert: ${alert?.title}`);
await linkStays(`all away for ${awaySeconds} s`);
check((await node.events("code=signaling-away")).length > 0, "an event says so");
const shown = await run(["signaling", "--data", node.data]);
check(shown.code === 0 && /ENDPOINT/.test(shown.out) && shown.out.includes(one.url), "skep signaling shows them");
const doctor = await run(["doctor", "--data", node.data, "--json"]);
check(/did not answer/.test(doctor.out) && doctor.out.includes(two.url), "skep doctor names the endpoints that are away");
await two.start();
const back = await inUse(two, 65000);
check(true, `it recovers by itself, ${back.ms} ms after one is back`);
await reaches(two);
await linkStays("recovered");
const fine = JSON.parse((await run(["doctor", "--data", node.data, "--json"])).out);
check(fine.steps.some(({ check: about, title, result }) => about === "signaling" && title === "Endpoint 2" && result === "ok"),
  "skep doctor finds the one that is back");

// A server of ours believes an id of a node by its proof alone.
const own = await new Node({ args: ["--roles", "signaling"] }).start();
const member = await new Node({ args: ["--signal", `http://${own.serve}/`] }).start();
const memberIs = (state, ms) =>
  until(`the member is ${state}`, ms, async () => (await member.get("/api/v1/signaling")).state === state);
await memberIs("connected", 5000);
const [, port] = own.serve.split(":");
const thief = new PeerClient({ port }, member.nodeId);
await until("who has no proof is turned away", 5000, () => thief.count("ID-TAKEN") === 1);
thief.end();
await memberIs("connected", 1000);
member.signal("SIGSTOP");
await pause(300);
member.signal("SIGKILL");
await member.ended;
await member.start();
await memberIs("connected", 3000);
check((await member.get("/api/v1/signaling")).endpoints[0].failureStreak === 0, "a server of ours knows the node again at once");
check((await member.stop()).code === 0 && (await own.stop()).code === 0, "and both end well");

check((await node.stop()).code === 0 && (await friend.stop()).code === 0, "both end well");
for (const server of servers) server.signal("SIGKILL");
process.exit(0);
