// SPDX-License-Identifier: Apache-2.0
// What the architecture tests share: the floors, who may use whom, and the list of source files.

import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

export const root = process.env.SKEP_SOURCE_DIR ?? new URL("../..", import.meta.url).pathname;

/** A floor and the floors below it that it may include and link. */
export const floors = {
  base: [],
  crypto: ["base"],
  swarm: ["crypto", "base"],
  sim: ["swarm", "crypto", "base"],
  daemon: ["swarm", "crypto", "base"],
  cli: ["daemon", "sim", "swarm", "crypto", "base"],
};
export const pureFloors = ["base", "crypto", "swarm", "sim"];

/** Foreign headers, by their beginning, and the one place (or two) that may include them. */
export const foreignHeaders = [
  { header: /^uv(\.h|\/)/, folders: ["src/daemon/loop"] },
  { header: /^wslay\//, folders: ["src/daemon/websocket"] },
  { header: /^sqlite3\.h/, folders: ["src/daemon/store"] },
  { header: /^curl\//, folders: ["src/daemon/client"] },
  { header: /^openssl\//, folders: ["src/crypto", "src/daemon/link", "src/daemon/http/tls"] },
  { header: /^sodium(\.h|\/)/, folders: ["src/crypto"] },
  { header: /^(nice\/|glib|gio\/|usrsctp)/, folders: ["src/daemon/link/webrtc/thread"] },
];

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Every C file below src/, as { path, floor, text, lines }. */
export function sources() {
  return walk(join(root, "src"))
    .filter((path) => /\.[ch]$/.test(path))
    .sort()
    .map((path) => {
      const name = relative(root, path);
      return { path: name, floor: name.split("/")[1], text: readFileSync(path, "utf8") };
    });
}

export function includes(source) {
  return [...source.text.matchAll(/^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]/gm)].map((match) => ({
    isOurs: match[1] === '"',
    name: match[2],
  }));
}

/** Prints what was found and ends with the right status; a test that looked at nothing has failed too. */
export function conclude(what, looked, complaints) {
  for (const complaint of complaints) console.log(complaint);
  console.log(`${what}: ${looked} looked at, ${complaints.length} wrong`);
  process.exit(complaints.length > 0 || looked === 0 ? 1 : 0);
}
