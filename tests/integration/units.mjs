// SPDX-License-Identifier: Apache-2.0
// The units by systemd's own word: they are correct, their sandbox is tight, and what a node asks of the kernel is in the
// filter that they set. Needs systemd-analyze, and strace for the last; without them it says what it did not look at.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Node, check, folder, program, until } from "./lib/skep.mjs";

const EXPOSURE_MAX = 1.5; // of 10
const SKIPPED = 77;
const built = process.argv[3];
let skipped = false;

function skip(what) {
  console.log(`SKIPPED: ${what}`);
  skipped = true;
}

const has = (tool) => spawnSync(tool, ["--version"]).status === 0;

/** The unit with the program that was built in the place of the one that will be installed. */
function unitHere(kind) {
  const text = readFileSync(join(built, "systemd", kind, "skep.service"), "utf8");
  check(/^ExecStart=\/\S+\/skep run$/m.test(text), `${kind}: it starts the installed program`);
  const place = folder();
  mkdirSync(place);
  const path = join(place, "skep.service");
  writeFileSync(path, text.replace(/^ExecStart=\S+/m, `ExecStart=${program}`));
  return { path, text };
}

function analyze(args) {
  const env = { XDG_RUNTIME_DIR: tmpdir(), ...process.env }; // a user's unit is not looked at without one
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["--no-pager", ...args], { encoding: "utf8", env });
  return { status, said: stdout + stderr };
}

/** The names in systemd's sets of system calls; a set may name others. */
function systemCalls() {
  const sets = new Map();
  let names = null;
  for (const line of execFileSync("systemd-analyze", ["--no-pager", "syscall-filter"], { encoding: "utf8" }).split("\n")) {
    const set = /^(@\S+)/.exec(line)?.[1];
    if (set !== undefined) sets.set(set, (names = []));
    const name = /^ {4}(@?[a-z0-9_-]+)$/.exec(line)?.[1];
    if (name !== undefined) names?.push(name);
  }
  const all = (set) => (sets.get(set) ?? []).flatMap((name) => (name.startsWith("@") ? all(name) : [name]));
  return all;
}

/** What `SystemCallFilter=` leaves, line by line: sets that are allowed, then sets that are taken away. */
function filterOf(text) {
  const all = systemCalls();
  const allowed = new Set();
  for (const [, without, set] of text.matchAll(/^SystemCallFilter=(~?)(@\S+)$/gm)) {
    const names = all(set);
    check(names.length > 0, `systemd knows ${set}`);
    for (const name of names) without ? allowed.delete(name) : allowed.add(name);
  }
  for (const name of all("@default")) allowed.add(name); // what the service manager itself always lets through
  return allowed;
}

/** Every system call of a node that starts, links, answers its API and stops. */
async function callsOfNode() {
  const trace = `${folder()}.strace`;
  const beacon = await new Node({ args: ["--roles", "node,beacon"] }).start();
  process.env.ASAN_OPTIONS = "detect_leaks=0"; // it cannot look for leaks while another program watches it
  const args = ["--beacon", `http://${beacon.serve}`, "--peer", beacon.listen, "--roles", "node,beacon"];
  const node = await new Node({ args, wrap: ["strace", "-f", "-D", "-qq", "-o", trace, "--"] }).start();
  await until("it is linked", 30000, async () => (await node.openLinks()).length > 0);
  await node.get("/api/v1/snapshot");
  check((await node.stop()).code === 0, "the node ends with 0");
  await beacon.stop();
  const calls = new Set();
  for (const line of readFileSync(trace, "utf8").split("\n")) {
    const name = /^\d+ +([a-z0-9_]+)\(/.exec(line)?.[1];
    if (name !== undefined) calls.add(name);
  }
  return calls;
}

if (!has("systemd-analyze")) {
  skip("no systemd-analyze here, so nobody has looked at the units");
  process.exit(SKIPPED);
}

const system = unitHere("system");
for (const [kind, unit] of [["system", system], ["user", unitHere("user")]]) {
  const { status, said } = analyze(["verify", "--man=no", ...(kind === "user" ? ["--user"] : []), unit.path]);
  const own = said.split("\n").filter((line) => line.includes("skep"));
  check(status === 0 && own.length === 0, `${kind}: systemd finds no fault in it${own.length > 0 ? `: ${own[0]}` : ""}`);
}

const { status, said } = analyze(["security", "--offline=true", `--threshold=${EXPOSURE_MAX * 10}`, system.path]);
const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(said)?.[1]);
check(status === 0 && exposure <= EXPOSURE_MAX, `its exposure is ${exposure} of 10, at most ${EXPOSURE_MAX}`);

if (!has("strace") || spawnSync("strace", ["-qq", "-o", "/dev/null", "true"]).status !== 0) {
  skip("no strace here (or it may not trace), so nobody has compared the node's system calls with the filter");
} else {
  const allowed = filterOf(system.text);
  const calls = await callsOfNode();
  if (process.getuid() === 0) allowed.add("fchown"); // SQLite's, which it only does for root; the unit has no root
  const foreign = [...calls].filter((name) => !allowed.has(name));
  check(calls.size > 30, `${calls.size} kinds of system calls were seen`);
  check(foreign.length === 0, `all of them pass the unit's filter${foreign.length > 0 ? `, but ${foreign}` : ""}`);
}
process.exit(skipped ? SKIPPED : 0);
