// SPDX-License-Identifier: Apache-2.0
// A node that never needs WebRTC does not carry it: the program is not linked with what the module brings along, and
// the module, which has copies of some of our files, shows nothing of them.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { conclude } from "./sources.mjs";

const build = process.argv[2];
const run = (program, ...args) => execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26 });
const complaints = [];

const linked = run("ldd", join(build, "skep")).split("\n").map((line) => line.trim());
for (const line of linked.filter((one) => /^lib(nice|usrsctp|glib|gio|gobject)/.test(one)))
  complaints.push(`skep: is linked with ${line.split(" ")[0]}, which only the module may bring`);

const exported = run("nm", "-D", "--defined-only", join(build, "libskep_webrtc.so")).split("\n").filter(Boolean);
const names = exported.map((line) => line.split(" ").at(-1)).filter((name) => !/^_|asan|tsan|ubsan/.test(name));
for (const name of names.filter((one) => one !== "skep_webrtc_module")) complaints.push(`libskep_webrtc.so: shows ${name}`);
if (!names.includes("skep_webrtc_module")) complaints.push("libskep_webrtc.so: does not show its door, skep_webrtc_module");

// What it wants of ours it has to have a copy of: the program shows it nothing.
const symbols = (file, ...args) => run("nm", ...args, join(build, file)).split("\n").filter(Boolean).map((line) => line.split(" ").at(-1));
const ours = new Set(symbols("skep", "--defined-only").filter((name) => !/^_|asan|tsan|ubsan/.test(name)));
for (const name of symbols("libskep_webrtc.so", "-D", "--undefined-only").filter((one) => ours.has(one.split("@")[0])))
  complaints.push(`libskep_webrtc.so: wants ${name} of ours, and has no copy of it`);

conclude("module", linked.length + exported.length, complaints);
