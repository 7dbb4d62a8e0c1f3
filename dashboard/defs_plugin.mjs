/* SPDX-License-Identifier: Apache-2.0 */
/* Lets the page import what the tables in defs/ say, so that a new reason is one line there and
 * nothing here: `import { reasonSentences } from "skep-defs:reasons"`. */

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const table = join(dirname(fileURLToPath(import.meta.url)), "../defs/reasons.def");
const line = /^REASON\(\s*\w+\s*,\s*"([^"]+)"\s*,\s*"([^"]+)"/gm;

async function reasons() {
  const text = await readFile(table, "utf8");
  const found = [...text.matchAll(line)].map(([, name, sentence]) => [name, sentence]);
  if (found.length === 0) throw new Error(`no reason was found in ${table}`);
  return Object.fromEntries(found);
}

export const defsPlugin = {
  name: "skep-defs",
  setup(build) {
    build.onResolve({ filter: /^skep-defs:reasons$/ }, ({ path }) => ({ path, namespace: "defs" }));
    build.onLoad({ filter: /.*/, namespace: "defs" }, async () => ({
      contents: `export const reasonSentences = ${JSON.stringify(await reasons())};`,
      loader: "js",
      watchFiles: [table],
    }));
  },
};
