/* SPDX-License-Identifier: Apache-2.0 */
/* The tests before a fake node:  node all.mjs   The page is built once for them, and two files run at a time. That which
 * measures time wants the machine for itself:  npm run trace */

import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./browser.mjs";

const together = ["dashboard", "chart", "silence", "decisions", "links", "access", "controls", "history", "mesh", "late", "doctor", "content", "copies", "posts", "signaling"];

const { bundle, remove } = await buildPage();

/** Whether all was well. */
function run(names, atOnce) {
  const files = names.map((name) => `${name}_test.mjs`);
  const child = spawn(process.execPath, ["--test", `--test-concurrency=${atOnce}`, ...files], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    env: { ...process.env, SKEP_PAGE: bundle },
    stdio: "inherit",
  });
  return new Promise((done) => child.on("exit", (code) => done(code === 0)));
}

const isWell = await run(together, 2);
await remove();
process.exit(isWell ? 0 : 1);
