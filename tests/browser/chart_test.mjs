/* SPDX-License-Identifier: Apache-2.0 */
/* The build leaves of uPlot what charts ask for (dashboard/uplot_plugin.mjs). The same charts, drawn with that and with
 * the whole of it, are the same to the pixel, and answer the pointer alike. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chartPages } from "../../dashboard/test/chart_page.mjs";
import { openPage, startBrowser } from "./browser.mjs";

let browser = null;
const html = {};
before(async () => {
  Object.assign(html, await chartPages());
  browser = await startBrowser();
});
after(() => browser?.close());

const now = Date.UTC(2026, 4, 3, 3, 14);
const wave = (count, high) => Array.from({ length: count }, (_, at) => Math.round(high * (1.2 + Math.sin(at / 7))));
/** A chart of `count` points over so many minutes, the last one now. */
function chart(count, minutes, lines, rest = {}) {
  const span = minutes * 60_000;
  const times = Array.from({ length: count }, (_, at) => now - span + (span * (at + 1)) / Math.max(count, 1));
  const line = { name: "p50", token: "--ink-2", width: 2, fill: false };
  return {
    caption: "How long an answer takes",
    times,
    lines: lines.map((one) => ({ ...line, ...one })),
    from: now - span,
    to: now,
    base: 1000,
    atLeast: 10,
    isLive: true,
    mark: null,
    joinAt: null,
    ...rest,
  };
}
const holed = (values) => values.map((value, at) => (at % 50 > 40 || at === 7 ? null : value));
const mirrored = (count) => [
  { name: "in", token: "--in", width: 1.5, fill: true, values: holed(wave(count, 70_000)) },
  { name: "out", token: "--out", width: 1.5, fill: true, values: wave(count, 9_000).map((value) => -value) },
];

/** All that can be seen of the charts, and what they told. */
const seen = (page) =>
  page.evaluate(async () => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((done) => requestAnimationFrame(done));
    const pictures = [...document.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL());
    const place = document.getElementById("place").cloneNode(true);
    // The box for zooming, which no chart of the page opens: the whole one sets it to nothing again and again.
    for (const box of place.querySelectorAll(".u-select")) box.remove();
    return { pictures, place: place.innerHTML, picked: [...window.picked], pointed: window.pointed() };
  });

/** Does the same to both and compares after each step: what it is called, and what is done. */
async function alike(view, steps) {
  const pages = await Promise.all(
    [html.lean, html.whole].map(async (content) => {
      const opened = await openPage(browser, view);
      await opened.page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: content }));
      await opened.page.goto("http://chart.test/");
      await opened.page.waitForFunction(() => "draw" in window);
      return opened;
    }),
  );
  const looks = [];
  try {
    for (const [what, step] of steps) {
      for (const { page } of pages) await step(page);
      const [lean, whole] = await Promise.all(pages.map(({ page }) => seen(page)));
      assert.ok(lean.pictures.length > 0, what);
      assert.deepEqual(lean, whole, what);
      looks.push(lean);
    }
    for (const { trouble } of pages) assert.deepEqual(trouble, []);
  } finally {
    for (const { context } of pages) await context.close();
  }
  return looks;
}

const draw = (...charts) => (page) => page.evaluate((all) => window.draw(all), charts);
const over = async (page, x, y) => {
  const box = await page.locator(".u-over").first().boundingBox();
  await page.mouse.move(box.x + x, box.y + y);
};

for (const theme of ["light", "dark"]) {
  test(`charts are the same to the pixel, ${theme}`, async () => {
    const looks = await alike({ theme, width: 700, deviceScaleFactor: theme === "dark" ? 2 : 1 }, [
      ["nothing yet", draw(chart(0, 1, [{ values: [] }]))],
      ["one point", draw(chart(1, 1, [{ values: [4] }]))],
      ["a minute", draw(chart(60, 1, [{ values: wave(60, 40) }, { name: "p95", values: holed(wave(60, 55)) }]))],
      ["a joint and a mark", draw(
        chart(900, 15, mirrored(900), { base: 1024, joinAt: now - 300_000, mark: now - 60_000 }),
      )],
      ["more points than pixels", draw(chart(5_000, 60, mirrored(5_000), { isLive: false }))],
      ["a month", draw(chart(720, 30 * 24 * 60, [{ values: holed(wave(720, 40)) }]))],
      ["nothing known", draw(chart(30, 1, [{ values: Array(30).fill(null) }]))],
      ["larger and narrower", async (page) => {
        await draw(chart(60, 1, [{ values: wave(60, 900_000) }]))(page);
        await page.setViewportSize({ width: 420, height: 700 });
      }],
      ["the other theme", (page) =>
        page.evaluate((next) => window.chooseTheme(next), theme === "dark" ? "light" : "dark")],
    ]);
    const different = new Set(looks.map(({ pictures }) => pictures.join())).size;
    assert.equal(different, looks.length, "each step has shown something else");
  });
}

test("charts answer the pointer alike, and each other's", async () => {
  const two = draw(
    chart(60, 1, [{ values: holed(wave(60, 40)) }, { name: "p95", values: wave(60, 55) }]),
    chart(60, 1, mirrored(60)),
  );
  const looks = await alike({ width: 900 }, [
    ["drawn", two],
    ["pointed at", (page) => over(page, 200, 30)],
    ["over a hole", (page) => over(page, 560, 40)],
    ["pressed", async (page) => {
      await page.mouse.down();
      await page.mouse.up();
    }],
    ["dragged, which presses nothing", async (page) => {
      await over(page, 100, 20);
      await page.mouse.down();
      await over(page, 300, 60);
      await page.mouse.up();
    }],
    ["pressed twice", async (page) => {
      await page.mouse.dblclick(400, 60);
    }],
    ["dragged out of it", async (page) => {
      await page.mouse.down();
      await page.mouse.move(1, 600);
      await page.mouse.up();
    }],
    ["back, and new figures under the pointer", async (page) => {
      await over(page, 250, 30);
      await draw(
        chart(61, 1, [{ values: wave(61, 80) }, { name: "p95", values: wave(61, 90) }]),
        chart(61, 1, mirrored(61)),
      )(page);
    }],
    ["away", (page) => page.mouse.move(1, 600)],
  ]);
  assert.notEqual(looks[1].pointed, null, "it is told what is pointed at");
  assert.equal(looks.at(-1).pointed, null);
  assert.deepEqual(looks.map(({ picked }) => picked.length).slice(0, 5), [0, 0, 0, 1, 1]);
});
