// SPDX-License-Identifier: Apache-2.0
// Peers that connect and are disconnected over and over, half of them by the caretaker and half by themselves (by turns
// with a goodbye and without): descriptors, memory and wake-ups are in the end what they were near the beginning.
//
//   reconnect_cycles.mjs SKEP LINK_CROWD CYCLES      the full form is 10000

import { readdirSync, readFileSync } from "node:fs";
import { Crowd } from "./lib/crowd.mjs";
import { Node, check, pause, until } from "./lib/skep.mjs";

const cycles = Number(process.argv[4] ?? 10000);
const warmUp = Math.round(cycles / 10);
const WORKERS = 16;
const KEYS = 200; // they come back: the address book is to know them all before it is looked at
const OPERATIONS = 2048;
const AT_ONCE = 16;
const LINGER_MS = 2500; // a connection that is closed is waited for, for two seconds
const WINDOW_MS = 4000;
const CLOSED_KEPT_S = 30; // then a closed link is forgotten, which is a wake-up for each
const SANITIZED = process.env.SKEP_SANITIZED === "1"; // they keep freed memory in quarantine

const node = await new Node({ args: ["--log", "error"] }).start();

const read = (file) => readFileSync(`/proc/${node.pid}/${file}`, "utf8");
const number = (text, name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)[1]);

/** Every thread's, or what one wakes another for would not be seen. */
function wakeUps() {
  return readdirSync(`/proc/${node.pid}/task`)
    .map((task) => number(read(`task/${task}/status`), "\nvoluntary_ctxt_switches"))
    .reduce((sum, count) => sum + count, 0);
}

async function use() {
  await until("every link is gone", 30000, async () =>
    (await node.get("/api/v1/links")).items.every((link) => link.state === "closed"));
  await pause(LINGER_MS);
  const { length: closed } = (await node.get("/api/v1/links")).items;
  const before = wakeUps();
  await pause(WINDOW_MS);
  return {
    wakes: ((wakeUps() - before) * 1000) / WINDOW_MS,
    forgotten: closed / CLOSED_KEPT_S,
    descriptors: readdirSync(`/proc/${node.pid}/fd`).length,
    threads: readdirSync(`/proc/${node.pid}/task`).length,
    kib: number(read("smaps_rollup"), "Anonymous"),
  };
}

/** So many links: those that do not leave by themselves are disconnected as soon as they are open. */
async function live(count) {
  const refused = [];
  const asked = [];
  const crowd = new Crowd(process.argv[3], node.listen, {
    args: ["--links", WORKERS, "--cycles", count, "--keys", KEYS, "--leave-every", 2, "--mesh", "none", "--spread"],
    onOpen: (line) => {
      if (line.leaves) return;
      asked.push(node.post("/api/v1/operations", { action: "link.disconnect", target: { nodeId: line.nodeId } })
        .then((answer) => answer.status !== 202 && refused.push(answer.body)));
    },
  });
  const { code } = await crowd.over;
  await Promise.all(asked);
  if (code !== 0 || refused.length > 0) throw new Error(`the crowd ended with ${code}; ${refused[0]}`);
  const disconnected = crowd.ends.filter((line) => line.goodbye === "operator").length;
  const left = crowd.ends.filter((line) => line.opened && line.end === "open").length;
  return { opened: crowd.openCount, disconnected, left, others: count - disconnected - left };
}

/** What the caretaker did is kept, so many of them: the book of that is full before memory is looked at. */
async function fillBook() {
  const actions = Array.from({ length: AT_ONCE }, (_, i) => (i % 2 === 0 ? "autoconnect.off" : "autoconnect.on"));
  for (let i = 0; i < OPERATIONS / AT_ONCE; i++)
    await Promise.all(actions.map((action) => node.post("/api/v1/operations", { action })));
}

await fillBook();
const first = await live(warmUp);
const before = await use();
const began = Date.now();
const second = await live(cycles - warmUp);
const seconds = (Date.now() - began) / 1000;
const after = await use();

const disconnected = first.disconnected + second.disconnected;
const left = first.left + second.left;
console.log(`${first.opened + second.opened} links: ${disconnected} disconnected by the node, ${left} left,`
  + ` ${first.others + second.others} ended otherwise; ${((cycles - warmUp) / seconds).toFixed(0)} a second`);
for (const [name, one] of [[`after ${warmUp}`, before], [`after ${cycles}`, after]])
  console.log(`  ${name}: ${one.descriptors} descriptors, ${one.threads} threads, ${one.kib} KiB anonymous,`
    + ` ${one.wakes.toFixed(1)} wake-ups a second`);
check(disconnected >= 0.45 * cycles && left >= 0.45 * cycles, "half were disconnected, and half left");
check(after.descriptors <= before.descriptors + 2, "descriptors are flat");
check(after.threads === before.threads, "and so are threads");
if (SANITIZED) console.log("SKIPPED: memory is compared without the sanitizers");
else check(after.kib - before.kib < 1024, `memory is flat: ${after.kib - before.kib} KiB more`);
check(after.wakes - after.forgotten <= 1.2 * before.wakes + 2, "timers are flat: it wakes no more often");
check((await node.stop()).code === 0, "an orderly end");
process.exit(0);
