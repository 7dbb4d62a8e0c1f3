// SPDX-License-Identifier: Apache-2.0
// The pure floors compile against headers of the world that say #error, each of their headers compiles alone, and so
// does every other header of ours.

import { execFile } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { conclude, pureFloors, root, sources } from "./sources.mjs";

const compiler = process.env.CC ?? "cc";

/** OpenSSL asks the system itself, so src/crypto may meet its headers. */
function poisons(floor) {
  const kinds = floor === "crypto" ? ["libraries"] : ["libraries", "system", "crypto"];
  return kinds.flatMap((kind) => ["-I", `tests/arch/poison/${kind}`]);
}

function compile(source) {
  const poison = pureFloors.includes(source.floor)
    ? poisons(source.floor)
    : ["-D_GNU_SOURCE"];
  const args = ["-std=c17", "-fsyntax-only", "-w", "-DSKEP_VERSION=\"0\"", ...poison, "-I", "src", "-I", "defs"];
  if (source.path.endsWith(".h")) args.push("-x", "c", "-include", join(root, source.path), "/dev/null");
  else args.push(source.path);
  return new Promise((resolve) => {
    execFile(compiler, args, { cwd: root }, (error, _out, message) => {
      resolve(error === null ? null : `${source.path}: ${message.trim().split("\n")[0]}`);
    });
  });
}

const queue = sources().filter((source) => pureFloors.includes(source.floor) || source.path.endsWith(".h"));
const looked = queue.length;
const complaints = [];
async function work() {
  for (let source = queue.pop(); source !== undefined; source = queue.pop()) {
    const complaint = await compile(source);
    if (complaint !== null) complaints.push(complaint);
  }
}
await Promise.all(Array.from({ length: (availableParallelism ?? (() => cpus().length))() }, work));
conclude("poison", looked, complaints);
