/* SPDX-License-Identifier: Apache-2.0 */
/* uPlot hangs everything it can do on its class, so that a bundler must keep all of it: bars, steps,
 * splines, joins. The page draws lines. Without those hangers the bundler sees what is not used. */

import { readFile } from "node:fs/promises";

const hangers = /\nuPlot\.assign = assign;[\s\S]*?\n(?=export \{ uPlot as default \};)/;

export const uplotPlugin = {
  name: "uplot-lines-only",
  setup(build) {
    build.onLoad({ filter: /uPlot\.esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (!hangers.test(source)) throw new Error(`${path} ends otherwise than expected`);
      return { contents: source.replace(hangers, "\n"), loader: "js" };
    });
  },
};
