/* SPDX-License-Identifier: Apache-2.0 */
/* uPlot hangs everything it can do on its class, so that a bundler must keep all of it: bars, steps,
 * splines, joins. The page draws lines. Without those hangers the bundler sees what is not used. Of its styles
 * those of the legend go, which is not drawn. */

import { readFile } from "node:fs/promises";

const hangers = /\nuPlot\.assign = assign;[\s\S]*?\n(?=export \{ uPlot as default \};)/;

/* A rule each of whose selectors is of the legend: its block, its table inline, its series. */
const legend = /\.u-(?:legend|inline|series)[^{},]*\{[^}]*\}/g;

export const uplotPlugin = {
  name: "uplot-lines-only",
  setup(build) {
    build.onLoad({ filter: /uPlot\.esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (!hangers.test(source)) throw new Error(`${path} ends otherwise than expected`);
      return { contents: source.replace(hangers, "\n"), loader: "js" };
    });
    build.onLoad({ filter: /uPlot\.min\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (source.match(legend)?.length !== 12) throw new Error(`${path} has other rules than expected`);
      return { contents: source.replace(legend, ""), loader: "css" };
    });
  },
};
