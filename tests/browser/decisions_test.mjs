/* SPDX-License-Identifier: Apache-2.0 */
/* Deciding about peers, before a fake node: blocks, who waits for approval. Whole stories on one page each, as a person would go through them. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertAccessible, becomes, shows, sideways, until, useDashboard, visitFixture } from "./browser.mjs";

const shared = useDashboard();
const visit = (options, run) =>
  visitFixture(shared, { scenario: "calm", ...options }, async (opened) => {
    await opened.page.locator(".peer-row").first().waitFor();
    await run(opened);
  });
const says = (page, words) => shows(page, "#operations", words);
const rowButton = (page, at) => page.locator(".row-button").nth(at);
const noDialog = (page) => until("no dialog", async () => (await page.locator("dialog").count()) === 0);

/** Until a form says what it would do. */
const impact = (page, words) => shows(page, ".impact", words);

test("a node is blocked from its row by keyboard, undone, blocked for a day, and let go", async () => {
  await visit({}, async ({ page, fixture, trouble }) => {
    await shows(page, "#blocks", /Nobody is blocked.*they are not spread/s);
    const { links } = fixture.node;
    await rowButton(page, 0).focus();
    await page.keyboard.press("b");
    await page.locator(".ask[open]").waitFor();
    await impact(page, /1 link is cut, 6 stay.*0 transfers.*0 files.*own access is not touched/s);
    await shows(page, ".ask .deed", "Block node");
    await page.getByLabel("For how long").selectOption({ label: "24 hours" });
    await shows(page, ".ask .deed", "Block node for 24 hours");
    await page.getByLabel("Reason, for your own list").fill("floods");
    await page.keyboard.press("Enter");
    await noDialog(page);
    await says(page, /Blocked \w{4}…\w{4}.*reason: “floods”.*ends by itself in 2[34] h/s);
    await shows(page, ".decision", /both directions.*node · 2[34] h.* left · refused 0 ×.*floods/s);
    await becomes("open links", () => links.filter(({ state }) => state === "open").length, 6);
    await page.locator("h1").click();
    await page.keyboard.press("u");
    await shows(page, "#blocks", /Nobody is blocked/);
    await says(page, /back as it was/);

    await rowButton(page, 1).focus();
    await page.keyboard.press("b");
    await impact(page, /1 link is cut/);
    await page.getByLabel(/Every node of user|all that claim/).check();
    await shows(page, ".ask .deed", /^Block (user|node and claims)$/);
    await page.getByRole("button", { name: "Incoming", exact: true }).click();
    await shows(page, ".ask-field .ask-note", /They cannot link to us; we may call them/);
    await page.locator(".ask .deed").click();
    await shows(page, ".decision", /incoming.*until removed/s);
    assert.equal(fixture.node.people.blocks[0].direction, "in");
    await page.locator(".decision").getByRole("button", { name: /^Remove: / }).click();
    await shows(page, "#blocks", /Nobody is blocked/);
    await page.getByRole("button", { name: /^Undo: Unblocked / }).click();
    await page.locator(".decision").waitFor();
    assert.deepEqual(trouble, []);
  });
});

test("an id is blocked from the list; the list goes to a file and back", async () => {
  await visit({}, async ({ page, fixture, trouble }) => {
    await page.getByRole("button", { name: "block an id" }).click();
    await impact(page, /Give the whole id first/);
    await page.getByLabel(/^Its id/).fill("abc");
    await becomes("the deed waits", () => page.locator(".ask .deed").getAttribute("aria-disabled"), "true");
    const id = fixture.node.links[3].nodeId;
    await page.getByLabel(/^Its id/).fill(id);
    await impact(page, /1 link is cut/);
    await page.locator(".ask .deed").click();
    await page.locator(".decision").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "skep-blocks.json");
    const file = JSON.parse(await readFile(await download.path(), "utf8"));
    assert.equal(file.items[0].nodeId, id);
    await page.locator(".decision").getByRole("button", { name: /^Remove: / }).click();
    await shows(page, "#blocks", /Nobody is blocked/);

    const ended = { ...file.items[0], nodeId: "b".repeat(32), endsAt: Date.now() - 10_000 };
    const items = [file.items[0], ended, { kind: "star" }];
    const put = (content) =>
      page.locator("#block-file").setInputFiles({
        name: "blocks.json",
        mimeType: "application/json",
        buffer: Buffer.from(content),
      });
    await page.getByRole("button", { name: "Import…" }).first().click();
    await put("no list");
    await shows(page, ".block-file", /holds no block list/);
    await put(JSON.stringify({ items }));
    await shows(page, ".block-file", /1 entry blocked, 1 had ended, 1 not understood\./);
    await page.locator(".decision").waitFor();
    fixture.refusal = ["There is no room for another operation", "Remove a block."];
    await put(JSON.stringify({ items: [file.items[0]] }));
    await shows(page, ".block-file", /0 entries blocked, 1 refused\. There is no room/);
    assert.equal(trouble.length, 1, `${trouble}: the browser itself tells of the 503`);
  });
});

