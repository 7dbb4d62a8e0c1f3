/* SPDX-License-Identifier: Apache-2.0 */
/* The script that comes when something of it is first opened. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { counts, textOf, until, useDashboard, visitFixture } from "./browser.mjs";

const shared = useDashboard();
const visit = (options, run) => visitFixture(shared, options, run);
const hasRows = (page, count) => () =>
  page
    .locator(".peer-row")
    .count()
    .then((rows) => rows >= count);

test("what is opened first brings the late script, once", async () => {
  await visit({ scenario: "story" }, async ({ page, fixture, trouble }) => {
    await until("peers", hasRows(page, 8));
    const late = () => fixture.requests.filter((request) => /\/late\./.test(request)).sort();
    assert.deepEqual(late(), []);
    await page.keyboard.press("d");
    await page.locator("dialog[open] .event-row").first().waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".row-button").first().click();
    await page.locator(".peer-detail").waitFor();
    assert.deepEqual(late(), ["GET /late.css", "GET /late.js"]);
    assert.deepEqual(trouble, []);
  });
});

test("a late script that does not come says so, and comes at the next try", async () => {
  await visit({ scenario: "story" }, async ({ page, fixture }) => {
    await until("peers", hasRows(page, 8));
    let failed = 0;
    page.on("requestfailed", (request) => (failed += Number(/late\.js/.test(request.url()))));
    await fixture.stop();
    await page.keyboard.press("d");
    await until("the sentence", async () =>
      /did not come: the daemon does not answer/.test((await textOf(page, "dialog")) ?? ""),
    );
    await page.getByRole("button", { name: "Try again" }).click();
    await counts(page, "dialog[open]", 1); // its place stays while it is asked for
    await until("it again", async () =>
      failed === 2 && /did not come/.test((await textOf(page, "dialog [role=alert]")) ?? ""),
    );
    await page.keyboard.press("Escape");
    await until("no drawer", async () => (await page.locator("dialog").count()) === 0);
    await fixture.start();
    await page.keyboard.press("d");
    await until("the events", async () => (await page.locator(".event-row").count()) > 3);
  });
});

test("a late script of another build is not put together with this one", async () => {
  await visit({ scenario: "story" }, async ({ page }) => {
    await until("peers", hasRows(page, 8));
    await page.route("**/late.js*", async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/build_\w{12}/, "build_000000000000");
      await route.fulfill({ response: answer, body });
    });
    await page.keyboard.press("d");
    await until("the sentence", async () =>
      /has been updated since this page was opened/.test((await textOf(page, "dialog")) ?? ""),
    );
    await page.getByRole("button", { name: "Load the page again" }).waitFor();
  });
});
