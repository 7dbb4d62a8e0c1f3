/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard before a fake node (dashboard/test/fixture_server.mjs): does it show what comes?
 * Each test has its own server on a free port and its own browser profile. */

import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { becomes, counts, shows, sideways, textOf, until, useDashboard, visitFixture } from "./browser.mjs";

const shared = useDashboard();
const visit = (options, run) => visitFixture(shared, options, run);
const hasRows = (page, count) => () =>
  page
    .locator(".peer-row")
    .count()
    .then((rows) => rows >= count);

test("the page is four requests, within 79,000 bytes, and quiet", async () => {
  await visit({ scenario: "story" }, async ({ page, fixture, trouble, hosts }) => {
    await until("peers", hasRows(page, 8));
    await until("a second message", () => fixture.sent > 6);
    const gets = fixture.requests.filter((request) => request.startsWith("GET"));
    // The figures from before it was opened come when somebody is there.
    assert.deepEqual(gets.sort(), [
      "GET /",
      "GET /api/v1/stream",
      "GET /app.css",
      "GET /app.js",
    ]);
    assert.deepEqual(trouble, []);
    assert.equal(hosts.size, 1);
    const files = ["index.html", "app.css", "app.js"];
    const sizes = await Promise.all(
      files.map(async (name) => (await stat(join(shared.bundle, `${name}.br`))).size),
    );
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= 79_000, String(sizes));
  });
});

test("the token leaves the address and the history", async () => {
  await visit({ scenario: "calm" }, async ({ page, fixture }) => {
    await until("peers", hasRows(page, 7));
    await becomes("the address", () => page.url(), `${fixture.url}#/node`);
    await page.reload();
    await until("peers again, by the cookie", hasRows(page, 7));
  });
});

