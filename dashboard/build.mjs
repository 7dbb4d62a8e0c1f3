/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the page: `node build.mjs OUTDIR` writes index.html, app.css and app.js, each with a
 * precompressed copy beside it, and the licences of the packages inside. Fails when the page
 * grows over its budget. */

import { build } from "esbuild";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { defsPlugin } from "./defs_plugin.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const budget = 110 * 1024;

const compress = (bytes) => gzipSync(bytes, { level: 9 });

async function bundle(outdir) {
  await build({
    absWorkingDir: here,
    entryPoints: { app: "src/main.tsx" },
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2021", "chrome108", "firefox110", "safari16"],
    jsx: "automatic",
    jsxImportSource: "preact",
    charset: "utf8",
    legalComments: "none",
    plugins: [defsPlugin],
    logLevel: "warning",
    banner: {
      js: "/* Contains Preact, Preact Signals and uPlot, all MIT; see third-party-licenses.txt */",
    },
  });
}

/** index.html loses the line breaks and indents nobody reads. */
async function page(outdir) {
  const html = await readFile(join(here, "src/index.html"), "utf8");
  await writeFile(join(outdir, "index.html"), html.replace(/\n\s*/g, "\n").replace(/>\n</g, "><"));
}

async function licenses(outdir) {
  const parts = [];
  for (const name of ["preact", "@preact/signals", "@preact/signals-core", "uplot"]) {
    const folder = join(here, "node_modules", name);
    if (!existsSync(folder)) continue;
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) continue;
    parts.push(`${name}\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`);
  }
  await writeFile(join(outdir, "third-party-licenses.txt"), parts.join("\n---\n\n"));
}

async function compressAll(outdir) {
  let total = 0;
  for (const name of ["index.html", "app.css", "app.js"]) {
    const bytes = await readFile(join(outdir, name));
    const small = compress(bytes);
    await writeFile(join(outdir, `${name}.gz`), small);
    total += small.length;
    console.log(`${name}: ${bytes.length} bytes, ${small.length} compressed`);
  }
  console.log(`all: ${total} bytes compressed of ${budget}`);
  if (total > budget) throw new Error("the page is over its budget");
}

export async function buildInto(target) {
  const outdir = resolve(target);
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await bundle(outdir);
  await page(outdir);
  await licenses(outdir);
  await compressAll(outdir);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = process.argv[2];
  if (target === undefined) {
    console.error("usage: node build.mjs OUTDIR");
    process.exit(2);
  }
  await buildInto(target);
}
