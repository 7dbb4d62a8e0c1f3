// SPDX-License-Identifier: Apache-2.0
// `skep doctor` at the bed of real nodes: one that is well, one whose beacon is down, one that was killed; a port that
// somebody has, a folder that cannot be written to, a damaged database, a wrong configuration.

import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Node, check, folder, program, run, until } from "./lib/skep.mjs";

/** What the doctor says: { code, steps, step(check, result), text }. */
async function examine(args) {
  const { code, out, err } = await run(["doctor", "--json", ...args], { env: { SKEP_CONFIG: "none" } });
  check(err === "", "the doctor says all it has to say as data");
  const { steps, result } = JSON.parse(out);
  return { code, steps, result, step: (name, wanted) => steps.find((one) => one.check === name && one.result === wanted) };
}

function config(text) {
  const place = folder();
  mkdirSync(place);
  const path = join(place, "skep.conf");
  writeFileSync(path, text);
  return path;
}

// A node that is well.
const first = await new Node({ args: ["--roles", "node,beacon"] }).start();
const others = [];
for (let i = 0; i < 3; i++) {
  const args = ["--beacon", `http://${first.serve}`, "--peer", first.listen, ...others.flatMap((node) => ["--peer", node.listen])];
  others.push(await new Node({ args }).start());
}
const well = others.at(-1);
await until("it has links enough, and its beacon answers", 30000, async () => {
  const { sources } = await well.get("/api/v1/rendezvous");
  return (await well.openLinks()).length >= 3 && sources.some((one) => one.kind === "beacon" && one.state === "ok");
});
let healthy;
await until("the doctor finds it well", 30000, async () => (healthy = await examine(["--data", well.data])).code === 0);
check(healthy.result === "ok", "a node that is well: exit 0");
for (const name of ["config", "folder", "node", "ports", "beacons", "clock", "links", "events"]) {
  check(healthy.step(name, "ok") !== undefined, `${name}: ${healthy.step(name, "ok")?.text}`);
}
check(healthy.steps.filter((one) => one.check === "ports").length === 2, "API and links are looked at, each by itself");
const { code: saidCode, out: said } = await run(["doctor", "--data", well.data], { env: { SKEP_CONFIG: "none" } });
check(saidCode === 0 && /^✓ Node\n {2}process \d+ answers\n/m.test(said) && /All \d+ steps are well/.test(said), "in words, too");

// One peer, from both ends, and one that nobody has heard of.
const peer = others[0];
let ofPeer;
await until("the doctor hears of a link's other end", 30000, async () => {
  ofPeer = await examine([peer.nodeId, "--data", well.data]);
  return ofPeer.step("view", "ok") !== undefined;
});
check(ofPeer.code === 0 && ofPeer.result === "ok", "a peer that is well linked: exit 0");
for (const name of ["block", "controls", "known", "address", "link", "view", "far", "others"]) {
  check(ofPeer.steps.some((one) => one.check === name), `${name}: ${ofPeer.steps.find((one) => one.check === name)?.text}`);
}
/** The steps that hold what the other end says. */
const far = ({ steps }) => steps.filter((one) => one.check === "far");
const farStep = (examined, title) => far(examined).find((one) => one.title === title);
check(/(it answers|ago it answered): (we|it) called/.test(farStep(ofPeer, "Its end").text), farStep(ofPeer, "Its end").text);
check(/^it sees us at 127\.0\.0\.1:\d+/.test(farStep(ofPeer, "Our address").text), farStep(ofPeer, "Our address").text);
for (const title of ["Its clock", "Our place", "Its controls"]) check(farStep(ofPeer, title).result === "ok", farStep(ofPeer, title).text);
check((await peer.events("code=examined")).length > 0, "the other end tells its own caretaker that it was asked");
check((await well.events("code=doctor-done")).length > 0, "and this one that it was looked at");

// It may be asked again after a while; it says then what its controls are in the way of.
await run(["control", "pause.inbound", "--data", peer.data]);
let paused;
await until("the other end tells of its controls", 30000, async () => {
  paused = await examine([peer.nodeId, "--data", well.data]);
  return farStep(paused, "Its controls")?.result === "warning";
});
check(/it would turn our call away: paused/.test(farStep(paused, "Its controls").text) && paused.code === 3, farStep(paused, "Its controls").text);
await run(["control", "resume", "--data", peer.data]);

// Stopped: the link is there, and nobody answers. Then it goes on, and no harm was done.
const still = others[1];
const linkOf = async () => (await well.openLinks()).find((link) => link.nodeId === still.nodeId)?.id;
const before = await linkOf();
still.signal("SIGSTOP");
const silent = await examine([still.nodeId, "--data", well.data]);
check(/said nothing within 5 s, though the link is open/.test(far(silent)[0].text) && silent.code === 3, far(silent)[0].text);
check(/stopped/.test(far(silent)[0].advice), far(silent)[0].advice);
still.signal("SIGCONT");
let awake;
await until("it answers again", 30000, async () => {
  awake = await examine([still.nodeId, "--data", well.data]);
  return far(awake).length > 1;
});
check((await linkOf()) === before, "the late answer has not ended the link");

// Who does not answer is not asked, and does not ask.
const shy = await new Node({ args: ["--answer-doctor=no", "--peer", first.listen, "--peer", well.listen] }).start();
await until("it is linked", 20000, async () => (await well.openLinks()).some((link) => link.nodeId === shy.nodeId));
const refused = await examine([shy.nodeId, "--data", well.data]);
check(/answer-doctor = no there/.test(refused.step("far", "note").text) && refused.code === 0, refused.step("far", "note").text);
const shyAsks = await examine([well.nodeId, "--data", shy.data]);
check(/who does not answer does not ask/.test(shyAsks.step("far", "note").text), shyAsks.step("far", "note").text);
await shy.stop();

