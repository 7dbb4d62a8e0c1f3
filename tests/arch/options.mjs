// SPDX-License-Identifier: Apache-2.0
// Every option of defs/options.def is told of where people look: the operator's page, with its default and what a
// reload does, and the manual; which also knows every command, and the options of each.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { conclude, root } from "./sources.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const page = read("docs/operators/configuration.md");
const manual = read("packaging/man/skep.1").replaceAll("\\-", "-");
const options = [...read("defs/options.def").matchAll(/^OPTION\(\w+, "([^"]+)", \w+, \d+, (\w+), "[^"]*", "([^"]*)"/gm)];
const complaints = [];

for (const [, name, apply, fallback] of options) {
  const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
  const reload = apply === "LIVE" ? "at once" : "restart";
  if (row === undefined) complaints.push(`docs/operators/configuration.md: has no row for ${name}`);
  else if (!row.includes(`| ${fallback === "" ? "" : `\`${fallback}\``} | ${reload} |`) && !row.startsWith(`| \`${name}\` |  | ${reload} |`)) {
    complaints.push(`docs/operators/configuration.md: ${name} has the default "${fallback}" and changes with "${reload}"`);
  }
  if (!new RegExp(`--${name}\\b`).test(manual)) complaints.push(`packaging/man/skep.1: does not know --${name}`);
}

// The manual knows every command, and the options that each has of its own.
const commands = readdirSync(join(root, "src/cli")).filter((name) => /^command_\w+\.c$/.test(name));
for (const file of commands) {
  const source = read(`src/cli/${file}`);
  const [, command] = source.match(/struct command command_\w+ = \{\s*\.name = "([^"]+)"/);
  if (!new RegExp(`^\\.(B|BI|BR)\\b.*[ "]${command}\\b`, "m").test(manual)) complaints.push(`packaging/man/skep.1: does not know skep ${command}`);
  for (const [, option] of source.matchAll(/\{\.name = "([a-z-]+)",\s*(?:\.letter = '\w',\s*)?\.kind/g))
    if (!manual.includes(`--${option}`)) complaints.push(`packaging/man/skep.1: does not know --${option} of skep ${command}`);
}
conclude("options", options.length + commands.length, complaints);
