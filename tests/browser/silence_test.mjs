/* SPDX-License-Identifier: Apache-2.0 */
/* When nothing comes, or not yet, or not any more: the page says which, and goes on when it comes again. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { startFixture } from "../../dashboard/test/fixture_server.mjs";
import { becomes, counts, openPage, shows, textOf, until, useDashboard, visitFixture } from "./browser.mjs";

const shared = useDashboard();
const visit = (options, run) => visitFixture(shared, options, run);
const hasRows = (page, count) => () =>
  page
    .locator(".peer-row")
    .count()
    .then((rows) => rows >= count);

test("an outage is a banner that counts down and goes by itself", async () => {
  await visit({ scenario: "outage" }, async ({ page, fixture }) => {
    await until("peers", hasRows(page, 5));
    await shows(page, ".banner", /No network: every dial fails since \d\d:\d\d:\d\d/);
    await shows(page, ".banner", /tries again (in 0:\d\d|now)/);
    await shows(page, '[role="alert"]', /No network/);
    await shows(page, ".peer-row", /network seems to be down/);
    fixture.setScenario("calm");
    await until("no banner", async () => (await page.locator(".banner").count()) === 0);
    await shows(page, '[role="alert"]', "");
  });
});

test("silence is said after 5 s and clears itself", async () => {
  await visit({ scenario: "story" }, async ({ page, fixture }) => {
    await until("peers", hasRows(page, 8));
    await page.evaluate(() => {
      const isThere = () => document.querySelector(".banner") !== null;
      new MutationObserver(() => (window.saidAt ??= isThere() ? Date.now() : undefined)).observe(document.body, {
        childList: true,
        subtree: true,
      });
    });
    const since = Date.now();
    fixture.setSilent(true);
    await counts(page, ".banner", 1);
    const after = (await page.evaluate(() => window.saidAt)) - since;
    assert.ok(after > 3_000, `3 s are no silence yet: ${after} ms`);
    await shows(page, ".banner", /does not answer. You see the state of \d\d:\d\d:\d\d/);
    await shows(page, ".live", /No answer for \d+ s/);
    await shows(page, "h1", "No answer");
    await shows(page, ".stat .stale-stamp", /as of \d\d:\d\d:\d\d/);
    await shows(page, '[role="alert"]', /./);
    fixture.setSilent(false);
    await until("no banner", async () => (await page.locator(".banner").count()) === 0);
    await shows(page, ".live", /Live/);
  });
});

test("a daemon that dies and comes back is found again", async () => {
  await visit({ scenario: "story" }, async ({ page, fixture }) => {
    await until("peers", hasRows(page, 8));
    await fixture.stop();
    await until("the banner", async () => (await page.locator(".banner").count()) === 1);
    await shows(page, ".banner", /Trying again every 2 s/);
    await fixture.start();
    await until("no banner", async () => (await page.locator(".banner").count()) === 0);
    await shows(page, "h1", "Working, with 2 problems");
  });
});

test("without a session the page says how to get in, and lets in", async () => {
  await visit({ scenario: "calm", path: "" }, async ({ page, fixture }) => {
    await until(
      "the refusal",
      async () => (await textOf(page, "h1")) === "This page is not signed in",
    );
    await shows(page, ".refused", /skep dashboard/);
    await page.fill("#token", "wrong");
    await page.keyboard.press("Enter");
    await until("the answer", async () =>
      /not accepted/.test(await textOf(page, "#token-problem")),
    );
    await page.fill("#token", fixture.link);
    await page.keyboard.press("Enter");
    await until("peers", hasRows(page, 7));
  });
});

test("a session that ends is a refusal, and a new link opens the same page again", async () => {
  await visit({ scenario: "calm" }, async ({ page, fixture }) => {
    await until("peers", hasRows(page, 7));
    fixture.revoke();
    await until("the refusal", async () => (await page.locator(".refused").count()) === 1);
    await page.evaluate((link) => location.assign(link), fixture.link);
    await until("peers", hasRows(page, 7));
    await becomes("the address", () => page.url(), `${fixture.url}#/node`);
  });
});

test("empty, cut off and stopping are said in words", async () => {
  await visit({ scenario: "empty" }, async ({ page, fixture }) => {
    await until("the empty list", async () => /No peers yet/.test(await textOf(page, "#peers")));
    await shows(page, "h1", "Starting: looking for peers");
    fixture.setScenario("cut-off");
    await until("cut off", async () => (await textOf(page, "h1")) === "Cut off: no peers");
    fixture.setScenario("stopping");
    await until("stopping", async () => /is stopping/.test((await textOf(page, ".banner")) ?? ""));
  });
});

test("before the first message the frame stands and nothing is invented", async () => {
  const fixture = await startFixture({ bundle: shared.bundle, scenario: "calm" });
  fixture.setSilent(true);
  const { page, context } = await openPage(shared.browser);
  try {
    await page.goto(fixture.link);
    await until("what is awaited", async () =>
      /waiting for the first/.test(await textOf(page, "#stats")),
    );
    assert.equal(await page.locator(".figure").count(), 0);
    await fixture.stop();
    await until("no answer", async () => /no figures/.test(await textOf(page, "#stats")), 30_000);
  } finally {
    await context.close();
    await fixture.stop();
  }
});
