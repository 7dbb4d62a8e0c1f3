// SPDX-License-Identifier: Apache-2.0
// What goes over WebRTC: from process to process, from a node to another by a link that signaling made, and from a page in
// Chromium to `skep echo` and back. Beside it stand figures of the same libraries and the same browser on another day, from
// programs that did nothing else: they show the order of size, and are no budget.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { filesOf, writeFile } from "../tests/integration/lib/files.mjs";
import { meet, part } from "../tests/integration/lib/rtc_end.mjs";
import { Node, folder, program, until } from "../tests/integration/lib/skep.mjs";

const MIB = 1 << 20;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const interop = fileURLToPath(new URL("../tests/interop/", import.meta.url));

/** Two ends on two cores, messages of 16 KiB. */
async function processes(judge, { generators, runs, mebibytes, cpuSeconds }) {
  const REFERENCE = 130; // both ends in one thread of one process
  const size = 16384;
  const rates = [];
  let cpu = 0;
  for (let run = 0; run < runs; run++) {
    const args = ["--loopback"];
    const ends = await meet(join(generators, "bench-rtc_end"), { a: { args }, b: { args } });
    const spent = () => ends.reduce((sum, end) => sum + cpuSeconds(end.child.pid), 0);
    const before = spent();
    const received = ends[1].next("received", 120000);
    ends[1].say(`expect ${(mebibytes * MIB) / size}`);
    ends[0].say(`send ${(mebibytes * MIB) / size} ${size}`);
    const [, , bytes, us] = await received;
    cpu = (spent() - before) / mebibytes;
    rates.push(bytes / MIB / (us / 1e6));
    await part(ends);
  }
  const rate = median(rates);
  judge(`WebRTC, ${mebibytes} MiB in messages of 16 KiB from process to process`, `${rate.toFixed(0)} MiB/s`,
    `the libraries by themselves, on another day: ${REFERENCE} MiB/s; ${(cpu * 1000).toFixed(1)} ms of the cores for a MiB`,
    (rate / REFERENCE).toFixed(2), "no budget", true);
}

/** Two nodes that nobody can dial. */
async function nodes(judge, { runs, mebibytes }) {
  const server = await new Node({ args: ["--roles", "beacon,signaling", "--log", "warn"] }).start();
  const hidden = () => new Node({ args: ["--advertise", "none", "--signal", `http://${server.serve}/`, "--beacon", `http://${server.serve}`, "--log", "warn"] }).start();
  const [author, getter] = [await hidden(), await hidden()];
  const post = (node, path, body) => node.call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  await until("they are linked", 30000, async () => (await getter.openLinks())[0]?.transport === "webrtc");
  mkdirSync(dirname(folder()), { recursive: true });
  const rates = [];
  for (let run = 0; run < runs; run++) {
    const { body } = await post(author, "/api/v1/files", { path: writeFile(folder(), mebibytes * MIB, run), target: 1 });
    const { id } = body.trim().split("\n").map((line) => JSON.parse(line)).find((line) => line.id);
    const began = performance.now();
    await post(getter, "/api/v1/files/fetch", { ids: [id] });
    while ((await filesOf(getter)).get(id)?.state !== "held") await new Promise((done) => setTimeout(done, 10));
    rates.push(mebibytes / ((performance.now() - began) / 1000));
  }
  for (const node of [author, getter, server]) await node.stop();
  const rate = median(rates);
  judge(`WebRTC, a file of ${mebibytes} MiB from node to node, verified and synced`, `${rate.toFixed(0)} MiB/s`,
    "the lines above and below", "-", "no budget", true);
}

/** In the page: a connection of PeerJS in `raw`, so many messages of 64 KiB, until all have come back; seconds. */
async function echoed([host, port, id, messages]) {
  const peer = new window.Peer({ host, port, path: "/", config: { iceServers: [] } });
  await new Promise((done) => peer.on("open", done));
  const connection = peer.connect(id, { serialization: "raw", reliable: true });
  await new Promise((done) => connection.on("open", done));
  const channel = connection.dataChannel;
  const bytes = new Uint8Array(65536);
  let back = 0;
  const all = new Promise((done) => connection.on("data", ({ byteLength }) => (back += byteLength) === messages * bytes.length && done()));
  const began = performance.now();
  channel.bufferedAmountLowThreshold = 1 << 20;
  for (let sent = 0; sent < messages; sent++) {
    if (channel.bufferedAmount > 4 << 20) await new Promise((done) => channel.addEventListener("bufferedamountlow", done, { once: true }));
    channel.send(bytes);
  }
  await all;
  const seconds = (performance.now() - began) / 1000;
  peer.destroy();
  return seconds;
}

async function browser(judge, { runs, mebibytes }) {
  const REFERENCE = "27 to 41"; // MiB/s, one way at a time
  const server = await new Node({ args: ["--roles", "signaling", "--log", "warn"] }).start();
  const echo = spawn(program, ["echo", "--signal", `http://${server.serve}/`, "--id", "bench"], { stdio: ["ignore", "pipe", "inherit"] });
  process.on("exit", () => echo.kill("SIGKILL"));
  await new Promise((ready) => echo.stdout.on("data", (text) => /ready/.test(text) && ready()));
  const { openPeerjs } = await import(pathToFileURL(join(interop, "lib/peerjs_browser.mjs")).href);
  const chromium = await openPeerjs();
  const page = await chromium.page();
  const [host, port] = server.serve.split(":");
  const rates = [];
  for (let run = 0; run < runs; run++)
    rates.push(mebibytes / (await page.evaluate(echoed, [host, Number(port), "bench", mebibytes * 16])));
  await chromium.close();
  echo.kill("SIGTERM");
  await server.stop();
  const rate = median(rates);
  judge(`WebRTC, ${mebibytes} MiB in messages of 64 KiB from Chromium to skep echo and back at once`, `${rate.toFixed(0)} MiB/s each way`,
    `the same browser and libraries, one way, on another day: ${REFERENCE} MiB/s`, "-", "no budget", true);
}

export async function webrtc(judge, { generators, isSmoke, cpuSeconds }) {
  const runs = isSmoke ? 1 : 3;
  await processes(judge, { generators, runs, mebibytes: isSmoke ? 4 : 512, cpuSeconds });
  await nodes(judge, { runs, mebibytes: isSmoke ? 2 : 128 });
  if (isSmoke) return; // Chromium has tests of its own
  if (!existsSync(join(interop, "node_modules/peerjs"))) throw new Error("peerjs is not installed: run npm ci in tests/interop");
  await browser(judge, { runs, mebibytes: 32 });
}
