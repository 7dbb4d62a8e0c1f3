// SPDX-License-Identifier: Apache-2.0
// A peer says it has a file, and lies about it in every way there is: nothing of that is believed or kept, what was
// wrong is refused by its name and lies in the quarantine (there it is told of, and thrown away), and another peer
// completes the file.
//
//   content_hostile.mjs SKEP CONTENT_LIAR

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { add, filesOf, hashOf, metricOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, until } from "./lib/skep.mjs";
import { nodeIdOfKey } from "./lib/tickets.mjs";

const program = process.argv[3];
const SIZE = 3 * 262144 + 5;

// What comes of each: `invalid`: nothing is asked of the liar for an hour, and what he sent is in the quarantine;
// `protocol`: his link is closed; `patience`: another is asked.
const lies = [
  ["garbage-manifest", "invalid"],
  ["forged-manifest", "invalid"],
  ["endless-manifest", "protocol"],
  ["wrong-list", "invalid"],
  ["wrong-chunk", "invalid"],
  ["longer-chunk", "protocol"],
  ["slice-out-of-order", "protocol"],
  ["unasked-slice", "protocol"],
  ["slices-twice", "protocol"],
  ["has-nothing", "patience"],
  ["silent-manifest", "patience"],
  ["stalled-chunk", "patience"],
];

const honest = await new Node().start();
const path = writeFile(folder(), SIZE, "hostile");
const [{ id }] = await add(honest, [path]);
const whole = await hashOf(path);
const honestUser = (await honest.get("/api/v1/node")).userKey;

function lie(name, victim) {
  const child = spawn(program, ["--from", honest.listen, "--to", victim.listen, "--file", id, "--lie", name, "--key", `${lies.findIndex(([one]) => one === name) + 1}`, "--timeout", "40000"]);
  const lines = [];
  let complaint = "";
  child.stderr.on("data", (text) => (complaint += text));
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line)));
  const ended = new Promise((resolve, reject) => {
    child.on("close", (code) => (code === 0 ? resolve(lines.at(-1)) : reject(new Error(`${name}: ${code} ${complaint}`))));
  });
  return { child, lines, ended };
}

const quarantineOf = (node) => {
  const place = join(node.data, "content", "quarantine");
  return existsSync(place) ? readdirSync(place) : [];
};

/** What the quarantine says of the lie, once a good copy is here to compare with; and that it can be emptied. */
async function lookAtQuarantine(name, victim, sender) {
  const settled = async () => {
    const { items } = await victim.get("/api/v1/quarantine");
    return items.length > 0 && items.every(({ firstDifference }) => firstDifference !== null) && items;
  };
  const { value: items } = await until(`${name}: a good copy says where it parts`, 12000, settled);
  const [entry] = items;
  const isManifest = name.endsWith("-manifest");
  check(entry.sender === sender && entry.signer === null && entry.actual !== entry.wanted, `${name}: who sent it, and that nobody signed it: ${entry.cause}`);
  const isRight = isManifest ? nodeIdOfKey(entry.expectedKey) === honest.nodeId : entry.expectedKey === honestUser;
  check(isRight, `${name}: whose signature it had to have; it parts at byte ${entry.firstDifference} of ${entry.size}`);
  check(isManifest === (entry.wanted === id), `${name}: what was wanted`);
  const panel = async () => (await victim.get("/api/v1/snapshot")).content.quarantine.count;
  check((await panel()) === items.length && (await metricOf(victim, "skep_content_quarantine_entries")) === items.length, `${name}: ${items.length} by the snapshot and the metrics`);
  const listed = await skep(victim, "quarantine");
  check(listed.code === 0 && listed.out.includes(entry.cause) && listed.out.includes(entry.wanted.slice(0, 12)), `${name}: skep quarantine lists it`);
  const gone = await skep(victim, "quarantine", ["remove", `${entry.number}`]);
  check(gone.code === 0 && (await panel()) === items.length - 1 && !quarantineOf(victim).includes(`${entry.number}`), `${name}: ${gone.out.trim()}`);
  const again = await skep(victim, "quarantine", ["remove", `${entry.number}`]);
  check(again.code === 1 && /Nothing lies in the quarantine/.test(again.err), `${name}: once`);
}

async function suffer(name, wanted) {
  const victim = await new Node().start();
  const liar = lie(name, victim);
  await until("the liar is linked", 60000, async () => (await victim.openLinks()).length === 1);
  await skep(victim, "get", ["--no-wait", id]);
  const said = await until(`${name} has its answer`, 25000, async () => {
    const events = await victim.events();
    if (wanted === "invalid") return events.find(({ code }) => code === "content-invalid");
    if (wanted === "protocol") return events.find(({ code, context }) => ["link-refused", "link-closed"].includes(code) && context.reason === "protocol");
    return liar.lines.some(({ lied }) => lied === 1);
  });
  if (wanted === "invalid") {
    await until(`${name} is in the quarantine`, 60000, () => quarantineOf(victim).length > 0);
    check(true, `${name}: "${said.value.message}", and ${quarantineOf(victim).length} in the quarantine`);
  } else if (wanted === "protocol") {
    check(quarantineOf(victim).length === 0, `${name}: "${said.value.message}"`);
  }
  const file = (await filesOf(victim)).get(id);
  check(file.state === "fetching" && (file.chunksHere ?? 0) === 0, `${name}: nothing of it counts as here`);
  await victim.post("/api/v1/operations", { action: "link.connect", target: { nodeId: honest.nodeId, address: honest.listen } });
  const { ms } = await until(`${name}: another completes it`, 90000, async () => (await filesOf(victim)).get(id).state === "held");
  const out = join(folder(), "out");
  mkdirSync(dirname(out));
  const got = await skep(victim, "get", [id, "-o", out]);
  if (got.code !== 0) throw new Error(`skep get: ${got.code} ${got.err}\n${victim.log.slice(-3000)}`);
  check((await hashOf(out)) === whole, `${name}: from an honest peer it is whole after ${ms} ms, bit by bit`);
  if (wanted === "invalid") await lookAtQuarantine(name, victim, said.value.context.nodeId);
  check((await victim.stop()).code === 0, "it ended with 0");
  const end = await liar.ended;
  check(end.lied > 0, `${name}: asked ${end.asked} times, lied ${end.lied} times, ${end.cancelled} taken back; it was told: ${end.goodbye} ${end.text}`);
}

// Those that only wait do it beside the others.
const waiting = lies.filter(([, wanted]) => wanted === "patience").map(([name, wanted]) => suffer(name, wanted));
for (const [name, wanted] of lies) if (wanted !== "patience") await suffer(name, wanted);
await Promise.all(waiting);
check((await honest.stop()).code === 0, "it ended with 0");
