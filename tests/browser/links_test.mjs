/* SPDX-License-Identifier: Apache-2.0 */
/* Links by hand, and why a peer is as it is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, counts, shows, until, useDashboard, visitFixture } from "./browser.mjs";

const shared = useDashboard();
const visit = (options, run) =>
  visitFixture(shared, { scenario: "calm", ...options }, async (opened) => {
    await opened.page.locator(".peer-row").first().waitFor();
    await run(opened);
  });
const says = (page, words) => shows(page, "#operations", words);
const rowButton = (page, at) => page.locator(".row-button").nth(at);
const noDialog = (page) => until("no dialog", async () => (await page.locator("dialog").count()) === 0);

test("links end and begin by hand: from the row, its menu, its key, and by address", async () => {
  await visit({}, async ({ page, fixture, trouble }) => {
    const open = () => fixture.node.links.filter(({ state }) => state === "open").length;
    await page.getByRole("button", { name: /^Disconnect: / }).first().click();
    await says(page, /Disconnected \w{4}…\w{4}/);
    await becomes("open links", open, 6);
    await page.getByRole("button", { name: /^Connect again: / }).click();
    await says(page, /Called \w{4}…\w{4}/);
    await until("linked again", async () => open() === 7);

    await rowButton(page, 2).focus();
    await page.keyboard.press("x");
    await until("ended by its key", async () => open() === 6);
    const more = page.getByRole("button", { name: /^More for / }).nth(1);
    await more.press("Enter");
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Escape");
    await until("no menu", async () => (await page.getByRole("menu").count()) === 0);
    await becomes("the focus", () => page.evaluate(() => document.activeElement.ariaLabel), /^More for /);
    await page.keyboard.press("Enter");
    await becomes("the focus", () => page.evaluate(() => document.activeElement.getAttribute("role")), "menuitem");
    await page.getByRole("menuitem", { name: "Disconnect", disabled: false }).press("Enter"); // a page that is late waits
    await until("ended by its menu", async () => open() === 5);

    await page.getByRole("button", { name: "Connect to…" }).click();
    await page.getByLabel("Node id or address").fill("203.0.113.9:8782");
    await page.keyboard.press("Enter");
    await noDialog(page);
    await says(page, /Called 203\.0\.113\.9:8782/);
    await until("linked by address", async () => open() === 6);
    assert.deepEqual(trouble, []);
  });
});

test("a menu stays with its button, whatever moves that, and goes when it is not to be seen", async () => {
  await visit({}, async ({ page, trouble }) => {
    const more = page.getByRole("button", { name: /^More for / }).first();
    const menu = page.getByRole("menu");
    const isBeside = async () => {
      const [button, opened] = await Promise.all([more.boundingBox(), menu.boundingBox()]);
      const gap = opened.y > button.y ? opened.y - button.y - button.height : button.y - opened.y - opened.height;
      return Math.abs(gap - 4) < 1;
    };
    await more.evaluate((button) => {
      document.body.style.paddingBottom = "3000px"; // so that there is somewhere to scroll to
      button.scrollIntoView({ block: "center" }); // which is told with the next frame only, as after Tab
      button.click();
      document.body.style.paddingTop = "9px"; // something above it has grown meanwhile
    });
    await until("beside its button", isBeside);
    await page.evaluate(() => (document.body.style.paddingTop = "31px")); // and again, without a scroll
    await until("beside its button again", isBeside);
    await page.evaluate(() => scrollBy(0, 40));
    await until("beside its button still", isBeside);
    await page.evaluate(() => scrollBy(0, 2500));
    await until("no menu", async () => (await menu.count()) === 0);
    assert.deepEqual(trouble, []);
  });
});

test("the short page calls a peer, says what is not understood and what is refused", async () => {
  await visit({ path: "link" }, async ({ page, fixture }) => {
    await page.evaluate(() => (location.hash = "#/"));
    const field = page.getByLabel("Node id or address");
    const form = ".connect";
    await field.fill("peer.example");
    await page.keyboard.press("Enter");
    await shows(page, form, /neither a node id.*nor IP:port/);
    await field.fill(fixture.node.nodeId);
    await page.keyboard.press("Enter");
    await shows(page, form, /That is this node/);
    await field.fill("z".repeat(32));
    await page.keyboard.press("Enter");
    await shows(page, form, /No address of this node is known\. Give its address too/);
    assert.equal(await field.inputValue(), "z".repeat(32), "what was typed stays");
    await field.fill(`${"z".repeat(32)}@203.0.113.9:8782`);
    await page.keyboard.press("Enter");
    await shows(page, form, /203\.0\.113\.9:8782 is being called/);
    await counts(page, ".net-peer", 6);
    await page.locator(".net-peer").getByRole("button", { name: /^Disconnect: / }).last().click();
    await until("ended", async () => fixture.node.links.some(({ state }) => state === "closed"));
    fixture.refusal = ["There is no room for another operation", "Try again later."];
    await page.locator(".net-peer").getByRole("button", { name: /^Disconnect: / }).first().click();
    await shows(page, ".refused-list", /\w{4}…\w{4} There is no room for another operation\./);
    await page.locator(".refused-list").getByRole("button", { name: "Close" }).click();
    await counts(page, ".refused-list", 0);
  });
});

test("why: an answer, deeds, evidence, what it is not; and all operations", async () => {
  await visit({ scenario: "decisions" }, async ({ page, fixture, trouble }) => {
    await page.locator("#verdict").getByRole("link", { name: "Why?" }).click();
    await page.locator("dialog[open] .why").waitFor();
    assert.match(page.url(), /\?why=[a-z2-7]{32}$/);
    await shows(page, "dialog", /Why is \w{4}…\w{4} weak\?It loses 12\.1 % of what it sends us\./);
    await shows(page, "dialog", /What you can doDisconnectLets a better peer take the place; 12 other peers/);
    await shows(page, "dialog", /Evidence, in order.*linked to.*link-open.*Round trip \d+ ms, loss 12\.1 %now/s);
    await shows(page, "dialog", /What it is notYour uplink: the other 7 links lose 0\.2 %A control of yours/);
    await page.getByRole("link", { name: /Events of this peer/ }).click();
    await page.locator("dialog[open] .event-row").waitFor();
    await counts(page, ".event-row", 1); // those that name it
    await page.goBack();
    await page.locator("dialog[open] .why").waitFor();
    await page.locator(".why").getByRole("button", { name: /^Disconnect: / }).click();
    await shows(page, "dialog", /not linked/);
    await shows(page, ".why-remedy", /Connect/);
    await page.keyboard.press("Escape");
    await noDialog(page);

    const { control } = fixture.node;
    const failed = control.ask({ action: "mesh.disable" }, Date.now());
    control.takeBack(failed, "failed", Date.now());
    control.ask({ action: "pause.inbound", forMs: 60_000 }, Date.now());
    await says(page, /Incoming links paused/);
    await page.getByRole("link", { name: "All operations" }).click();
    const list = page.locator("dialog[open] .operation");
    await list.nth(2).waitFor();
    await becomes("the first", () => list.nth(0).textContent(), /Incoming links paused.*resumes by itself/s);
    await becomes("the second", () => list.nth(1).textContent(), /Mesh routing was not turned off.*Try again/s);
    await becomes("the third", () => list.nth(2).textContent(), /Disconnected .*Connect again/s);
    await list.nth(0).getByRole("button", { name: /^Undo: / }).click();
    await until("taken back", async () => /back as it was/.test(await list.nth(0).textContent()));
    assert.equal(fixture.node.control.on["pause-inbound"], false);
    assert.deepEqual(trouble, []);
  });
});