test("what comes late has its place: the controls stay where they are from the first frame on", async () => {
  await visit({ scenario: "calm" }, async ({ page }) => {
    await until("peers", hasRows(page, 7));
    await page.addInitScript(() => {
      window.tops = new Set();
      const look = () => {
        const panel = document.querySelector("#controls");
        if (panel !== null) window.tops.add(Math.round(panel.getBoundingClientRect().top));
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    await page.reload();
    await until("charts", async () => (await page.locator(".stat .chart").count()) >= 2);
    assert.equal((await page.evaluate(() => [...window.tops])).length, 1);
  });
});

test("every panel shows what came, and figures move", async () => {
  await visit({ scenario: "story" }, async ({ page }) => {
    await until("peers", hasRows(page, 8));
    await shows(page, "h1", "Working, with 2 problems");
    await counts(page, ".finding", 3); // two problems and a notice
    await shows(page, "#signaling", /No signaling endpoint is configured/);
    await shows(page, "#rendezvous", /Beacon 2.*silent 6 min/s);
    await shows(page, "#diagnostics", /beacon 2: no answer/);
    await shows(page, "#peers", /Connected · 8.*Trying · 2.*Not connected · 3/s);
    await shows(page, ".peer-row", /34/); // the weakest link comes first
    const rates = () => textOf(page, ".stat:nth-child(2) .stat-figures");
    const first = await rates();
    await until("another rate", async () => (await rates()) !== first);
    await until("a chart", async () => (await page.locator(".chart canvas").count()) === 3);
  });
});

test("who can reach the node is said by family, with what to do when nobody can", async () => {
  await visit({ scenario: "story" }, async ({ page, fixture }) => {
    await until("peers", hasRows(page, 8));
    const told = () => textOf(page, "#reachability");
    await shows(page, "#reachability", /Peers cannot dial this node/);
    await shows(page, "#reachability", /IPv4Private.*seen at 203\.0\.113\.5:8782.*did not get through: \w{4}…/s);
    await shows(page, "#reachability", /asked again in \d+:\d\d/);
    await shows(page, "#reachability", /IPv6Not known yet/);
    await shows(page, "#reachability", /Open TCP port 8782.*--advertise ADDR:PORT/s);
    await page.evaluate(() => (location.hash = "#/"));
    await until("the short page", async () => (await page.locator(".net-head").count()) === 1);
    await shows(page, ".page-networking", /IPv4 private · IPv6 not known yet/);
    await page.evaluate(() => (location.hash = "#/node"));
    fixture.setScenario("calm");
    await until("the good news", async () => /Peers can dial this node/.test(await told()));
    await shows(page, "#reachability", /IPv4Public.*got through: \w{4}….*IPv6Public/s);
    assert.doesNotMatch(await told(), /To be reached/);
  });
});

test("a peer without a link says why, how often it was tried and when it is tried next", async () => {
  await visit({ scenario: "story" }, async ({ page }) => {
    await until("peers", hasRows(page, 13));
    const row = page.locator(".peer-row", { hasText: "Next try in" });
    const left = async () => /Next try in (\d:\d\d)/.exec(await row.textContent())?.[1];
    const first = await left();
    await until("the countdown moves", async () => (await left()) !== first);
    await becomes("its row", () => row.textContent(), /longer after each try in vain.*tried 3 times in vain/s);
    await row.locator(".row-button").click();
    await shows(page, ".peer-detail", /Why there is no link.*Waits, longer after each try in vain.*back-off/s);
    await shows(page, ".peer-detail", /Next tryin 0:\d\d.*Tried 3 times in vain.*timeout/s);
    await shows(page, ".peer-detail", /Learned frombeacon 1 · 15 min ago/);
  });
});

test("an opened link says what its inputs weigh, which pulls it down, and where it is from", async () => {
  await visit({ scenario: "story" }, async ({ page }) => {
    await until("peers", hasRows(page, 8));
    await shows(page, ".peer-row .col-learned", /beacon 1\d+ min ago/);
    await page.locator(".row-button").first().click();
    await shows(page, ".peer-detail", /Loss pulls it down most\..*delay 35, loss 35, jitter 15/s);
    await shows(page, ".peer-detail", /has one of this node’s places/);
    const lengths = await page
      .locator(".meter-line .well")
      .evaluateAll((wells) => wells.map((well) => well.getAttribute("width")));
    assert.deepEqual(lengths, ["70", "70", "30", "30"]);
  });
});

test("a loss that is not known is a dash with its reason", async () => {
  await visit({ scenario: "calm" }, async ({ page }) => {
    await until("peers", hasRows(page, 7));
    await shows(page, ".stat:nth-child(4)", /—/);
    const loss = await textOf(page, ".stat:nth-child(4)");
    assert.match(loss, /200 numbered packets/);
    assert.doesNotMatch(loss, /0\.0/);
  });
});

test("the theme follows the system until the button is pressed, and is remembered", async () => {
  await visit({ scenario: "calm", theme: "dark" }, async ({ page }) => {
    const ground = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await until("peers", hasRows(page, 7));
    await becomes("the ground", ground, "rgb(16, 17, 19)");
    await page.emulateMedia({ colorScheme: "light" });
    await until("light", async () => (await ground()) === "rgb(245, 244, 240)");
    await page.click(".theme-button");
    await becomes("the ground", ground, "rgb(16, 17, 19)");
    await page.reload();
    await until("peers", hasRows(page, 7));
    await becomes("the ground", ground, "rgb(16, 17, 19)");
  });
});

test("a thousand rows cost no more than those in sight", async () => {
  await visit({ scenario: "many" }, async ({ page }) => {
    await until("peers", async () => /200 connected/.test(await textOf(page, "#peers")));
    await page.evaluate(() => scrollTo(0, 4_000));
    await until("later rows", hasRows(page, 20));
    assert.ok((await page.locator(".peer-row").count()) < 60);
    await page.fill("#find-peer", "127.0.0.1:41150");
    await until("the one found", async () => (await page.locator(".peer-row").count()) === 1);
  });
});

test("of a thousand rows that change each second those in sight all do, and in turn", async () => {
  await visit({ scenario: "thousand" }, async ({ page }) => {
    await until("peers", async () => /1000 connected/.test(await textOf(page, "#peers")));
    await page.locator("#peers").evaluate((panel) => panel.scrollIntoView());
    await until("rows in sight", hasRows(page, 20));
    const changes = await page.evaluate(async () => {
      const seen = new Map([...document.querySelectorAll(".peer-row")].map((row) => [row.dataset.key, new Set()]));
      const watch = new MutationObserver((records) => {
        for (const { target } of records) {
          const row = (target.nodeType === 1 ? target : target.parentElement)?.closest(".peer-row");
          seen.get(row?.dataset.key)?.add(Math.floor(performance.now() / 100));
        }
      });
      const body = document.querySelector(".peers-table tbody");
      watch.observe(body, { subtree: true, childList: true, characterData: true, attributes: true });
      const stayed = () =>
        [...seen].filter(([key]) => document.querySelector(`.peer-row[data-key="${key}"]`) !== null);
      await new Promise((done) => setTimeout(done, 3_000));
      for (let i = 0; i < 270 && stayed().some(([, times]) => times.size === 0); i++)
        await new Promise((done) => setTimeout(done, 100));
      return stayed().map(([, times]) => [...times]);
    });
    assert.ok(changes.length > 10 && changes.every((times) => times.length > 0), "every row");
    assert.ok(new Set(changes.flat()).size >= 6, "not all at the same time");
  });
});

test("no width scrolls sideways", async () => {
  const widths = [320, 390, 768, 1024, 1440, 1920];
  await visit({ scenario: "story" }, async ({ page }) => {
    const atEveryWidth = async (what) => {
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await until(`${what} at ${width}`, async () => (await sideways(page)) <= 0);
      }
    };
    await until("peers", hasRows(page, 8));
    await page.locator(".row-button").first().click();
    await atEveryWidth("the node page");
    await page.evaluate(() => (location.hash = "#/"));
    await until("the short page", async () => (await page.locator(".net-head").count()) === 1);
    await atEveryWidth("the networking page");
    await page.evaluate(() => (location.hash = "#/?events"));
    await until("the drawer", async () => (await page.locator("dialog[open]").count()) === 1);
    await atEveryWidth("a drawer");
  });
});
