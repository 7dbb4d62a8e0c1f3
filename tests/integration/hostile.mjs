// SPDX-License-Identifier: Apache-2.0
// A hostile peer does one wrong thing after another, many times in a row, dialling and being dialled: each is refused
// by its reason in the node's events, and neither memory nor descriptors grow.

import { execFile, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Node, check, until } from "./lib/skep.mjs";

const hostile = process.argv[3];
const times = Number(process.env.SKEP_HOSTILE_TIMES ?? 50);

const cases = [
  ["small-order", "identity"],
  ["wrong-id", "identity"],
  ["alpn", "version"],
  ["no-alpn", "version"],
  ["tls12", "tls-failed"],
  ["oversized", "too-large"],
  ["unknown-type", "protocol"],
  ["duplicate-member", "protocol"],
  ["second-hello", "protocol"],
];

function attack(args) {
  return new Promise((resolve, reject) => {
    execFile(hostile, args, { maxBuffer: 1 << 26 }, (error, out, err) => {
      if (error) reject(new Error(`${hostile} ${args.join(" ")}: ${error.message}\n${err}`));
      else resolve(out);
    });
  });
}

const refusedWith = (event, reasons) => reasons.split(" ").includes(event.context.reason);

async function countRefused(node, reasons) {
  const events = await node.events("limit=200");
  return events.filter((event) => ["link-refused", "connect-failed"].includes(event.code) && refusedWith(event, reasons)).length;
}

/** A node's process keeps its memory to itself, so only root may count its descriptors. */
function countDescriptors(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch (error) {
    if (error.code !== "EACCES") throw error;
    console.log("SKIPPED: descriptors are counted only when the tests run as root");
    return 0;
  }
}

function use(node) {
  const kib = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${node.pid}/status`, "utf8"))[1]);
  return { kib, descriptors: countDescriptors(node.pid) };
}

async function settled(node) {
  await until("every link is gone", 15000, async () => {
    return (await node.get("/api/v1/links")).items.every((link) => link.state === "closed");
  });
  return use(node);
}

// Inbound.
const node = await new Node().start();
// A first round fills every bounded table (the events, the links' rows); what counts is that a second adds nothing.
for (const [name] of cases) {
  await attack(["--to", node.listen, "--case", name, "--times", String(times), "--community", "test"]);
}
const before = await settled(node);
for (const [name, reasons] of cases) {
  await attack(["--to", node.listen, "--case", name, "--times", String(times), "--community", "test"]);
  const { value } = await until(`${name} is refused`, 5000, () => countRefused(node, reasons));
  check(value > 0, `${name}, inbound, ${times} times: refused with ${reasons} (${value} in the newest events)`);
}
const after = await settled(node);
check(after.descriptors <= before.descriptors + 2, `descriptors stayed flat: ${before.descriptors} before, ${after.descriptors} after`);
const growth = after.kib - before.kib;
// The sanitizers keep freed memory in quarantine, so only the plain build is held to it.
if (process.env.SKEP_SANITIZED === "1") console.log(`memory with sanitizers: ${before.kib} KiB before, ${after.kib} KiB after`);
else check(growth < 2048, `memory stayed flat: ${before.kib} KiB before, ${after.kib} KiB after`);
check((await node.stop()).code === 0, "the node ended with 0");

// A node that is not the one its caretaker named.
const stranger = await new Node().start();
const deceived = await new Node({ args: ["--peer", `${"a".repeat(32)}@${stranger.listen}`] }).start();
await until("a wrong nodeId is refused", 10000, () => countRefused(deceived, "identity"));
check(true, "another node than the one that was dialled: refused with identity by the node that dialled");
await until("the other end is told by an alert", 10000, () => countRefused(stranger, "tls-failed"));
check(true, "the node that was dialled reports tls-failed");
await Promise.all([stranger.stop(), deceived.stop()]);

// Outbound: the hostile side listens, the node dials it because its caretaker said so.
for (const [name, reasons] of cases) {
  const listener = spawn(hostile, ["--listen", "--case", name, "--times", "1", "--community", "test"], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: listener.stdout })[Symbol.asyncIterator]();
  const { port } = JSON.parse((await lines.next()).value);
  const dialler = await new Node({ args: ["--peer", `127.0.0.1:${port}`] }).start();
  const { value } = await until(`${name} is refused by the node that dialled`, 15000, () => countRefused(dialler, reasons));
  check(value > 0, `${name}, outbound: refused with ${reasons}`);
  listener.kill("SIGKILL");
  check((await dialler.stop()).code === 0, "the node ended with 0");
}
process.exit(0);
