/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard of a running daemon:  node live_test.mjs URL   (or SKEP_DASHBOARD_URL=URL)
 * The URL is the link that `skep demo` or `skep dashboard` prints, with its token.
 *   SKEP_MIN_PEERS    live peers expected within 15 s, 7 unless told
 *   SKEP_SCREENSHOTS  a folder for pictures in both themes; none are taken without it */

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openPage, sideways, startBrowser, textOf, until } from "./browser.mjs";

const url =
  process.argv.find((word) => /^https?:\/\//.test(word)) ?? process.env.SKEP_DASHBOARD_URL;
const least = Number(process.env.SKEP_MIN_PEERS ?? 7);
const pictures = process.env.SKEP_SCREENSHOTS;
const skip = url === undefined ? "no dashboard URL was given" : false;

let browser;
let opened;

before(async () => {
  if (skip) return;
  browser = await startBrowser();
  /* A login code is good for one session: every test shares this page. */
  opened = await openPage(browser);
  await opened.page.goto(url);
});

after(async () => {
  await browser?.close();
});

async function linkedPeers(page) {
  const [, count] = /(\d+) connected/.exec((await textOf(page, "#peers .panel-note")) ?? "") ?? [];
  return Number(count ?? 0);
}

test("the link opens the page and leaves no token behind", { skip }, async () => {
  const { page } = opened;
  await until("live", async () => /Live/.test((await textOf(page, ".live")) ?? ""), 15_000);
  assert.match(page.url(), /#\/node$/);
  assert.equal(await page.locator(".refused").count(), 0);
});

test(`at least ${least} peers are linked within 15 s`, { skip }, async () => {
  const { page } = opened;
  await until(`${least} peers`, async () => (await linkedPeers(page)) >= least, 15_000);
  const rows = await page.locator(".peer-row").count();
  assert.ok(rows >= least, `${rows} rows`);
  const ids = await page.locator(".peer-row .peer-id").allTextContents();
  assert.ok(new Set(ids).size >= least, String(ids));
});

test("numbers move and ages stay young", { skip }, async () => {
  const { page } = opened;
  const figures = () => page.locator("#stats .stats-grid").innerText();
  const first = await figures();
  await until("other figures", async () => (await figures()) !== first, 15_000);
  await until("a chart", async () => (await page.locator(".chart canvas").count()) > 0, 15_000);
  await page.waitForTimeout(6_000);
  assert.equal(await page.locator(".banner").count(), 0, "the page went stale");
  const ages = await page.locator(".peer-row td.col-handshake").allTextContents();
  const young = ages.filter((age) => /^\d+ s ago$/.test(age.trim()));
  assert.ok(young.length >= least, `handshakes: ${ages}`);
});

test("round trips are measured and nothing is undefined", { skip }, async () => {
  const { page } = opened;
  const trips = await page.locator(".peer-row td.col-roundTrip b").allTextContents();
  assert.ok(trips.length >= least, `round trips: ${trips}`);
  const words = await page.locator("body").innerText();
  assert.doesNotMatch(words, /undefined|NaN|\[object/);
});

test("both themes are drawn at every width without sideways scrolling", { skip }, async () => {
  const { page } = opened;
  if (pictures !== undefined) await mkdir(pictures, { recursive: true });
  for (const theme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: theme });
    await until(theme, () =>
      page.evaluate((name) => document.documentElement.dataset.theme === name, theme),
    );
    for (const width of [1440, 768, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(1_200);
      assert.ok((await sideways(page)) <= 0, `${width} px, ${theme}`);
      if (pictures === undefined) continue;
      await page.screenshot({ path: join(pictures, `node-${width}-${theme}.png`), fullPage: true });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.evaluate(() => (location.hash = "#/"));
  await until("the networking page", async () => (await page.locator(".net-head").count()) === 1);
  if (pictures !== undefined) {
    await page.screenshot({ path: join(pictures, "networking-1440-dark.png"), fullPage: true });
  }
});

test("the browser had nothing to complain about", { skip }, () => {
  assert.deepEqual(opened.trouble, []);
  assert.equal(opened.hosts.size, 1, `hosts: ${[...opened.hosts]}`);
});
