// SPDX-License-Identifier: Apache-2.0
// A beacon under attack by a whole network, while one honest client announces: the client hardly notices, nobody's
// place is taken, memory stays within its cap, and every refusal is counted by its reason. Once as a beacon on this
// machine is by default, without a rate for loopback, and once with it.
//
//   node beacon_hostile.mjs PROGRAM [COUNT]

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Node, check } from "./lib/skep.mjs";
import { HttpSocket } from "./lib/http_socket.mjs";
import { announceBody, newKey, ticket } from "./lib/tickets.mjs";

const COUNT = Number(process.argv[3] ?? 50000);
const COMMUNITY = "honest-people";
const P99_MS_MAX = 50;
const ANONYMOUS_KIB_MAX = 64 * 1024;
const isSanitized = process.env.SKEP_SANITIZED === "1";
const script = (name) => new URL(`./lib/${name}.mjs`, import.meta.url).pathname;

function start(name, args) {
  const child = spawn(process.execPath, [script(name), ...args], { stdio: ["pipe", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (bytes) => (out += bytes));
  process.on("exit", () => child.kill("SIGKILL"));
  const ended = new Promise((resolve, reject) => child.on("exit", (code) =>
    code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`${name} ended with ${code}`))));
  return { child, ended };
}

function anonymousKib(pid) {
  return Number(/^Anonymous:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]);
}

async function attack(what, args) {
  const beacon = await new Node({ args: ["--roles", "beacon", "--log", "error", "--beacon-communities", COMMUNITY, ...args] }).start();
  const port = Number(beacon.serve.split(":").at(-1));
  const before = anonymousKib(beacon.pid);
  const victimKey = newKey();
  const victim = ticket(victimKey, "victim");
  const watcher = new HttpSocket(port, "127.0.0.3");
  check((await watcher.announce(COMMUNITY, announceBody(victim))).status === 200, `${what}: somebody has a place`);

  const honest = start("honest_announcer", [String(port), "127.0.0.2", COMMUNITY]);
  const began = Date.now();
  const hostile = start("hostile_announcer", [String(port), String(COUNT), COMMUNITY]);
  hostile.child.stdin.end(JSON.stringify({ victim }));
  const { sent, answers } = await hostile.ended;
  const seconds = (Date.now() - began) / 1000;
  honest.child.stdin.end();
  const told = await honest.ended;
  console.log(`${what}: ${COUNT} requests in ${seconds.toFixed(1)} s: ${JSON.stringify(answers)}`);
  console.log(`${what}: honest: ${JSON.stringify(told)}`);
  check(told.refused === 0, `${what}: every one of ${told.count} honest announces was taken`);
  check(told.p99 < P99_MS_MAX, `${what}: the honest client's p99 is ${told.p99} ms (p50 ${told.p50}, longest ${told.max})`);

  const list = JSON.parse((await watcher.ask(`GET /peers?community=${COMMUNITY} HTTP/1.1\r\nHost: b\r\n\r\n`)).body);
  const keyOf = (id) => list.peers.find((envelope) => envelope.payload.peerId === id)?.publicKey;
  check(keyOf("honest") === told.publicKey && keyOf("victim") === victimKey.publicKey, `${what}: both ids are still their owners'`);
  watcher.close();

  const counts = await beacon.get("/api/v1/beacon");
  const sum = Object.values(counts.refused).reduce((a, b) => a + b, 0);
  console.log(`${what}: counted: ${JSON.stringify(counts)}`);
  check(counts.communities <= 100 && counts.entries <= 20000, `${what}: ${counts.communities} communities, ${counts.entries} entries`);
  /* But for those whose asker made room for a newcomer while their signature was being checked. */
  const left = counts.announces - (counts.accepted + counts.repeated + counts.overRate + counts.flooded + sum);
  check(left >= 0 && left <= counts.announces / 100, `${what}: each of ${counts.announces} announces is counted once (${left} askers left)`);
  const kib = anonymousKib(beacon.pid);
  if (!isSanitized) check(kib < ANONYMOUS_KIB_MAX, `${what}: ${kib} KiB of anonymous memory, ${before} before`);
  return { beacon, counts, sent, answers };
}

{
  const { beacon, counts, sent, answers } = await attack("without a rate", []);
  const answered = (kind) => Object.entries(answers[kind]).reduce((sum, [status, n]) => sum + (status === "0" ? 0 : n), 0);
  /* Whoever made room for a newcomer may have been heard before. */
  const isCounted = (what, n, kind) =>
    check(n >= answered(kind) && n <= sent[kind], `${what}: ${n} counted, ${answered(kind)} answered, ${sent[kind]} sent`);
  const expected = {
    "json-syntax": "bad-json",
    MALFORMED: "no-ticket",
    SIGNATURE_INVALID: "forged",
    EXPIRED: "expired",
    PEER_ID_TAKEN: "taken-over",
    PEER_ID_MISMATCH: "taken-over-native",
    "community-name": "bad-community",
  };
  for (const [reason, kind] of Object.entries(expected)) isCounted(reason, counts.refused[reason] ?? 0, kind);
  isCounted("repeated", counts.repeated, "replayed");
  const figures = (await beacon.call("/metrics")).body;
  const dismissed = (kind) => Number(new RegExp(`^skep_http_refused_total\\{server="services",kind="${kind}"\\} (\\d+)`, "m").exec(figures)[1]);
  isCounted("body-too-large", dismissed("body-too-large"), "huge-body");
  isCounted("head-too-large", dismissed("head-too-large"), "huge-head");
  isCounted("not-http", dismissed("not-http"), "no-http");
  check(dismissed("evicted") > 0, `${dismissed("evicted")} connections made room for newcomers`);
  check((await beacon.stop()).code === 0, "an orderly end");
}
{
  const { beacon, counts } = await attack("with a rate", ["--beacon-rate-loopback"]);
  check(counts.overRate > 0, `${counts.overRate} requests were over their rate and cost nothing`);
  check((await beacon.stop()).code === 0, "an orderly end");
}
