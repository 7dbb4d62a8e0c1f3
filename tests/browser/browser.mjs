/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a real browser for a test, with a fresh profile each time and nothing but loopback. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, promisify } from "node:util";
import { chromium } from "playwright-core";
import { startFixture } from "../../dashboard/test/fixture_server.mjs";

const dashboard = join(dirname(fileURLToPath(import.meta.url)), "../../dashboard");

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page that remembers what went wrong on it. */
export async function openPage(browser, options = {}) {
  const { width = 1440, height = 900, theme = "light", ...rest } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    ...rest,
  });
  const page = await context.newPage();
  const trouble = [];
  const hosts = new Set();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") trouble.push(message.text());
  });
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== "data:") hosts.add(host);
  });
  return { page, context, trouble, hosts };
}

/** Waits until `check` answers true; the message says what was awaited, and what `last` says there was instead. */
export async function until(what, check, ms = 30_000, last = () => "") {
  const end = Date.now() + ms;
  for (;;) {
    if (await check()) return;
    if (Date.now() > end) throw new Error(`after ${ms} ms still not: ${what}${last()}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Waits until what `ask` answers is `wanted`: equal to it, or a text that it matches. A page shows what was done to it
 * when it comes to drawing, so whatever follows from a deed is awaited. */
export async function becomes(what, ask, wanted, ms = undefined) {
  let last = null;
  const isSo = async () => {
    last = await ask();
    return wanted instanceof RegExp ? wanted.test(last ?? "") : isDeepStrictEqual(last, wanted);
  };
  await until(`${what}: ${wanted instanceof RegExp ? wanted : JSON.stringify(wanted)}`, isSo, ms, () =>
    ` but ${JSON.stringify(last)}`,
  );
}

/** Waits until the text of the first match is like that. */
export const shows = (page, selector, wanted) => becomes(selector, () => textOf(page, selector), wanted);

/** Waits until so many match. */
export const counts = (page, selector, wanted) => becomes(selector, () => page.locator(selector).count(), wanted);

/** Waits until the focus is there. */
export const hasFocus = (what, locator) =>
  until(`the focus is on ${what}`, () => locator.evaluate((element) => element === document.activeElement));

/** Text of the first match, or null when there is none. */
export async function textOf(page, selector) {
  const first = page.locator(selector).first();
  return (await first.count()) === 0 ? null : ((await first.textContent()) ?? "").trim();
}

/** The same of something that is on its way. */
export async function awaitedText(page, selector) {
  await page.locator(selector).first().waitFor();
  return textOf(page, selector);
}

/** Waits until the page has a living stream. */
export const live = (page) => shows(page, ".live", /Live/);

/** The button of exactly that name. */
export const button = (page, name) => page.getByRole("button", { name, exact: true });

/** How many pixels the page is wider than its window. */
export async function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** The page, built into a folder of its own. */
export async function buildPage() {
  const bundle = await mkdtemp(join(tmpdir(), "skep-dashboard-"));
  await promisify(execFile)(process.execPath, ["build.mjs", bundle], { cwd: dashboard });
  return { bundle, remove: () => rm(bundle, { recursive: true, force: true }) };
}

/** For a test file: the page, which all.mjs has built for all of them or is built here, and the browser its tests
 * share. */
export function useDashboard() {
  const shared = { bundle: process.env.SKEP_PAGE, browser: null };
  let built = null;
  before(async () => {
    if (shared.bundle === undefined) {
      built = await buildPage();
      shared.bundle = built.bundle;
    }
    shared.browser = await startBrowser();
  });
  after(async () => {
    await shared.browser?.close();
    await built?.remove();
  });
  return shared;
}

/** Opens the page before a fake node; what `run` leaves behind is closed in any case. */
export async function visitFixture({ bundle, browser }, options, run) {
  const { scenario, path = "link", ...view } = options;
  const fixture = await startFixture({ bundle, scenario });
  const opened = await openPage(browser, view);
  try {
    await opened.page.goto(path === "link" ? fixture.link : `${fixture.url}${path}`);
    await run({ ...opened, fixture });
  } finally {
    await opened.context.close();
    await fixture.stop();
  }
}

/** The page's own policy keeps foreign scripts out, ours too: axe gets a context without it. */
export async function assertAccessible(page, where) {
  // What lies half under the header that stays is only scrolled so.
  await page.evaluate(() => {
    if (document.querySelector("dialog[open], [role=menu]") === null) scrollTo(0, 0);
  });
  // What slides in is half seen through for as long as it moves.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  if (!(await page.evaluate(() => "axe" in window))) {
    const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
    await page.addScriptTag({ content: await readFile(axe, "utf8") });
  }
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  const told = violations.map(
    ({ id, impact, nodes }) =>
      `${impact} ${id}: ${nodes
        .map((node) => node.html)
        .slice(0, 3)
        .join(" | ")}`,
  );
  assert.deepEqual(told, [], where);
}
