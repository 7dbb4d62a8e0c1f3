// SPDX-License-Identifier: Apache-2.0
// The budgets of docs/contract.md that can be measured today, each beside a limit or a peer in the same run.
//
//   node bench/bench.mjs PROGRAM GENERATORS      the folder of bench-http_load and its like; `make bench` knows both
//     ONLY=announces,peers,memory,content,signaling,transfer,webrtc    some of them
//     MARKDOWN=1                     a table for docs/benchmarks.md
//     SMOKE=1                        tiny counts and no verdict: only whether all of it runs
//
// Ends with 1 when a budget is short.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Node, freePort, pause, until } from "../tests/integration/lib/skep.mjs";
import { HttpSocket } from "../tests/integration/lib/http_socket.mjs";
import { nginxProgram } from "../tests/integration/lib/nginx.mjs";
import { signaling as signalingBesidePeer } from "./signaling.mjs";
import { transfer as transferFiles } from "./transfer.mjs";
import { webrtc as overWebrtc } from "./webrtc.mjs";

const generators = process.argv[3];
const isSmoke = process.env.SMOKE === "1";
const only = process.env.ONLY?.split(",");
const scratch = mkdtempSync(join(tmpdir(), "skep-bench-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const ANNOUNCES = isSmoke ? 300 : 100000;
const CONNECTIONS = 16;
const RUNS = isSmoke ? 1 : 3;
const SECONDS = isSmoke ? 0.3 : 3;
const MIB = 1024 * 1024;

const rows = [];
function judge(what, measured, beside, ratio, wanted, isGood) {
  rows.push({ what, measured, beside, ratio, wanted, isGood });
  console.log(`${isSmoke ? "ran" : isGood ? "ok" : "SHORT"}: ${what}: ${measured}; ${beside}; ${ratio} (wanted ${wanted})`);
}

const generator = (name, ...args) =>
  execFileSync(join(generators, `bench-${name}`), args.map(String), { encoding: "utf8", maxBuffer: 1 << 30 });
const verifications = () => Number(generator("verify_rate", isSmoke ? 0.1 : 2));
function load(port, path, ...args) {
  const result = JSON.parse(generator("http_load", "--port", port, "--path", path, ...args));
  if (result.bad > 0 || result.done === 0) throw new Error(`${path}: ${result.bad} of ${result.done} answers were bad or never came`);
  return result;
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const thousands = (n) => Math.round(n).toLocaleString("en");
const portOf = (place) => Number(place.split(":").at(-1));

function memoryOf(pid) {
  const figure = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) * 1024;
  return { anonymous: figure("Anonymous"), resident: figure("Rss") };
}
/** Of the time of all cores since boot, in ticks: what the host gave to other machines, and all of it. */
function stolen() {
  const fields = readFileSync("/proc/stat", "utf8").split("\n")[0].split(/\s+/).slice(1, 9).map(Number);
  return { steal: fields[7], all: fields.reduce((sum, ticks) => sum + ticks, 0) };
}
const cpuSeconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

const startBeacon = () => new Node({ args: ["--roles", "beacon", "--log", "warn"] }).start();

function writeBodies(count, prefix) {
  const path = join(scratch, `${prefix}.jsonl`);
  const file = openSync(path, "w");
  execFileSync(join(generators, "bench-ticket_bodies"), [String(count), "600000", prefix], { stdio: ["ignore", file, "inherit"] });
  return path;
}

// ---- Announces: the signature is the limit ----

async function announces() {
  const beacon = await startBeacon();
  const bodies = writeBodies(ANNOUNCES, "fresh");
  const before = verifications();
  const cpuBefore = cpuSeconds(beacon.pid);
  const stolenBefore = stolen();
  const result = load(portOf(beacon.serve), "/announce", "--bodies", bodies, "--connections", CONNECTIONS, "--seconds", 120,
    "--must-have", '"ok":true');
  const cpu = (cpuSeconds(beacon.pid) - cpuBefore) / result.done;
  const { steal, all } = stolen();
  const share = (100 * (steal - stolenBefore.steal)) / (all - stolenBefore.all);
  const limit = (before + verifications()) / 2;
  const { accepted } = await beacon.get("/api/v1/beacon");
  await beacon.stop();
  if (accepted !== ANNOUNCES) throw new Error(`${accepted} of ${ANNOUNCES} were accepted`);
  const ratio = result.perSecond / limit;
  judge(`announces, ${thousands(ANNOUNCES)} distinct fresh tickets, ${CONNECTIONS} connections`, `${thousands(result.perSecond)}/s`,
    `${thousands(limit)} Ed25519 verifications/s on one core`, ratio.toFixed(2), ">= 0.55", ratio >= 0.55);
  judge("their p99", `${(result.p99Us / 1000).toFixed(1)} ms`, `p50 ${(result.p50Us / 1000).toFixed(1)} ms, ${share.toFixed(0)} % of the cores taken by the host`,
    `${(cpu * 1e6).toFixed(0)} us of the server's CPU each`, "< 5 ms", result.p99Us < 5000);
}

// ---- Lists: nginx with the same bytes is the peer ----

async function startNginx(body) {
  const port = await freePort();
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${scratch}/${name};`).join(" ");
  writeFileSync(join(scratch, "peers"), body);
  writeFileSync(join(scratch, "nginx.conf"), `worker_processes 1; daemon off; pid ${scratch}/nginx.pid; error_log ${scratch}/nginx.log;
${process.getuid() === 0 ? "user root;" : ""}
events { worker_connections 1024; }
http { access_log off; ${folders} sendfile on; tcp_nopush on; open_file_cache max=10; keepalive_requests 100000000;
  server { listen 127.0.0.1:${port}; root ${scratch}; default_type application/json; } }
`);
  const child = spawn(nginxProgram, ["-c", join(scratch, "nginx.conf")], { stdio: "ignore" });
  process.on("exit", () => child.kill("SIGTERM"));
  const probe = async () => {
    const socket = new HttpSocket(port, "127.0.0.1");
    const answer = await socket.ask("GET /peers HTTP/1.1\r\nHost: b\r\n\r\n");
    socket.close();
    return answer.status === 200;
  };
  await until("nginx answers", 5000, () => probe().catch(() => false));
  return { port, stop: () => new Promise((resolve) => (child.on("exit", resolve), child.kill("SIGTERM"))) };
}

async function peers() {
  const beacon = await startBeacon();
  const port = portOf(beacon.serve);
  load(port, "/announce", "--bodies", writeBodies(50, "listed"), "--connections", 1, "--seconds", 10, "--must-have", '"ok":true');
  const socket = new HttpSocket(port, "127.0.0.1");
  const { body } = await socket.ask("GET /peers HTTP/1.1\r\nHost: b\r\n\r\n");
  socket.close();
  if (JSON.parse(body).peers.length !== 50) throw new Error("the list does not hold 50 tickets");
  const nginx = await startNginx(body);
  for (const connections of [1, CONNECTIONS, 64]) {
    const ours = [], theirs = [];
    for (let run = 0; run < RUNS; run++) {
      ours.push(load(port, "/peers", "--connections", connections, "--seconds", SECONDS).perSecond);
      theirs.push(load(nginx.port, "/peers", "--connections", connections, "--seconds", SECONDS).perSecond);
    }
    const ratio = median(ours) / median(theirs);
    judge(`GET /peers, 50 tickets (${thousands(body.length)} bytes), ${connections} connection${connections === 1 ? "" : "s"}`,
      `${thousands(median(ours))}/s`, `nginx, the same bytes: ${thousands(median(theirs))}/s`, ratio.toFixed(2),
      connections === CONNECTIONS ? ">= 0.5" : "no budget", connections !== CONNECTIONS || ratio >= 0.5);
  }
  await nginx.stop();
  await beacon.stop();
}

// ---- Memory ----

async function memory() {
  const beacon = await startBeacon();
  const port = portOf(beacon.serve);
  const mib = (bytes) => `${(bytes / MIB).toFixed(1)} MiB`;
  await pause(1000);
  const idle = memoryOf(beacon.pid);
  judge("a beacon's memory, idle", `${mib(idle.anonymous)} anonymous, ${mib(idle.resident)} resident`, "limit 4 and 16 MB",
    `${(idle.anonymous / 4e6).toFixed(2)} and ${(idle.resident / 16e6).toFixed(2)}`, "<= 1", idle.anonymous <= 4e6 && idle.resident <= 16e6);
  // Of 100 places one is kept for mainnet and one for the node's own community.
  const communities = isSmoke ? 2 : 98, members = isSmoke ? 5 : 200;
  for (let i = 0; i < communities; i++) {
    load(port, `/announce?community=c${i}`, "--bodies", writeBodies(members, `member-${i}`), "--connections", 4, "--seconds", 60,
      "--must-have", '"ok":true');
    load(port, `/peers?community=c${i}`, "--connections", 1, "--seconds", 0.01);
  }
  const { entries } = await beacon.get("/api/v1/beacon");
  if (entries !== communities * members) throw new Error(`${entries} tickets are kept, not ${communities * members}`);
  const full = memoryOf(beacon.pid);
  judge(`a beacon's memory, ${communities} communities with ${thousands(entries)} tickets`, `${mib(full.resident)} resident`,
    `${mib(full.anonymous)} of it anonymous; limit 64 MB`, (full.resident / 64e6).toFixed(2), "< 1", full.resident < 64e6);
  await beacon.stop();
}

// ---- The content store: a large file, beside the same bytes written plainly and synced once ----

function content() {
  const mebibytes = isSmoke ? 4 : 1024;
  const rounds = [];
  for (let i = 0; i < RUNS; i++) {
    const folder = mkdtempSync(join(scratch, "content-"));
    const round = JSON.parse(generator("content_store", folder, mebibytes));
    rmSync(folder, { recursive: true });
    rounds.push({ ...round, ratio: round.writeMiB / round.plainMiB });
  }
  const ratio = median(rounds.map((round) => round.ratio));
  const { writeMiB, plainMiB, readMiB, commits } = rounds.find((round) => round.ratio === ratio);
  judge(`content, ${thousands(mebibytes)} MiB written, hashed, synced and claimed`, `${thousands(writeMiB)} MiB/s`,
    `written plainly and synced: ${thousands(plainMiB)} MiB/s; read back and hashed: ${thousands(readMiB)} MiB/s`,
    ratio.toFixed(2), "no budget", true);
  const putMs = median(rounds.map((one) => one.putMs)), walkMs = median(rounds.map((one) => one.walkMs));
  judge("content, 10,000 objects of 4 KiB and 10,000 of 700 B put and synced", `${thousands(putMs)} ms`,
    `10,000 of 4 KiB walked through: ${thousands(walkMs)} ms`, `${commits} commits`, "< 1,000 ms", putMs < 1000);
}

const signaling = () => signalingBesidePeer(judge, { generators, isSmoke, runs: isSmoke ? 1 : 7, seconds: isSmoke ? 0.3 : 1.5 });
const webrtc = () => overWebrtc(judge, { generators, isSmoke, cpuSeconds });
const transfer = () => transferFiles(judge, { folder: scratch, isSmoke, runs: 7 });

// ---- All of them ----

for (const [name, bench] of Object.entries({ announces, peers, memory, content, signaling, transfer, webrtc })) if (only === undefined || only.includes(name)) await bench();
if (process.env.MARKDOWN === "1") {
  console.log(`\nMeasured ${new Date().toISOString().slice(0, 10)} on ${cpus().length} cores (${cpus()[0].model.trim()}), loopback.\n`);
  console.log("| what | measured | beside, in the same run | ratio | wanted |\n|---|---|---|---|---|");
  for (const row of rows) console.log(`| ${row.what} | ${row.measured} | ${row.beside} | ${row.ratio} | ${row.wanted} |`);
}
process.exit(isSmoke || rows.every((row) => row.isGood) ? 0 : 1);
