/* SPDX-License-Identifier: Apache-2.0 */
/* uPlot can do much that the page does not ask of it, and hangs it on its class or makes it inside its one
 * large function, where a bundler must keep it: bars and splines, a legend, dates and their names, marks that
 * an axis finds by itself, logarithms, bands, boxes dragged to zoom. It is a quarter of the first load, so what
 * parts/chart does not ask for is cut here, by the words of the pinned version: what does not fit fails the
 * build. tests/browser/chart_test.mjs draws with what is left and with the whole, and compares. */

import { readFile } from "node:fs/promises";

/* From the first words up to the second, which stay. */
const cuts = [
  // What hangs on its class.
  ["\nuPlot.assign = assign;", "\nexport { uPlot as default };"],
  ["	on(dppxchange, win, () => { uPlot.pxRatio", "}\n\nconst linearPath"],
  // Dates, steps and ranges: parts/chart says how far an axis goes, where it is marked and with which words.
  ["const months = [", "function zeroPad2("],
  ["const localTz =", "// https://stackoverflow"],
  ["const decIncrs = genIncrs(", "const NL ="],
  ["const [ timeIncrsMs,", "/*\nconsole.log({"],
  ["	const _tzDate  =", "	const activeIdxs = [];"],
  ["			if (isArr(axis.incrs)) {", "			axis.splits = fnOrSelf("],
  ["			let minSpace = axis._space =", "		}\n\n		return (axis._found = incrSpace);"],
  ["				if (scaleKey != xScaleKey || (mode == 2", "				sc.range = fnOrSelf("],
  ["				else if (_min == _max) {", "			}\n			else {\n				i0 = idxs[0] = _min"],
  // The legend, and what a series would say in it.
  ["			let sv = s.value;", "		}\n\n		if (cursorOnePt || i > 0) {\n			s.width"],
  ["	if (legend.live) {\n		const getMultiVals", "	const mouseListeners = new Map();"],
  ["		if (showLegend) {\n			let rowCells", "		if (showCursor) {\n			activeIdxs.splice(i, 0, null);"],
  ["	if (showLegend && cursorFocus) {", "	function posToVal("],
  ["	function syncLegend() {", "	function setLegend("],
  ["	function setLegendValues(", "	function updateCursor("],
  // Series and bands that come and go; points on the lines; titles of axes.
  ["	function addSeries(opts, si) {", "	const sidesWithAxes = "],
  ["	function setBand(bi, opts) {", "	function setAlpha("],
  ["		flags != 0 && bands.forEach(", "		if (!didStrokeFill)"],
  ["					{\n						let _gaps", "					if (ctxAlpha != _ctxAlpha)"],
  ["			// axis label\n			if (axis.label", "			if (_space == 0)\n				continue;"],
  // Boxes.
  ["		// nit: cursor.drag.setSelect is assumed", "		drag._x = dragX;"],
  ["		if (drag.setScale && hasSelect", "		if (e != null) {\n			offMouse(mouseup, doc);"],
];

/* What is so in every chart of the page, in place of the question; how often it is asked. The minifier drops the
 * answers that are never given. One kind of series, plain scales, time to the right. */
const facts = [
  [/\bmode(?= [!=]= [12])/g, "1", 28],
  [/\b(?:sc|wsc|scale|scaleX)\.distr\b/g, "1", 27],
  [/\b(?:distr|xScaleDistr)(?= == )/g, "1", 13],
  [/\bscaleX\.ori\b/g, "0", 32],
  [/\bisTime(?= [?&]|\))/g, "false", 3],
  [/\b(?:showLegend|cursorFocus|cursorOnePt|withProx)(?= &&| \|\||\))/g, "false", 15],
  [/\blet \[ bandFillDir, bandClipDir \] = .*/g, "const bandFillDir = 0;", 3],
  [/\bband(?:Fill|Clip)Dir != 0/g, "false", 6],
  [/\bconst pointsPath = .*|\bpaths: pointsPath,/g, "", 2],
  [/\bsetDefaults2\(opts\.series[^)]*\)/g, "null", 1],
  [/(\bsc\.range = fnOrSelf\(rn)[\s\S]*?\n\t+\)\);/g, "$1);", 1],
  [/(\baxis\.filter = fnOrSelf\().*/g, "$1retArg1);", 1],
  [/(\baxis\.values = )\([\s\S]*?numAxisVals\n\t+\);/g, "$1av;", 1],
  [/\bincrSpace;\n\n(?=\t\tif \(fullDim <= 0)/g, "incrSpace = [1, 1];\n", 1],
];

function at(source, words, from = 0) {
  const found = source.indexOf(words, from);
  if (found < 0) throw new Error(`uPlot does not say: ${words}`);
  return found;
}

function lean(whole) {
  let source = whole;
  for (const [from, upTo] of cuts) {
    const start = at(source, from);
    if (source.includes(from, start + 1)) throw new Error(`uPlot says more than once: ${from}`);
    source = source.slice(0, start) + source.slice(at(source, upTo, start));
  }
  for (const [words, fact, count] of facts) {
    const found = source.match(words)?.length;
    if (found !== count) throw new Error(`uPlot says ${found} times, not ${count}: ${words}`);
    source = source.replace(words, fact);
  }
  return source;
}

/* A rule each of whose selectors is of the legend: its block, its table inline, its series. */
const legend = /\.u-(?:legend|inline|series)[^{},]*\{[^}]*\}/g;

export const uplotPlugin = {
  name: "uplot-lines-only",
  setup(build) {
    build.onLoad({ filter: /uPlot\.esm\.js$/ }, async ({ path }) => {
      return { contents: lean(await readFile(path, "utf8")), loader: "js" };
    });
    build.onLoad({ filter: /uPlot\.min\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (source.match(legend)?.length !== 12) throw new Error(`${path} has other rules than expected`);
      return { contents: source.replace(legend, ""), loader: "css" };
    });
  },
};