const { code: toldCode, out: told } = await run(["doctor", peer.nodeId, "--data", well.data], { env: { SKEP_CONFIG: "none" } });
check(toldCode === 0 && /^✓ Its end\n {2}(it answers|\d+ s ago it answered)/m.test(told), "in words, too");

await run(["block", "add", "--node", peer.nodeId, "--reason", "a test", "--data", well.data]);
const blocked = await examine([peer.nodeId, "--data", well.data]);
check(blocked.code === 3 && /blocks it, direction all: a test/.test(blocked.step("block", "problem").text), "a block is the first thing it says");
check(/not tried: a control or a block/.test(blocked.step("address", "note").text), "whom it blocks it does not call on either");
check(/ended because it is blocked/.test(blocked.step("link", "warning").text), blocked.step("link", "warning").text);
check(/only be asked over a link/.test(blocked.step("far", "note").text), blocked.step("far", "note").text);
check(blocked.step("far", "note").advice.includes(`skep connect ${peer.nodeId}`), "with the command that makes one");
const strange = await examine(["b".repeat(32), "--data", well.data]);
check(strange.code === 3 && /has not heard of it/.test(strange.step("known", "problem").text), "nor does it guess of who is not known");
const itself = await examine([well.nodeId, "--data", well.data]);
check(itself.code === 3 && /understood/.test(itself.step("visit", "problem").text), "a node is not its own peer");
for (const node of [first, ...others]) await node.stop();

// Its beacon is down, and it knows nobody.
const lonely = await new Node({ args: ["--beacon", `http://${first.serve}`] }).start();
await until("its beacon has failed", 30000, async () => (await lonely.events("code=beacon-fetch-error")).length > 0);
const ill = await examine(["--data", lonely.data]);
check(ill.code === 3 && ill.result === "degraded", "a node whose beacon is down: exit 3");
check(/did not answer: .*connect/i.test(ill.step("beacons", "problem").text), ill.step("beacons", "problem").text);
check(ill.step("beacons", "problem").advice.length > 0 && ill.step("links", "problem") !== undefined, "with what to do, and the links");
check(/cannot be reached/.test(ill.step("events", "warning").text), ill.step("events", "warning").text);

// Stopped: it is there and answers nobody.
lonely.signal("SIGSTOP");
const stopped = await examine(["--data", lonely.data]);
check(stopped.code === 5 && /is stopped/.test(stopped.step("node", "problem").text), stopped.step("node", "problem").text);
lonely.signal("SIGCONT");

// Killed: run.json is stale, the database is whole.
await lonely.kill();
const dead = await examine(["--data", lonely.data]);
check(dead.code === 5 && dead.result === "unreachable", "a node that was killed: exit 5");
check(/stale: process \d+, which wrote it, is gone/.test(dead.step("node", "problem").text), dead.step("node", "problem").text);
check(dead.step("database", "ok") !== undefined, "its database is looked at, and whole");

// Damaged while nobody looked.
const bytes = readFileSync(join(lonely.data, "skep.db"));
spawnSync("rm", ["-f", join(lonely.data, "skep.db-wal"), join(lonely.data, "skep.db-shm")]);
writeFileSync(join(lonely.data, "skep.db"), Buffer.concat([Buffer.from("no database"), bytes.subarray(11)]));
const damaged = await examine(["--data", lonely.data]);
check(/damaged/.test(damaged.step("database", "problem").text), damaged.step("database", "problem").text);

// Somebody has the port; the configuration says which.
const squatter = createServer().listen(0, "127.0.0.1");
await new Promise((resolve) => squatter.on("listening", resolve));
const { port } = squatter.address();
const taken = await examine(["--data", folder(), "--config", config(`[node]\nlisten = 127.0.0.1:${port}\n[api]\napi = 127.0.0.1:0\n`)]);
squatter.close();
check(taken.code === 5 && /is not there/.test(taken.step("folder", "problem").text), taken.step("folder", "problem").text);
check(
  new RegExp(`--listen 127.0.0.1:${port} is taken by .*\\(process ${process.pid}\\)`).test(taken.step("ports", "problem").text),
  taken.step("ports", "problem").text,
);

const wrong = await examine(["--data", folder(), "--config", config("[log]\nlog = loud\n")]);
check(/skep\.conf:2: .*loud/.test(wrong.step("config", "problem").text), wrong.step("config", "problem").text);

// A folder that its user cannot write to; root could, so it asks as another.
const place = mkdtempSync("/tmp/skep-doctor-");
process.on("exit", () => rmSync(place, { recursive: true, force: true }));
const closed = join(place, "closed");
mkdirSync(closed);
const nobody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
if (process.getuid() === 0) chownSync(closed, nobody.uid, nobody.gid);
chmodSync(place, 0o755);
chmodSync(closed, 0o500);
const asked = spawnSync(program, ["doctor", "--json", "--data", closed], {
  encoding: "utf8",
  env: { ...process.env, SKEP_CONFIG: "none" },
  ...nobody,
});
if (asked.error?.code === "EACCES") {
  console.log("SKIPPED: another user may not run the program where it was built, so no folder was closed to anybody");
} else {
  const step = JSON.parse(asked.stdout).steps.find((one) => one.check === "folder" && one.result === "problem");
  check(asked.status === 5 && /cannot be written to: Permission denied/.test(step.text), step.text);
}
const { code: helpless } = await run(["doctor", "somebody"]);
check(helpless === 2, "what is no id: exit 2");
process.exit(0);
