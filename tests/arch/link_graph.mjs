// SPDX-License-Identifier: Apache-2.0
// What the libraries really reference, from their symbols: no floor needs one that stands above it, and the pure
// floors call nothing of the system.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { conclude, floors, pureFloors } from "./sources.mjs";

const build = process.argv[2];
// Calls of libc by which a pure floor would reach the world: files, sockets, clocks, threads, processes, its own dice.
const worldly = new RegExp(
  "^(open|openat|creat|read|write|pread|pwrite|close|fopen|fopen64|fread|fdopen|unlink|rename|mkdir|opendir|stat|fstat|" +
    "socket|connect|bind|listen|accept4?|send|sendto|sendmsg|recv|recvfrom|recvmsg|poll|epoll_.*|select|" +
    "getaddrinfo|time|clock|clock_gettime|gettimeofday|localtime.*|gmtime.*|nanosleep|usleep|sleep|" +
    "fork|execv.*|system|popen|kill|signal|sigaction|rand|random|srand|srandom|getrandom|arc4random.*|" +
    "getenv|setenv|pthread_.*|thrd_.*|mtx_.*|setlocale|printf|puts|malloc|calloc|realloc|free)(64)?$",
);
// base/memory.c is the door to the heap; base/must.c may say what broke.
const excused = { "memory.c.o": /^(calloc|realloc|malloc|free)$/, "must.c.o": /^(fprintf|fputs|abort)$/ };

function symbols(floor) {
  const library = join(build, `libskep_${floor}.a`);
  if (!existsSync(library)) return null;
  const needed = [];
  const defined = new Set();
  let object = "";
  for (const line of execFileSync("nm", ["-g", library], { encoding: "utf8", maxBuffer: 1 << 28 }).split("\n")) {
    if (line.endsWith(".o:")) object = line.slice(0, -1);
    const match = /\s([A-Za-z]) (\S+)$/.exec(line);
    if (match === null) continue;
    if (match[1] === "U") needed.push({ object, name: match[2].replace(/@.*/, "") });
    else defined.add(match[2]);
  }
  return { needed, defined };
}

const found = Object.fromEntries(Object.keys(floors).map((floor) => [floor, symbols(floor)]));
const complaints = [];
let looked = 0;

for (const [floor, below] of Object.entries(floors)) {
  if (found[floor] === null) continue;
  const allowed = [floor, ...below];
  for (const { object, name } of found[floor].needed) {
    looked++;
    if (allowed.some((other) => found[other]?.defined.has(name))) continue;
    const owner = Object.keys(floors).find((other) => found[other]?.defined.has(name));
    if (owner !== undefined) complaints.push(`${floor}/${object}: needs ${name} of ${owner}, which stands above it`);
    if (pureFloors.includes(floor) && worldly.test(name) && !excused[object]?.test(name)) {
      complaints.push(`${floor}/${object}: calls ${name}(); the pure floors do not touch the world`);
    }
  }
}
conclude("link graph", looked, complaints);