test("who waits is approved or rejected at once, and both are taken back", async () => {
  await visit({ scenario: "decisions" }, async ({ page, fixture, trouble }) => {
    await page.locator("#pending .decision").nth(1).waitFor();
    await shows(page, "#pending .decision", /claimed.*waits [4-9] min.*asked 3 times.*lapses in/s); // the oldest first
    await shows(page, "#pending", /same user as/);
    await shows(page, "#controls", /Manual approval.*2 peers wait/s);
    await page.getByRole("button", { name: "Review" }).click();
    const waiting = () => fixture.node.people.pending.length;
    const decide = (deed) => page.getByRole("button", { name: new RegExp(`^${deed}: `) }).first();
    await decide("Approve").press("Enter");
    await says(page, /Approved \w{4}…\w{4}/);
    await becomes("who waits", waiting, 1);
    await until("its link", async () => (await page.locator(".peer-row").count()) === 14);
    await page.getByRole("button", { name: /^Undo: Approved / }).click();
    await until("both again", async () => (await page.locator("#pending .decision").count()) === 2);
    await decide("Reject").click();
    await says(page, /Rejected \w{4}…\w{4}/);
    await until("one", async () => (await page.locator("#pending .decision").count()) === 1);
    await page.keyboard.press("u");
    await until("both again", async () => (await page.locator("#pending .decision").count()) === 2);
    await decide("Approve").click();
    await until("one", async () => (await page.locator("#pending .decision").count()) === 1);
    await decide("Reject").click();
    await shows(page, "#pending", /Nobody waits/);
    await page.getByRole("switch", { name: "Manual approval" }).click();
    await until("no panel", async () => (await page.locator("#pending").count()) === 0);
    assert.deepEqual(trouble, []);
  });
});

for (const theme of ["light", "dark"]) {
  test(`axe finds nothing where decisions are made, ${theme}`, async () => {
    await visit({ theme, bypassCSP: true, scenario: "decisions" }, async ({ page }) => {
      await page.locator(".decision").nth(4).waitFor();
      await rowButton(page, 0).focus();
      await page.getByRole("button", { name: /^More for / }).first().press("Enter");
      await page.getByRole("menu").waitFor();
      await assertAccessible(page, "lists and a menu");
      await page.keyboard.press("Escape");
      await rowButton(page, 0).focus();
      await page.keyboard.press("b");
      await impact(page, /link is cut/);
      await assertAccessible(page, "the block form");
      await page.locator(".ask .deed").click();
      await says(page, /Blocked/);
      await page.getByRole("button", { name: "Connect to…" }).click();
      await page.locator(".ask[open]").waitFor();
      await assertAccessible(page, "the form to connect");
      await page.keyboard.press("Escape");
      await noDialog(page);
      await page.getByRole("link", { name: "All operations" }).click();
      await page.locator("dialog[open] .operation").first().waitFor();
      await assertAccessible(page, "all operations");
      await page.keyboard.press("Escape");
      await noDialog(page);
      await rowButton(page, 0).focus();
      await page.keyboard.press("w");
      await page.locator("dialog[open] .why").waitFor();
      await assertAccessible(page, "why");
      await page.keyboard.press("Escape");
      await page.evaluate(() => (location.hash = "#/"));
      await page.locator(".connect").waitFor();
      await assertAccessible(page, "the short page");
    });
  });
}

test("lists, forms and drawers fit every width, and a finger", async () => {
  for (const width of [320, 390, 768, 1024, 1280, 1440]) {
    await visit({ width, hasTouch: true, scenario: "decisions" }, async ({ page }) => {
      await page.locator(".decision").nth(4).waitFor();
      await until(`page at ${width}`, async () => (await sideways(page)) <= 0);
      await page.getByRole("button", { name: "Block…" }).first().click();
      await page.locator(".ask[open]").waitFor();
      const form = await page.locator(".ask").boundingBox();
      assert.ok(form.x >= 0 && form.x + form.width <= width, `form at ${width}`);
      const heights = await page
        .locator(".decision button, .ask button, .ask select, .ask-whom label, #peers .panel-head button")
        .evaluateAll((all) => all.map((element) => element.getBoundingClientRect().height));
      assert.ok(width > 640 || Math.min(...heights) >= 44, `${width}: ${heights}`);
      await page.keyboard.press("Escape");
      await noDialog(page);
      await page.evaluate(() => (location.hash = "#/"));
      await page.locator(".connect").waitFor();
      await until(`short page at ${width}`, async () => (await sideways(page)) <= 0);
    });
  }
});
