// SPDX-License-Identifier: Apache-2.0
// Ends of WebRTC that are seen from outside of the process: one that is killed is missed within seconds, though it never
// says so; a restart moves a transfer to new ports; a connection that rests costs next to nothing; and where the module
// or a library of it is missing, that is said with what to do.
//
//   node rtc_ends.mjs SKEP RTC_END

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { meet, part } from "./lib/rtc_end.mjs";
import { check, pause } from "./lib/skep.mjs";

const [, , , program] = process.argv;
const both = { a: { args: ["--loopback"] }, b: { args: ["--loopback"] } };

const switches = (pid) =>
  execFileSync("sh", ["-c", `cat /proc/${pid}/task/*/status`], { encoding: "utf8" })
    .split("\n").filter((line) => /^(non)?voluntary_ctxt_switches/.test(line)).reduce((sum, line) => sum + Number(line.split("\t")[1]), 0);

// At rest: SCTP's clock goes slowly, and nobody sends but ICE and its heartbeats.
{
  const ends = await meet(program, both);
  await pause(8000); // libnice's own checks go on for five
  const before = switches(ends[0].child.pid);
  await pause(4000);
  const perSecond = (switches(ends[0].child.pid) - before) / 4;
  check(perSecond < 15, `a connection that rests wakes its process ${perSecond.toFixed(1)} times a second`);

  ends[1].say("expect 2000");
  const received = ends[1].next("received", 60000);
  const offered = ends[0].next("sdp"), answered = ends[1].next("sdp");
  ends[0].say("send 2000 16384");
  ends[0].say("restart");
  await Promise.all([received, offered, answered]);
  check(true, "a restart in the middle of a transfer loses nothing");
  check((await part(ends)).every((code) => code === 0), "both ended with 0");
}

// Killed, one says nothing; the other finds out by itself.
{
  const [a, b] = await meet(program, both);
  const began = Date.now();
  const closed = b.next("closed", 40000);
  a.child.kill("SIGKILL");
  const [, how] = await closed;
  check(how === "lost", `an end whose other is killed calls it ${how} after ${Date.now() - began} ms`);
  check((await b.ended) === 0, "and ends with 0");
}

// The module beside the program is all there is to find; each way to miss it has its own sentence.
{
  const folder = mkdtempSync(join(tmpdir(), "skep-module-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, "rtc_end");
  const complaint = () => spawnSync(copy, ["offer"], { encoding: "utf8", input: "", timeout: 20000, env: { ...process.env, ASAN_OPTIONS: "detect_leaks=0" } }).stderr;
  copyFileSync(program, copy);
  const missing = complaint();
  check(missing.includes("libskep_webrtc.so is neither in") && missing.includes(folder), `without the module: ${missing.trim().slice(0, 120)}`);
  writeFileSync(join(folder, "libskep_webrtc.so"), "no library at all");
  check(/could not be loaded: .*libskep_webrtc\.so/.test(complaint()), "a module that is none is named");
  // A library that is not installed: the same file, asking for a name that nobody has.
  const bytes = readFileSync(join(program, "../libskep_webrtc.so"));
  const at = bytes.indexOf("libnice.so.10\0");
  bytes.write("libnice.so.99", at, "latin1");
  writeFileSync(join(folder, "libskep_webrtc.so"), bytes);
  const lacking = complaint();
  check(lacking.includes("install the package libnice10"), `without libnice: ${lacking.trim().slice(0, 120)}`);
}
process.exit(0);
