/* SPDX-License-Identifier: Apache-2.0 */
/* Posts on the pages of two running nodes that are linked:  node posts_live_test.mjs URL URL
 * The URLs are what `skep dashboard` prints for each; neither node has any content yet. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { button, openPage, startBrowser, textOf, until } from "./browser.mjs";

const urls = process.argv.filter((word) => /^http:\/\//.test(word));
const skip = urls.length < 2 ? "the links of two dashboards were not given" : false;

let browser;
let here;
let there;

before(async () => {
  if (skip) return;
  browser = await startBrowser();
  [here, there] = await Promise.all(urls.map((url) => openPage(browser).then(async (opened) => {
    await opened.page.goto(url);
    await until("live", async () => /Live/.test((await textOf(opened.page, ".live")) ?? ""), 15_000);
    await opened.page.evaluate(() => (location.hash = "#/content"));
    await opened.page.locator("#posts .empty").waitFor();
    return opened;
  })));
});

after(async () => {
  await browser?.close();
});

const has = ({ page }, what) =>
  until(`${what}`, async () => what.test((await page.locator(".posts").textContent({ timeout: 100 }).catch(() => "")) ?? ""), 20_000);

test("a post with a file is written on one page and read on the other", { skip }, async () => {
  const { page } = here;
  await page.setInputFiles("#publish-files", { name: "gate.txt", mimeType: "text/plain", buffer: Buffer.from("the north gate") });
  await button(page, "Publish 1 file for anybody").click();
  await page.locator(".file-row", { hasText: "gate.txt" }).waitFor();
  await button(page, "Write a post…").click();
  await page.getByLabel("Text", { exact: true }).fill("Rain until noon.\n<b>The north gate</b> stays open.");
  await page.getByRole("textbox", { name: "Tags" }).fill("weather gates");
  await button(page, "Attach gate.txt").click();
  await button(page, "Publish post").click();
  await has(here, /You.*Signature verifiedRain until noon\.\n<b>The north gate<\/b> stays open\..*gate\.txt.*weathergates/);
  await has(there, /\w{4}…\w{4}.*Signature verifiedRain until noon\.\n<b>The north gate<\/b> stays open\..*weathergates/);
  assert.equal(await there.page.getByRole("button", { name: /^Edit the post/ }).count(), 0, "it is not theirs");
});

test("a later version takes its place on both", { skip }, async () => {
  await button(here.page, "Edit the post “Rain until noon.”").click();
  await here.page.getByLabel("Text", { exact: true }).fill("Rain until four.");
  await button(here.page, "Publish new version").click();
  await has(here, /edited, version 2.*Rain until four\./);
  await has(there, /edited, version 2.*Rain until four\./);
  assert.equal(await there.page.locator(".post").count(), 1);
});

test("deleted on one, it is gone from both, and says so", { skip }, async () => {
  await button(here.page, "Delete the post “Rain until four.”").click();
  await button(here.page, "Delete post").click();
  await has(here, /^ ?You deleted this post/);
  await has(there, /^ ?\w{4}…\w{4} deleted this post/);
});

test("nothing on either page is undefined, and the browsers had nothing to complain about", { skip }, async () => {
  for (const { page, trouble } of [here, there]) {
    assert.doesNotMatch(await page.locator("main").innerText(), /undefined|NaN|\[object|null/);
    assert.deepEqual(trouble, []);
  }
});
