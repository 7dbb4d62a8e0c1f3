/* SPDX-License-Identifier: Apache-2.0 */
/* The drawing of the mesh: to look at, to walk on, to hear and to read as a table. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, becomes, shows, sideways, textOf, until, useDashboard, visitFixture } from "./browser.mjs";

const shared = useDashboard();

/** How many of the canvas's pixels have something on them. */
const inked = (page, selector) =>
  page.evaluate((which) => {
    const canvas = document.querySelector(which);
    if (canvas === null || canvas.width === 0) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value, at) => sum + (at % 4 === 3 && value > 0 ? 1 : 0), 0);
  }, selector);

const visit = (options, run) =>
  visitFixture(shared, { scenario: "story", ...options }, async (opened) => {
    await until("the drawing", async () => (await inked(opened.page, "#mesh canvas")) > 2_000);
    await run(opened);
  });

const spoken = (page) => textOf(page, '#mesh [role="status"]');

test("the drawing is there, and its words say what hangs on whom", async () => {
  await visit({}, async ({ page, trouble }) => {
    await shows(page, "#mesh", /8 own links · 18 reported by neighbours/);
    await shows(page, "#mesh", /stays connected whichever one link or peer it loses/);
    await shows(page, ".mesh-spot", /is the only known way to 5 nodes/);
    // Reading the canvas back is this test's own doing.
    assert.deepEqual(trouble.filter((text) => !text.includes("willReadFrequently")), []);
  });
});

test("arrow keys walk, Enter selects, the card speaks, Esc closes it", async () => {
  await visit({}, async ({ page }) => {
    await page.focus(".mesh-field");
    await until("where one is", async () => /this node, 8 links known/.test(await spoken(page)));
    await page.keyboard.press("ArrowRight");
    await until("a peer", async () => /own link, strong/.test(await spoken(page)));
    await page.keyboard.press("Enter");
    await until("the card", async () => (await page.locator(".mesh-card dl").count()) === 1);
    await shows(page, ".mesh-card", /Strength.*of 100.*Cuts off5 nodes/s);
    await page.keyboard.press("ArrowRight");
    await until("one further out", async () => /reported by 1 neighbour/.test(await spoken(page)));
    await page.keyboard.press("Enter");
    await until("who says so", async () => /Reported by.*s ago.*Hops2/s.test(await textOf(page, ".mesh-card")));
    await page.keyboard.press("Escape");
    await until("no card", async () => (await page.locator(".mesh-card").count()) === 0);
  });
});

test("T turns the drawing the focus is on into a table, and leaves the figures alone", async () => {
  await visit({}, async ({ page }) => {
    await page.focus(".mesh-field");
    await page.keyboard.press("t");
    await until("the table", async () => (await page.locator(".mesh-table tbody tr").count()) === 27);
    assert.equal(await page.locator("#stats table").count(), 0);
    await shows(page, ".mesh-table tbody tr", /own link.*5 nodes/s); // what cuts others off comes first
    await shows(page, ".mesh-table", /1 min ago/); // an old report says so
  });
});

test("the large view is an address of its own, and Back closes it", async () => {
  await visit({}, async ({ page }) => {
    await page.click(".mesh-foot .link-button");
    await until("the large drawing", async () => (await inked(page, ".mesh-large canvas")) > 2_000);
    await becomes("the address", () => page.url(), /#\/node\?mesh$/);
    await page.locator(".mesh-holds .button").first().click();
    await until("the card", async () => (await page.locator(".mesh-large .mesh-card dl").count()) === 1);
    await page.goBack();
    await until("no dialog", async () => (await page.locator("dialog").count()) === 0);
  });
});

test("nothing is drawn anew while nothing changes", async () => {
  await visit({}, async ({ page, fixture }) => {
    fixture.setSilent(true);
    await until("stale", async () => (await page.locator(".banner-bad").count()) === 1);
    await page.evaluate(() => {
      const canvas = document.querySelector("#mesh canvas");
      window.drawings = 0;
      const ctx = canvas.getContext("2d");
      const clear = ctx.clearRect.bind(ctx);
      ctx.clearRect = (...where) => {
        window.drawings += 1;
        clear(...where);
      };
    });
    const clockGoesOn = async () => {
      const ages = await textOf(page, ".banner-bad");
      await until("the clock goes on", async () => (await textOf(page, ".banner-bad")) !== ages);
    };
    await clockGoesOn(); // by then it was drawn as stale
    await page.evaluate(() => (window.drawings = 0));
    await clockGoesOn();
    assert.equal(await page.evaluate(() => window.drawings), 0);
  });
});

test("neighbours that make up nodes are drawn, capped, and change no answer", async () => {
  await visit({ scenario: "many" }, async ({ page }) => {
    await shows(page, "#mesh", /200 own links · 240 reported/);
    await shows(page, "#mesh", /stays connected whichever/);
    await page.focus(".mesh-field");
    await page.keyboard.press("t");
    await until("the table", async () => (await page.locator(".mesh-table tbody tr").count()) === 300);
    await shows(page, ".mesh-table", /141 more are known/);
  });
});

test("nobody to draw is said in words", async () => {
  await visitFixture(shared, { scenario: "empty" }, async ({ page }) => {
    await until("the words", async () => /No links yet/.test(await textOf(page, "#mesh")));
    assert.equal(await page.locator("#mesh canvas").count(), 0);
  });
});

for (const theme of ["light", "dark"]) {
  test(`forced colours reach the canvas, ${theme}`, async () => {
    await visit({ theme, forcedColors: "active" }, async ({ page }) => {
      const { text, inks } = await page.evaluate(() => {
        const canvas = document.querySelector("#mesh canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const inks = {};
        for (let at = 0; at < data.length; at += 4) {
          const ink = `rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`;
          if (data[at + 3] === 255) inks[ink] = (inks[ink] ?? 0) + 1;
        }
        const word = document.body.appendChild(document.createElement("i"));
        word.style.color = "CanvasText";
        return { text: getComputedStyle(word).color, inks };
      });
      assert.ok(inks[text] > 1_000, `${inks[text]} dots have the system's colour of text, ${text}`);
      for (const own of ["rgb(29, 27, 22)", "rgb(236, 235, 231)"])
        assert.ok(!(inks[own] > 10), "the page's own ink is not used");
    });
  });
}

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing, and 320 px do not scroll sideways, ${theme}`, async () => {
    await visit({ theme, bypassCSP: true }, async ({ page }) => {
      await page.focus(".mesh-field");
      await page.keyboard.press("Enter");
      await assertAccessible(page, "drawing with a card");
      await page.keyboard.press("t");
      await assertAccessible(page, "table");
      await page.keyboard.press("t");
      await page.click(".mesh-foot .link-button");
      await until("the large drawing", async () => (await page.locator(".mesh-large").count()) === 1);
      await assertAccessible(page, "large");
      await page.setViewportSize({ width: 320, height: 640 });
      await until("large at 320", async () => (await sideways(page)) <= 0);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await until("no dialog", async () => (await page.locator("dialog").count()) === 0);
      await until("page at 320", async () => (await sideways(page)) <= 0);
    });
  });
}
