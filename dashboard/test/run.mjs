/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the unit tests: every src/**\/*.test.ts is bundled by itself and given to node's runner.
 * Ends with the runner's own count. */

import { build } from "esbuild";
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defsPlugin } from "../defs_plugin.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

async function filesIn(folder, ending) {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path, ending);
      return entry.name.endsWith(ending) ? [path] : [];
    }),
  );
  return found.flat().sort();
}

const outdir = await mkdtemp(join(tmpdir(), "skep-dashboard-tests-"));
try {
  await build({
    absWorkingDir: root,
    entryPoints: await filesIn(join(root, "src"), ".test.ts"),
    outdir,
    outbase: join(root, "src"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    loader: { ".css": "empty" },
    plugins: [defsPlugin],
    logLevel: "warning",
  });
  const built = await filesIn(outdir, ".test.mjs");
  const runner = spawn(process.execPath, ["--test", ...built], { stdio: "inherit" });
  process.exitCode = await new Promise((done) => runner.on("close", (code) => done(code ?? 1)));
} finally {
  await rm(outdir, { recursive: true, force: true });
}
