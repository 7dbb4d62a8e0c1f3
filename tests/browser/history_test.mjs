/* SPDX-License-Identifier: Apache-2.0 */
/* The time before now: longer stretches, and the page of an earlier moment. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertAccessible,
  becomes,
  counts,
  shows,
  sideways,
  textOf,
  until,
  useDashboard,
  visitFixture,
} from "./browser.mjs";

const shared = useDashboard();
const strip = ".strip-cells";

const visit = (options, run) =>
  visitFixture(shared, { scenario: "story", ...options }, async (opened) => {
    await until("peers", async () => (await opened.page.locator(".peer-row").count()) > 0);
    await run(opened);
  });

const choose = async (page, name) => {
  await page.locator("#stats .choice button", { hasText: new RegExp(`^${name}$`) }).click();
  await until(`what was kept of ${name}`, async () =>
    (await textOf(page, "#stats")).includes("as the node kept it"),
  );
};

/** So many minutes ago, by a press on the strip of one hour. */
const lookBack = async (page, minutes) => {
  const box = await page.locator(strip).boundingBox();
  await page.mouse.click(box.x + box.width * (1 - minutes / 60), box.y + 8);
  await until("the banner", async () => (await page.locator(".banner-past").count()) === 1);
};

/** How far before the strip's end the moment lies that is looked at; the banner's words age meanwhile. */
const secondsBack = (page) =>
  page.locator(strip).evaluate(({ ariaValueMax, ariaValueNow }) => Number(ariaValueMax) - Number(ariaValueNow));

const spoken = (page) => page.locator(strip).getAttribute("aria-valuetext");

test("the quarter before the page was opened comes from the node", async () => {
  await visit({}, async ({ page, fixture }) => {
    await page.keyboard.press("Shift");
    await until("cells", async () => (await page.locator(".strip .cell-warn").count()) > 20);
    await shows(page, "#stats", /before that kept by the node/);
    assert.equal(fixture.requests.filter((one) => one === "GET /api/v1/history").length, 1);
    await shows(page, "#stats figcaption", /in between .* and .*most at/s);
  });
});

test("ranges ask once each; a gap is a gap; the table has the same points", async () => {
  await visit({}, async ({ page, fixture, trouble }) => {
    await choose(page, "1 h");
    await until("the bad spell", async () => (await page.locator(".strip .cell-bad").count()) > 0);
    await choose(page, "24 h");
    await until("an hour nobody knows of", async () => {
      const unseen = await page.locator(".strip .cell-unseen").count();
      return unseen >= 4 && unseen <= 6;
    });
    await choose(page, "30 d");
    await until("ten days nobody knows of", async () => (await page.locator(".strip .cell-unseen").count()) > 38);
    await page.keyboard.press("t");
    await until("the table", async () => (await page.locator(".stats-table tbody tr").count()) >= 360);
    await shows(page, ".stats-table tbody tr", /up to .*/);
    await shows(page, ".stats-table tbody tr:last-child", /Not known/);
    assert.equal(fixture.requests.filter((one) => one === "GET /api/v1/history").length, 4);
    assert.deepEqual(trouble, []);
  });
});

test("a press on the strip shows that moment on the whole page, and there is nothing to do to it", async () => {
  await visit({}, async ({ page, fixture }) => {
    await choose(page, "1 h");
    await until("the bad spell", async () => (await page.locator(".strip .cell-bad").count()) > 0);
    await lookBack(page, 38);
    await shows(page, ".banner-past", /You look at \d\d:\d\d:\d\d, 3\d min ago/);
    await until("its figures", async () => /4\.1/.test(await textOf(page, ".stat:nth-child(4)")));
    await shows(page, "h1", "Looking back");
    await until("its links", async () => /8 connected/.test(await textOf(page, "#peers")));
    await shows(page, ".peer-row", /41/); // as strong as they were then
    await shows(page, "#verdict", /Link loss high/);
    for (const gone of ["#controls", "#operations", "#rendezvous", "#signaling"]) await counts(page, gone, 0);
    const row = page.locator(".peer-row").first();
    await becomes("no deed", () => row.locator(".button").count(), 0);
    await row.locator(".row-button").focus();
    for (const key of ["b", "x"]) await page.keyboard.press(key);
    await row.locator("[aria-haspopup=menu]").click();
    await becomes("the menu", () => page.locator("[role=menuitem]").allTextContents(), ["Why?", "Copy id"]);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("dialog").count(), 0, "no form");
    assert.deepEqual(fixture.requests.filter((one) => one.includes("operations")), []);
    await page.locator(".banner-past .deed").click();
    await until("now", async () => (await textOf(page, "h1")) === "Working, with 2 problems");
    await counts(page, "#controls", 1);
  });
});

