// SPDX-License-Identifier: Apache-2.0
// A beacon that is killed over and over while people announce: it is back in under a second, and knows everybody it
// said yes to, but for those of its last second.
//
//   node beacon_kill.mjs PROGRAM [TIMES]

import { spawn } from "node:child_process";
import { Node, check, freePort, pause } from "./lib/skep.mjs";
import { HttpSocket } from "./lib/http_socket.mjs";

const TIMES = Number(process.argv[3] ?? 25);
const COMMUNITIES = 20;
const PEERS = 40; // of each community in one life; a list holds 50
const PER_SECOND = 400;
const isSanitized = process.env.SKEP_SANITIZED === "1";
const BACK_MS_MAX = isSanitized ? 3000 : 1000;
const LAST_MS = isSanitized ? 2000 : 1000;
const script = new URL("./lib/busy_announcer.mjs", import.meta.url).pathname;

function announceUntilKilled(port) {
  const child = spawn(process.execPath, [script, port, COMMUNITIES, PEERS, PER_SECOND], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (bytes) => (out += bytes));
  const lines = new Promise((resolve) => child.on("close", () => resolve(out.trim().split("\n").filter((line) => line !== ""))));
  return { child, lines };
}

async function idsOf(port, community) {
  const socket = new HttpSocket(port, "127.0.0.1");
  const answer = await socket.ask(`GET /peers?community=${community} HTTP/1.1\r\nHost: b\r\n\r\n`);
  socket.close();
  return answer.status === 200 ? new Set(JSON.parse(answer.body).peers.map((envelope) => envelope.payload.peerId)) : null;
}

/** Milliseconds from the start of the process to its first answer. */
async function startAndAsk(node, port) {
  const began = Date.now();
  const started = node.start();
  for (;;) {
    if (await idsOf(port, "c0") !== null) break;
    await pause(5);
  }
  const ms = Date.now() - began;
  await started;
  return ms;
}

const port = await freePort();
const node = new Node({ args: ["--roles", "beacon", "--log", "warn", "--serve", `127.0.0.1:${port}`] });
let slowest = 0, kept = 0, lost = 0;
await startAndAsk(node, port);
for (let round = 1; round <= TIMES; round++) {
  const announcer = announceUntilKilled(String(port));
  await pause(1200 + ((round * 397) % 900));
  const killedAt = Date.now();
  await node.kill();
  const lines = await announcer.lines;
  slowest = Math.max(slowest, await startAndAsk(node, port));
  const lists = new Map();
  for (let i = 0; i < COMMUNITIES; i++) lists.set(`c${i}`, await idsOf(port, `c${i}`));
  for (const [community, id, at] of lines.map((line) => line.split(" "))) {
    const isThere = lists.get(community).has(id);
    if (isThere) kept++;
    else lost++;
    if (killedAt - Number(at) < LAST_MS || isThere) continue;
    check(false, `round ${round}: ${id}, announced ${killedAt - Number(at)} ms before the kill, is known after it`);
  }
  check(lines.length > 100, `round ${round}: ${lines.length} announced, back after ${slowest} ms at most so far`);
}
check(slowest < BACK_MS_MAX, `killed ${TIMES} times: back within ${slowest} ms, ${kept} known again, ${lost} of the last moments not`);
check((await node.stop()).code === 0, "an orderly end");
