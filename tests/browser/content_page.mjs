/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the Content page share: the way to it, and its list of files. */

import { live, visitFixture } from "./browser.mjs";

export const openContent = (page) => page.evaluate(() => (location.hash = "#/content"));

/** Goes there before a fake node, and on when the first of `awaited` is there. */
export const visitContent = (shared, options, awaited, run) =>
  visitFixture(shared, { scenario: "calm", ...options }, async (opened) => {
    await live(opened.page);
    await openContent(opened.page);
    await opened.page.locator(awaited).first().waitFor();
    await run(opened);
  });

export const rowOf = (page, name) => page.locator(".file-row", { hasText: name });

/** The names of the files, from the top. */
export const names = (page) => page.locator(".file-row .file-names > :first-child").allTextContents();
