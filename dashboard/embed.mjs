/* SPDX-License-Identifier: Apache-2.0 */
/* Turns a built page into C: `node embed.mjs BUNDLEDIR OUTFILE.c`. The declarations it fills are in
 * src/daemon/api/dashboard_bundle.h. */

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const files = [
  { path: "/", name: "index.html", type: "text/html; charset=utf-8" },
  { path: "/app.css", name: "app.css", type: "text/css; charset=utf-8" },
  { path: "/app.js", name: "app.js", type: "text/javascript; charset=utf-8" },
  { path: "/late.css", name: "late.css", type: "text/css; charset=utf-8" },
  { path: "/late.js", name: "late.js", type: "text/javascript; charset=utf-8" },
];

function cArray(name, bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 24) {
    lines.push(`  ${[...bytes.subarray(at, at + 24)].join(",")},`);
  }
  return `static const unsigned char ${name}[] = {\n${lines.join("\n")}\n};\n`;
}

/** The entity tag as it goes on the wire: with its quotes, from what the file holds. */
function etagOf(bytes) {
  return `"${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}"`;
}

const [bundle, target] = process.argv.slice(2);
if (bundle === undefined || target === undefined) {
  console.error("usage: node embed.mjs BUNDLEDIR OUTFILE.c");
  process.exit(2);
}

const arrays = [];
const entries = [];
for (const [at, { path, name, type }] of files.entries()) {
  const bytes = await readFile(join(bundle, name));
  const gzip = await readFile(join(bundle, `${name}.gz`));
  const brotli = await readFile(join(bundle, `${name}.br`));
  arrays.push(cArray(`file_${at}`, bytes), cArray(`file_${at}_gzip`, gzip), cArray(`file_${at}_brotli`, brotli));
  const etag = JSON.stringify(etagOf(bytes));
  const plain = `file_${at}, sizeof file_${at}`;
  const packed = ["brotli", "gzip"].map((form) => `{file_${at}_${form}, sizeof file_${at}_${form}}`);
  entries.push(`  {"${path}", "${type}", ${etag},\n   ${plain}, {${packed.join(", ")}}},`);
}

const source = `/* SPDX-License-Identifier: Apache-2.0 */
/* Made by dashboard/embed.mjs from the built page. Not to be edited. */

#include "daemon/api/dashboard_bundle.h"

${arrays.join("\n")}
const struct dashboard_file dashboard_files[] = {
${entries.join("\n")}
};

const size_t dashboard_file_count = sizeof dashboard_files / sizeof dashboard_files[0];
`;

await mkdir(dirname(target), { recursive: true });
await writeFile(target, source);
