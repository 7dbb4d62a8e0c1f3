/* SPDX-License-Identifier: Apache-2.0 */
/* Charts by themselves, drawn with what the build leaves of uPlot and with the whole of it, so that a test can
 * compare. */

import { build } from "esbuild";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defsPlugin } from "../defs_plugin.mjs";
import { uplotPlugin } from "../uplot_plugin.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/* `window.draw(charts)` draws; `picked` is what was pressed, `pointed` the moment under the pointer. */
const script = `
import { h, render } from "preact";
import { Chart } from "./src/parts/chart/chart";
import { cursorAt } from "./src/parts/chart/cursor";
import { chooseTheme, startTheme } from "./src/data/theme";
import "./src/tokens.css";
import "./src/base.css";
startTheme();
const yText = (value) => value + " ms";
const picked = [];
Object.assign(window, {
  picked,
  pointed: () => cursorAt.value,
  chooseTheme,
  draw: (charts) =>
    render(
      charts.map((props) => h(Chart, { ...props, yText, onPick: (at) => picked.push(at) })),
      document.getElementById("place"),
    ),
});
`;

async function pageWith(plugins) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: script, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    outdir: "none",
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    plugins: [defsPlugin, ...plugins],
    logLevel: "warning",
  });
  const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text;
  return `<!doctype html><meta charset="utf-8"><style>${textOf(".css")}</style>
<div id="place"></div><script type="module">${textOf(".js").replaceAll("</script", "<\\/script")}</script>`;
}

export const chartPages = async () => ({ lean: await pageWith([uplotPlugin]), whole: await pageWith([]) });
