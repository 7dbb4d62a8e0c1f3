/* SPDX-License-Identifier: Apache-2.0 */
/* Can everybody use the page: by keyboard, by touch, with a screen reader, in both themes? */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, becomes, hasFocus, textOf, until, useDashboard, visitFixture } from "./browser.mjs";

const shared = useDashboard();

const visit = (options, run) =>
  visitFixture(shared, { scenario: "story", ...options }, async (opened) => {
    await until("peers", async () => (await opened.page.locator(".peer-row").count()) > 0);
    await run(opened);
  });

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing, ${theme}`, async () => {
    await visit({ theme, bypassCSP: true }, async ({ page, fixture }) => {
      await page.locator(".row-button").first().click();
      await page.locator(".peer-detail").waitFor();
      await assertAccessible(page, "node page, a row opened");
      await page.locator(".peer-row", { hasText: "Next try in" }).locator(".row-button").click();
      await assertAccessible(page, "node page, a row without a link opened");
      await page.keyboard.press("t");
      await until("the table", async () => (await page.locator(".stats-table").count()) === 1);
      await assertAccessible(page, "figures as a table");
      await page.keyboard.press("d");
      await page.locator(".event-head").first().click();
      await assertAccessible(page, "diagnostics drawer");
      await page.keyboard.press("Escape");
      await page.evaluate(() => (location.hash = "#/"));
      await until("the short page", async () => (await page.locator(".net-head").count()) === 1);
      await assertAccessible(page, "networking page");
      await page.evaluate(() => (location.hash = "#/node"));
      fixture.setScenario("outage");
      await until("the outage", async () => (await page.locator(".banner-outage").count()) === 1);
      await assertAccessible(page, "outage");
      fixture.setSilent(true);
      await until("stale", async () => (await page.locator(".banner:not(.banner-outage)").count()) === 1);
      await assertAccessible(page, "stale");
      fixture.revoke();
      await until("refused", async () => (await page.locator(".refused").count()) === 1);
      await assertAccessible(page, "refused");
    });
  });

  test(`axe finds nothing on a phone, ${theme}`, async () => {
    await visit({ theme, bypassCSP: true, width: 390, hasTouch: true }, async ({ page }) => {
      await page.locator(".row-button").first().click();
      await page.locator('[aria-controls="top-menu"]').click();
      await assertAccessible(page, "phone");
    });
  });
}

test("everything is reached by Tab, in the order it is read", async () => {
  await visit({ scenario: "calm" }, async ({ page }) => {
    const seen = [];
    for (let step = 0; step < 120; step += 1) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(() => {
        const at = document.activeElement;
        if (at === null || at === document.body) return null;
        const box = at.getBoundingClientRect();
        const outline = getComputedStyle(at).outlineStyle;
        const label = at.getAttribute("aria-label") ?? at.id;
        return { name: label || at.textContent.trim(), seen: box.width > 0, outline };
      });
      if (name === null) break;
      assert.equal(name.seen, true, `${name.name} can be seen`);
      assert.notEqual(name.outline, "none", `${name.name} shows its focus`);
      seen.push(name.name);
    }
    const places = ["Skip to the page", "Networking", "Diagnostics", "Charts", "find-peer", "Keys"];
    const found = places.map((place) => seen.indexOf(place));
    assert.ok(
      found.every((at) => at >= 0),
      `${places} in ${seen}`,
    );
    assert.deepEqual(
      [...found].sort((a, b) => a - b),
      found,
    );
    assert.equal(seen.filter((name) => name.startsWith("Details of")).length, 7);
  });
});

test("rows open by Enter and are walked by arrows", async () => {
  await visit({}, async ({ page }) => {
    const first = page.locator(".row-button").first();
    await first.focus();
    await page.keyboard.press("Enter");
    await becomes("expanded", () => first.getAttribute("aria-expanded"), "true");
    await until("the detail", async () => (await page.locator(".peer-detail").count()) === 1);
    await page.keyboard.press("ArrowDown");
    await hasFocus("the second", page.locator(".row-button").nth(1));
  });
});

test("heads sort and say so", async () => {
  await visit({}, async ({ page }) => {
    const head = page.locator("th.col-roundTrip");
    const is = (order) => becomes("its order", () => head.getAttribute("aria-sort"), order);
    await is("none");
    await head.locator("button").click();
    await is("descending");
    await head.locator("button").click();
    await is("ascending");
  });
});

test("the drawer keeps the focus, Esc closes it and gives the focus back, so does Back", async () => {
  await visit({}, async ({ page }) => {
    const link = page.locator("header .button", { hasText: "Diagnostics" });
    await link.focus();
    await page.keyboard.press("Enter");
    await until("the drawer", async () => (await page.locator("dialog[open]").count()) === 1);
    await becomes("the address", () => page.url(), /#\/node\?events$/);
    for (let step = 0; step < 40; step += 1) await page.keyboard.press("Tab");
    const inside = await page.evaluate(
      () =>
        document.activeElement === document.body ||
        document.activeElement.closest("dialog") !== null,
    );
    assert.equal(inside, true);
    await page.keyboard.press("Escape");
    await until("no drawer", async () => (await page.locator("dialog").count()) === 0);
    await becomes("the address", () => page.url(), /#\/node$/);
    await hasFocus("the link", link);
    await page.keyboard.press("d");
    await until("the drawer", async () => (await page.locator("dialog[open]").count()) === 1);
    await page.goBack();
    await until("no drawer", async () => (await page.locator("dialog").count()) === 0);
    await page.keyboard.press("d");
    await until("the drawer", async () => (await page.locator("dialog[open]").count()) === 1);
    await page.locator("dialog .drawer-head .icon-button").last().evaluate((close) => {
      close.click(); // Back is told later, and a second press must not go back once more
      close.click();
    });
    await until("no drawer", async () => (await page.locator("dialog").count()) === 0);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
    await becomes("the address", () => page.url(), /#\/node$/);
  });
});

test("the field to find in is there from the short page, too", async () => {
  await visit({}, async ({ page }) => {
    await page.evaluate(() => (location.hash = "#/"));
    await until("the short page", async () => (await page.locator(".net-head").count()) === 1);
    await page.keyboard.press("/");
    await hasFocus("the search field", page.locator("#find-peer"));
  });
});

test("single letters act, never while typing, and can be switched off", async () => {
  await visit({}, async ({ page }) => {
    await page.keyboard.press("/");
    await until("the search field", () =>
      page.evaluate(() => document.activeElement?.id === "find-peer"),
    );
    await page.keyboard.type("dgn");
    await becomes("what is typed", () => page.inputValue("#find-peer"), "dgn");
    await page.fill("#find-peer", "");
    await page.locator("h1").click();
    await page.keyboard.press("g");
    await page.keyboard.press("n");
    await until("the short page", async () => (await page.locator(".net-head").count()) === 1);
    await page.keyboard.press("?");
    await until("the list", async () => (await page.locator("dialog[open]").count()) === 1);
    await page.locator(".keys-switch input").click();
    await page.keyboard.press("Escape");
    await until("no drawer", async () => (await page.locator("dialog").count()) === 0);
    await page.keyboard.press("d");
    await page.waitForTimeout(300);
    assert.equal(await page.locator("dialog").count(), 0);
  });
});

const targets = () =>
  [...document.querySelectorAll("a, button, select, input")]
    .filter((element) => element.getClientRects().length > 0 && !element.matches(".skip"))
    .map((element) => {
      const { width, height } = element.getBoundingClientRect();
      return { name: element.outerHTML.slice(0, 80), width, height };
    });

test("targets are 24 px, and 44 px high under a finger", async () => {
  await visit({}, async ({ page }) => {
    const small = (await page.evaluate(targets)).filter(
      ({ width, height }) => Math.min(width, height) < 24,
    );
    assert.deepEqual(small, []);
  });
  await visit({ width: 390, hasTouch: true, isMobile: true }, async ({ page }) => {
    const small = (await page.evaluate(targets)).filter(({ height }) => height < 44);
    assert.deepEqual(small, []);
  });
});

test("the verdict is spoken when it changes, and only then", async () => {
  await visit({ scenario: "calm" }, async ({ page, fixture }) => {
    const spoken = () => textOf(page, '#verdict [role="status"]');
    await until("the first verdict", async () => (await spoken()) === "All well");
    fixture.setScenario("cut-off");
    await until("the new verdict", async () => (await spoken()) === "Cut off: no peers");
  });
});