test("arrow keys step, Home and End go to the ends, L is live", async () => {
  await visit({}, async ({ page }) => {
    await choose(page, "1 h");
    await page.focus(strip);
    await becomes("spoken", () => spoken(page), "now");
    await page.keyboard.press("ArrowLeft");
    await until("10 s back", async () => (await secondsBack(page)) === 10);
    await shows(page, ".banner-past", /\d+ s ago/);
    const first = await spoken(page);
    await page.keyboard.press("ArrowLeft");
    await until("20 s back", async () => (await secondsBack(page)) === 20);
    await until("something else is spoken", async () => (await spoken(page)) !== first);
    await page.keyboard.press("ArrowRight");
    await until("the first again", async () => (await spoken(page)) === first);
    await page.keyboard.press("Home");
    await until("the hour's start", async () => /(59 min|1 h) ago/.test(await textOf(page, ".banner-past")));
    await page.keyboard.press("End");
    await until("now", async () => (await page.locator(".banner-past").count()) === 0);
    await page.keyboard.press("Home");
    await until("back", async () => (await page.locator(".banner-past").count()) === 1);
    await page.keyboard.press("l");
    await until("live", async () => (await page.locator(".banner-past").count()) === 0);
    await becomes("spoken", () => spoken(page), "now");
  });
});

test("of a moment long ago only figures are known, and that is said", async () => {
  await visit({}, async ({ page }) => {
    await choose(page, "30 d");
    await page.focus(strip);
    for (let step = 0; step < 2; step += 1) await page.keyboard.press("PageDown");
    await until("no links", async () => /was not kept/.test(await textOf(page, "#peers")));
    await shows(page, ".stat:first-child", /^Links8 of 8 wanted/);
    await counts(page, "#mesh", 0);
    await page.keyboard.press("PageDown");
    for (let step = 0; step < 22; step += 1) await page.keyboard.press("PageDown");
    await until("before it was born", async () => /Twenty days are kept/.test(await textOf(page, ".banner-past")));
    await shows(page, "#verdict", /How it was is not known/);
  });
});

test("of many links only the weakest were kept, and that is said", async () => {
  await visit({ scenario: "many" }, async ({ page }) => {
    await page.focus(strip);
    await page.keyboard.press("ArrowLeft");
    const banner = async () => (await textOf(page, ".banner-past")) ?? "";
    await until("how many", async () => /200 links.*only the 16 weakest/.test(await banner()));
    await shows(page, "#peers", /16 connected/);
  });
});

test("the pointer on the strip is read in all charts, and a press on a chart looks back too", async () => {
  await visit({}, async ({ page }) => {
    await choose(page, "1 h");
    await until("charts", async () => (await page.locator(".chart canvas").count()) === 3);
    const box = await page.locator(strip).boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 8);
    await until("a reading", async () => /ms median/.test(await textOf(page, ".stat:nth-child(3) .stat-line")));
    const over = await page.locator(".chart .u-over").first().boundingBox();
    await page.mouse.click(over.x + over.width / 2, over.y + 20);
    await until("the banner", async () => (await page.locator(".banner-past").count()) === 1);
    await shows(page, ".banner-past", /(29|30|31) min ago/);
  });
});

test("a node that has no history says so; what the page sees itself goes on", async () => {
  const without = async ({ page, fixture }) => {
    fixture.keepsNothing = true;
    await page.locator("#stats .choice button", { hasText: /^1 h$/ }).click();
    await until("why", async () => /The history cannot be read/.test(await textOf(page, "#stats")));
    await page.locator("#stats .choice button", { hasText: /^15 min$/ }).click();
    await page.focus(strip);
    await page.keyboard.press("ArrowLeft");
    await until("why not", async () => /history cannot be read/.test(await textOf(page, ".banner-past")));
  };
  await visit({}, without);
});

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing, and 320 px do not scroll sideways, ${theme}`, async () => {
    await visit({ theme, bypassCSP: true }, async ({ page }) => {
      await choose(page, "1 h");
      await assertAccessible(page, "one hour");
      await lookBack(page, 38);
      await until("its links", async () => /8 connected/.test(await textOf(page, "#peers")));
      await assertAccessible(page, "looking back");
      await page.setViewportSize({ width: 320, height: 640 });
      await until("a select", async () => (await page.locator("select.stats-range").count()) === 1);
      await until("looking back at 320", async () => (await sideways(page)) <= 0);
      await assertAccessible(page, "looking back on a phone");
      await page.selectOption("select.stats-range", "24h");
      await until("now", async () => (await page.locator(".banner-past").count()) === 0);
      await until("a day at 320", async () => (await sideways(page)) <= 0);
    });
  });
}
