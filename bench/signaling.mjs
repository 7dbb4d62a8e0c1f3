// SPDX-License-Identifier: Apache-2.0
// Our signaling server beside npm peer, the reference of its protocol, by turns: messages that pass from client to client,
// and what ten thousand clients cost that only send their heartbeats.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Node, freePort, pause, until } from "../tests/integration/lib/skep.mjs";

const script = fileURLToPath(new URL("../tests/interop/node_modules/peer/dist/bin/peerjs.js", import.meta.url));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const thousands = (n) => Math.round(n).toLocaleString("en");
const resident = (pid) => Number(/^Rss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) * 1024;
const cpuSeconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

async function startOurs(clients) {
  const node = await new Node({ args: ["--roles", "signaling", "--log", "warn", "--signaling-clients-max", String(clients)] }).start();
  return { pid: node.pid, port: Number(node.serve.split(":").at(-1)), stop: () => node.stop() };
}

async function startReference(clients) {
  const port = await freePort();
  const child = spawn(process.execPath, [script, "--port", port, "--host", "127.0.0.1", "--path", "/", "--concurrent_limit", clients], { stdio: "ignore" });
  process.on("exit", () => child.kill("SIGKILL"));
  await until("npm peer answers", 15000, async () => (await fetch(`http://127.0.0.1:${port}/`)).status === 200);
  return { pid: child.pid, port, stop: () => new Promise((done) => (child.on("exit", done), child.kill("SIGTERM"))) };
}

/** The smoke form does without the reference where its packages are not installed. */
function startBoth(isSmoke, clients) {
  if (existsSync(script)) return Promise.all([startOurs(clients), startReference(clients)]);
  if (!isSmoke) throw new Error("npm peer is not installed: run npm ci in tests/interop");
  return Promise.all([startOurs(clients)]);
}

async function relaying(judge, { load, isSmoke, runs, seconds }) {
  const servers = await startBoth(isSmoke, 5000);
  for (const pairs of isSmoke ? [1] : [1, 16, 64]) {
    const results = servers.map(() => []);
    for (let run = 0; run < runs; run++) {
      servers.forEach(({ port, pid }, i) => {
        const before = cpuSeconds(pid);
        const result = JSON.parse(execFileSync(load, ["--port", port, "--pairs", pairs, "--seconds", seconds].map(String), { encoding: "utf8" }));
        results[i].push({ ...result, cpuUs: ((cpuSeconds(pid) - before) * 1e6) / result.relayed });
      });
    }
    const of = (i, figure) => (results[i] === undefined ? NaN : median(results[i].map((result) => result[figure])));
    const ratio = of(0, "perSecond") / of(1, "perSecond");
    const about = (i) => `${thousands(of(i, "perSecond"))}/s, p99 ${(of(i, "p99Us") / 1000).toFixed(2)} ms, ${of(i, "cpuUs").toFixed(0)} us of CPU each`;
    judge(`signaling, messages of 1.5 KB passed on, ${pairs} pair${pairs === 1 ? "" : "s"}`, about(0), `npm peer: ${about(1)}`, ratio.toFixed(2),
      pairs === 1 ? "no budget" : ">= 1.8", pairs === 1 || ratio >= 1.8); // one pair measures how fast a process wakes up
  }
  for (const server of servers) await server.stop();
}

/** What each of so many clients adds to a server. */
async function cost(load, server, clients) {
  const before = resident(server.pid);
  const child = spawn(load, ["--port", server.port, "--hold", clients].map(String), { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (bytes) => (said += bytes));
  const ended = new Promise((done) => child.on("exit", done));
  await until(`${clients} clients are in`, 70000, () => said.startsWith("held"));
  await pause(6000); // each has sent a heartbeat
  const after = resident(server.pid);
  child.stdin.end();
  await ended;
  return (after - before) / clients;
}

async function idling(judge, { load, isSmoke }) {
  const clients = isSmoke ? 100 : 10000;
  const servers = await startBoth(isSmoke, clients + 10);
  const costs = [];
  for (const server of servers) costs.push(await cost(load, server, clients));
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(2)} KB each`;
  judge(`signaling, ${thousands(clients)} clients that wait`, kilobytes(costs[0]), `npm peer: ${kilobytes(costs[1] ?? NaN)}`, (costs[0] / 6000).toFixed(2),
    "<= 1 of 6 KB", costs[0] <= 6000);
  for (const server of servers) await server.stop();
}

export async function signaling(judge, { generators, isSmoke, runs, seconds }) {
  const load = join(generators, "bench-signal_load");
  await relaying(judge, { load, isSmoke, runs, seconds });
  await idling(judge, { load, isSmoke });
}
