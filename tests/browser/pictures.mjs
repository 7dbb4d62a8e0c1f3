/* SPDX-License-Identifier: Apache-2.0 */
/* The picture of the Content page in the manual, from the fake node:  node pictures.mjs [FOLDER] */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage, startBrowser, textOf, until, visitFixture } from "./browser.mjs";

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "../../docs/pictures");

const { bundle, remove } = await buildPage();
const browser = await startBrowser();
await visitFixture({ bundle, browser }, { scenario: "calm", width: 1200, height: 2040 }, async ({ page, fixture }) => {
  fixture.content.items.find(({ name }) => name?.startsWith("map of")).name = "map of the valley.png";
  await until("live", async () => /Live/.test((await textOf(page, ".live")) ?? ""));
  await page.evaluate(() => (location.hash = "#/content"));
  await page.locator(".post").first().waitFor();
  await page.locator("#quarantine .shut").first().waitFor();
  await page.screenshot({ path: join(folder, "content.png") });
});
await browser.close();
await remove();
