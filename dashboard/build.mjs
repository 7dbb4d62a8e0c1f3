/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the page: `node build.mjs OUTDIR` writes index.html, app.css and app.js, which come when it
 * is opened, late.css and late.js, which come on demand, each with a precompressed copy beside it,
 * and the licences of the packages inside. Fails when either part grows over its budget. */

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundle } from "./bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
/* 80,000 bytes come by the wire at most; the heads of the three answers are some 920 of them, which
 * tests/integration/dashboard.mjs measures with the rest. */
const parts = [
  { name: "first load", files: ["index.html", "app.css", "app.js"], budget: 79_000 },
  { name: "on demand", files: ["late.css", "late.js"], budget: 40 * 1024 },
];

/* Browsers take Brotli from this machine and by HTTPS; over plain HTTP from elsewhere they take gzip. */
const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
const gzip = (bytes) => gzipSync(bytes, { level: 9 });

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

async function compressPart(outdir, { name, files, budget }) {
  let total = 0;
  for (const file of files) {
    const bytes = await readFile(join(outdir, file));
    const forms = { br: brotli(bytes), gz: gzip(bytes) };
    for (const [end, small] of Object.entries(forms)) await writeFile(join(outdir, `${file}.${end}`), small);
    total += forms.br.length;
    console.log(`${file}: ${bytes.length} bytes, ${forms.br.length} by Brotli, ${forms.gz.length} by gzip`);
  }
  console.log(`${name}: ${total} bytes by Brotli of ${budget}`);
  if (total > budget) throw new Error(`the page is over its budget: ${name}`);
}

export async function buildInto(target) {
  const outdir = resolve(target);
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await bundle(outdir);
  await page(outdir);
  await licenses(outdir);
  for (const part of parts) await compressPart(outdir, part);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = process.argv[2];
  if (target === undefined) {
    console.error("usage: node build.mjs OUTDIR");
    process.exit(2);
  }
  await buildInto(target);
}
