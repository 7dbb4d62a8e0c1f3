/* SPDX-License-Identifier: Apache-2.0 */
/* Lets the page import what the tables in defs/ say, so that a new reason is one line there and
 * nothing here: `import { reasonSentences } from "skep-defs:reasons"`. */

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../defs");

/** What each import gives: its name, and of every line of the table a key and a value. */
const tables = {
  reasons: {
    name: "reasonSentences",
    line: /^REASON\(\s*\w+\s*,\s*"([^"]+)"\s*,\s*"([^"]+)"/gm,
    value: String,
  },
  strength: {
    name: "strengthWeights",
    line: /^STRENGTH_INPUT\(\s*\w+\s*,\s*"([^"]+)"\s*,\s*(\d+)\s*\)/gm,
    value: Number,
  },
  controls: {
    name: "controlKinds",
    line: /^CONTROL\(\s*\w+\s*,\s*"([^"]+)"\s*,\s*(\w+)/gm,
    value: String,
  },
  switches: {
    name: "switchRests",
    line: /^SWITCH\(\s*\w+\s*,\s*"([^"]+)"\s*,\s*(\w+)/gm,
    value: String,
  },
};

async function load(path) {
  const which = path.slice("skep-defs:".length);
  const file = join(folder, `${which}.def`);
  const { name, line, value } = tables[which];
  const found = [...(await readFile(file, "utf8")).matchAll(line)];
  if (found.length === 0) throw new Error(`nothing was found in ${file}`);
  const table = Object.fromEntries(found.map(([, key, text]) => [key, value(text)]));
  return {
    contents: `export const ${name} = ${JSON.stringify(table)};`,
    loader: "js",
    watchFiles: [file],
  };
}

export const defsPlugin = {
  name: "skep-defs",
  setup(build) {
    const filter = new RegExp(`^skep-defs:(${Object.keys(tables).join("|")})$`);
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: "defs" }));
    build.onLoad({ filter: /.*/, namespace: "defs" }, ({ path }) => load(path));
  },
};
