// SPDX-License-Identifier: Apache-2.0
// The house's manners, as far as a machine can see them; each message says what to do instead.

import { basename, dirname, join } from "node:path";
import { existsSync, readdirSync } from "node:fs";
import { conclude, root, sources } from "./sources.mjs";

const complaints = [];
const files = sources();

const bannedEverywhere = [
  [/\b(TODO|FIXME|XXX|HACK)\b/, "a stray work note; open an issue and say its number in a sentence"],
  [/\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|alloca)\s*\(/, "an unbounded or unchecked call"],
  [/\b(malloc|calloc|realloc|free)\s*\(/, "the heap has one door, base/memory.h", /^src\/base\/memory\.c$/],
  [/\b(rand|random|srand|drand48)\s*\(\)/, "dice come from a passed struct prng"],
  [/\bclock_gettime\s*\(/, "the clock is read in daemon/loop/clock.c alone", /^src\/daemon\/loop\/clock\.c$/],
  [/\bassert\s*\(/, "use must(), which stays on in release"],
  [/^typedef struct/m, "structs keep their own name"],
];
const bannedNames = /^(util|utils|common|misc|helper|helpers|manager|core|stuff)(\.|_|$)/;

function judge(file) {
  const name = basename(file.path);
  const lines = file.text.split("\n");
  if (!lines[0].startsWith("/* SPDX-License-Identifier: Apache-2.0 */")) complaints.push(`${file.path}: line 1 names the licence`);
  if (name.endsWith(".h") && lines[1] !== "#pragma once") complaints.push(`${file.path}: line 2 is #pragma once`);
  if (bannedNames.test(name)) complaints.push(`${file.path}: a file is about one noun; find its name`);
  for (const [pattern, lesson, excused] of bannedEverywhere) {
    if (excused?.test(file.path)) continue;
    const at = lines.findIndex((line) => pattern.test(line));
    if (at >= 0) complaints.push(`${file.path}:${at + 1}: ${lesson}`);
  }
  const long = lines.findIndex((line) => [...line].length > 120);
  if (long >= 0) complaints.push(`${file.path}:${long + 1}: longer than 120 columns`);
  if (lines.length > 700) complaints.push(`${file.path}: ${lines.length} lines; is it still about one thing?`);
}

for (const file of files) judge(file);

// A header that nobody includes is a dead file; a folder without a README has no door.
const all = files.map((file) => file.text).join("\n");
for (const file of files.filter((one) => one.path.endsWith(".h"))) {
  const name = file.path.slice("src/".length);
  if (!all.includes(`"${name}"`)) complaints.push(`${file.path}: nobody includes it`);
}
for (const folder of new Set(files.map((file) => dirname(file.path)))) {
  if (!existsSync(join(root, folder, "README.md"))) complaints.push(`${folder}: has no README.md (what it is, never does, where to start)`);
}
for (const folder of ["tests", "defs", "tools", "docs", "bench"]) {
  if (!readdirSync(join(root, folder)).includes("README.md")) complaints.push(`${folder}: has no README.md`);
}
conclude("tidy", files.length, complaints);
