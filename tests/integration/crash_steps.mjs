// SPDX-License-Identifier: Apache-2.0
// A node that dies at each step that writing an operation down takes, in front of it, in the middle and behind it: when
// it comes back, things are as they were before or as they were asked to be, and what was answered is there.
//
//   crash_steps.mjs SKEP CRASH_AT.so KINDS      of operations; the full form is all, 6

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Node, check, pause } from "./lib/skep.mjs";

const STEPS_MAX = 60; // no operation takes so many
const QUIET_MS = 300; // what nobody waits for is written within a quarter of a second
const KILLED = 137;
const MOMENTS = [0, 1, 2]; // in front of a step, in the middle of it, behind it
const folder = mkdtempSync(join(tmpdir(), "skep-crash-"));
const file = openSync(join(folder, "orders"), "w+");
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const memory = Buffer.alloc(12);
const numbers = new Uint32Array(memory.buffer, memory.byteOffset, 3);
writeSync(file, memory, 0, 12, 0);

function order(steps, moment = 0) {
  numbers.set([steps, moment]);
  writeSync(file, memory, 0, 8, 0);
}

function orders() {
  readSync(file, memory, 0, 12, 0);
  return { left: numbers[0], taken: numbers[2] };
}

/** Nothing of before is still being written: the next step is the first of what is asked. */
async function quiet() {
  for (let taken = -1; taken !== orders().taken;) {
    ({ taken } = orders());
    await pause(QUIET_MS);
  }
}

const node = await new Node({
  args: ["--log", "error"],
  wrap: ["env", `LD_PRELOAD=${process.argv[3]}`, `SKEP_CRASH_ORDERS=${join(folder, "orders")}`,
    `ASAN_OPTIONS=${process.env.ASAN_OPTIONS ?? ""}:verify_asan_link_order=0`],
}).start();

const operate = (body) => node.post("/api/v1/operations", body);
const change = (verb) => node.post(`/api/v1/operations/${id}/${verb}`, {});
const switchIs = async (name) => (await node.get("/api/v1/controls")).items.find((item) => item.name === name).on;
const isBlocked = async () => (await node.get("/api/v1/blocks")).items.length === 1;
const target = { nodeId: "b".repeat(32) };
let id = null; // of the operation that is kept or taken back

async function done(body) {
  const answer = await operate(body);
  if (answer.status !== 202) throw new Error(`${JSON.stringify(body)}: ${answer.status} ${answer.body}`);
  id = answer.json.id;
}

// Each: how to get to before, what is asked, and whether it is so.
const kinds = [
  {
    what: "a switch is thrown",
    before: [{ action: "autoconnect.on" }],
    ask: () => operate({ action: "autoconnect.off" }),
    isNew: async () => !(await switchIs("autoconnect")),
  },
  {
    what: "one is thrown back",
    before: [{ action: "autoconnect.on" }, { action: "autoconnect.off" }],
    ask: () => change("revert"),
    isNew: () => switchIs("autoconnect"),
  },
  {
    what: "one for a time",
    before: [{ action: "resume" }],
    ask: () => operate({ action: "pause.all", forMs: 600000 }),
    isNew: () => switchIs("pause-all"),
  },
  {
    what: "one that waits is kept",
    before: [{ action: "isolate.off" }, { action: "isolate.on", confirmWithinMs: 600000 }],
    ask: () => change("confirm"),
    isNew: () => switchIs("isolate"),
  },
  {
    what: "a node is blocked",
    before: [{ action: "block.remove", target }],
    ask: () => operate({ action: "block.add", target }),
    isNew: isBlocked,
  },
  {
    what: "and not any more",
    before: [{ action: "block.add", target }],
    ask: () => operate({ action: "block.remove", target }),
    isNew: async () => !(await isBlocked()),
  },
];

/** One death; false: it lived, as there were not so many steps. Gives { answered, isNew }. */
async function dieAt(kind, step, moment) {
  for (const body of kind.before) await done(body);
  await quiet();
  order(step, moment);
  const answer = await kind.ask().catch(() => null);
  if (answer !== null && orders().left > 0) {
    order(0);
    if (answer.status !== 202) throw new Error(`${kind.what}: ${answer.status} ${answer.body}`);
    return null;
  }
  const { code } = await node.ended;
  if (code !== KILLED) throw new Error(`it ended with ${code}, not by us\n${node.log}`);
  order(0);
  await node.start();
  return { isAnswered: answer?.status === 202, isNew: await kind.isNew() };
}

for (const kind of kinds.slice(-Number(process.argv[4] ?? kinds.length))) {
  let deaths = 0;
  let news = 0;
  for (const moment of MOMENTS) {
    for (let step = 1; step < STEPS_MAX; step++) {
      const end = await dieAt(kind, step, moment);
      if (end === null) break;
      deaths++;
      news += end.isNew;
      if (end.isAnswered && !end.isNew) throw new Error(`${kind.what}: what was answered is lost (step ${step})`);
    }
  }
  check(news > 0 && news < deaths,
    `${kind.what}: died ${deaths} times, came back ${news} times as asked, ${deaths - news} times as before`);
}
check((await node.stop()).code === 0, "an orderly end");
closeSync(file);
process.exit(0);
