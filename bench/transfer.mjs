// SPDX-License-Identifier: Apache-2.0
// Files from one node to another, beside what others need for the same bytes on the same disk, by turns: a large one
// beside curl from nginx over TLS 1.3 with a sync behind it (and aria2, rsync and syncthing, where they are installed), ten
// thousand small ones beside rsync with a sync behind it (and syncthing). Ours end when all is verified, sealed and synced.
// SKEP_BULK_MIB: how large the large one is.

import { spawnSync } from "node:child_process";
import { closeSync, cpSync, linkSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { startNginx } from "../tests/integration/lib/nginx.mjs";
import { Node, until } from "../tests/integration/lib/skep.mjs";
import { hasSyncthing, syncthingOnce } from "./syncthing.mjs";

const MIB = 1024 * 1024;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

function timed(command, args) {
  const began = performance.now();
  const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error !== undefined) return null; // it is not installed
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${status} ${stderr}`);
  return performance.now() - began;
}

function writeRandom(path, mebibytes) {
  const file = openSync(path, "w");
  for (let i = 0; i < mebibytes; i++) writeSync(file, randomBytes(MIB));
  closeSync(file);
  return path;
}

async function publish(author, path) {
  const { body } = await author.call("/api/v1/files", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ path }),
  });
  return String(body).trim().split("\n").map((line) => JSON.parse(line)).filter(({ id }) => id !== undefined).map(({ id }) => id);
}

/** How long a node that has nothing takes until it holds all of them, and how much memory over idle. */
async function fetchAll(author, ids) {
  const getter = await new Node({ args: ["--peer", `${author.nodeId}@${author.listen}`, "--log", "warn"] }).start();
  await until("they are linked", 15000, async () => (await getter.openLinks()).length === 1);
  const peak = () => Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${getter.pid}/status`, "utf8"))[1]) / 1024;
  const before = peak();
  const began = performance.now();
  for (let i = 0; i < ids.length; i += 100) {
    await getter.call("/api/v1/files/fetch", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ids: ids.slice(i, i + 100) }),
    });
  }
  while ((await getter.get("/api/v1/content?limit=1")).held < ids.length) await new Promise((done) => setTimeout(done, 20));
  const took = performance.now() - began;
  const over = peak() - before;
  await getter.stop();
  rmSync(getter.data, { recursive: true, force: true });
  return { took, over };
}

/** In the suite's smoke form syncthing stays out: it takes seconds to find out that it is alone. */
const isQuick = process.env.SMOKE === "1" && process.env.SKEP_BULK_MIB === undefined;

/** The same by syncthing, with a sync behind it; null: it is not installed. */
async function bySyncthing(scratch, files, fill) {
  if (isQuick || !hasSyncthing()) return null;
  const place = mkdtempSync(join(scratch, "syncthing-"));
  const took = (await syncthingOnce(place, files, fill)) + timed("sync", ["-f", join(place, "got")]);
  rmSync(place, { recursive: true, force: true });
  return took;
}
const beside = (name, list) => (list.length === 0 ? `${name}: not run` : `${name}: ${seconds(median(list))}`);

async function large(judge, scratch, mebibytes, runs) {
  const path = writeRandom(join(scratch, "large"), mebibytes);
  const author = await new Node({ args: ["--log", "warn"] }).start();
  const ids = await publish(author, path);
  const nginx = await startNginx((at) => `
  sendfile on;
  server { listen 127.0.0.1:${at.tls} ssl; ssl_protocols TLSv1.3; ssl_certificate ${at.cert}; ssl_certificate_key ${at.key}; root ${scratch}; }`);
  const ours = [], curls = [], arias = [], rsyncs = [], syncthings = [];
  const out = join(scratch, "out");
  for (let i = 0; i < runs; i++) {
    rmSync(out, { force: true });
    const copied = timed("curl", ["-sk", "--tls13-ciphers", "TLS_AES_128_GCM_SHA256", "-o", out, `https://127.0.0.1:${nginx.tls}/large`]);
    curls.push(copied + timed("sync", [out]));
    rmSync(out, { force: true });
    const aria = timed("aria2c", ["-q", "--check-certificate=false", "--file-allocation=none", "-d", scratch, "-o", "out", `https://127.0.0.1:${nginx.tls}/large`]);
    if (aria !== null) arias.push(aria + timed("sync", [out]));
    rmSync(out, { force: true });
    const copy = timed("rsync", ["-W", path, out]);
    if (copy !== null) rsyncs.push(copy + timed("sync", [out]));
    rmSync(out, { force: true });
    if (i < 3) syncthings.push(...[await bySyncthing(scratch, 1, (folder) => linkSync(path, join(folder, "large")))].filter((one) => one !== null));
    ours.push(await fetchAll(author, ids));
  }
  await nginx.stop();
  await author.stop();
  const took = median(ours.map((one) => one.took)), plain = median(curls);
  const over = Math.max(...ours.map((one) => one.over));
  judge(`${mebibytes} MiB from node to node: verified, sealed, synced`, seconds(took),
    `curl from nginx over TLS 1.3, then sync: ${seconds(plain)}; ${[["aria2 from there", arias], ["rsync on one machine, unencrypted", rsyncs], ["syncthing, node to node", syncthings]].map(([name, list]) => beside(name, list)).join("; ")}`,
    (took / plain).toFixed(2), "<= 1.25", took <= 1.25 * plain);
  judge("its memory over idle, at the getter", `${over.toFixed(1)} MiB`, "limit 64 MiB", (over / 64).toFixed(2), "<= 1", over <= 64);
}

async function small(judge, scratch, count, runs) {
  const from = join(scratch, "small"), to = join(scratch, "copied");
  for (let i = 0; i < count; i++) {
    if (i < 100) mkdirSync(join(from, String(i)), { recursive: true });
    writeFileSync(join(from, String(i % 100), `f${i}`), randomBytes(4096));
  }
  const author = await new Node({ args: ["--log", "warn"] }).start();
  const ids = await publish(author, from);
  const ours = [], rsyncs = [], syncthings = [];
  for (let i = 0; i < runs; i++) {
    mkdirSync(to);
    const copied = timed("rsync", ["-a", from, to]);
    if (copied !== null) rsyncs.push(copied + timed("sync", ["-f", to]));
    rmSync(to, { recursive: true });
    syncthings.push(...[await bySyncthing(scratch, count, (folder) => cpSync(from, folder, { recursive: true }))].filter((one) => one !== null));
    ours.push((await fetchAll(author, ids)).took);
  }
  await author.stop();
  const took = median(ours), plain = rsyncs.length > 0 ? median(rsyncs) : null;
  judge(`${count.toLocaleString("en")} files of 4 KiB from node to node`, seconds(took),
    `${beside("rsync on one machine, then sync -f", rsyncs)}; ${beside("syncthing, node to node", syncthings)}`,
    plain === null ? "-" : (took / plain).toFixed(2), "<= 3", plain === null || took <= 3 * plain);
}

export async function transfer(judge, { folder, isSmoke, runs }) {
  const scratch = mkdtempSync(join(folder, "transfer-"));
  await large(judge, scratch, Number(process.env.SKEP_BULK_MIB ?? (isSmoke ? 8 : 1024)), isSmoke ? 1 : runs);
  await small(judge, scratch, isSmoke ? 200 : 10000, isSmoke ? 1 : 3);
  rmSync(scratch, { recursive: true, force: true });
}
