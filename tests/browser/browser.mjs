/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a real browser for a test, with a fresh profile each time and nothing but loopback. */

import { chromium } from "playwright-core";

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

/** Waits until `check` answers true; the message says what was awaited. */
export async function until(what, check, ms = 10_000) {
  const end = Date.now() + ms;
  for (;;) {
    if (await check()) return;
    if (Date.now() > end) throw new Error(`after ${ms} ms still not: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Text of the first match, or null when there is none. */
export async function textOf(page, selector) {
  const first = page.locator(selector).first();
  return (await first.count()) === 0 ? null : ((await first.textContent()) ?? "").trim();
}

/** How many pixels the page is wider than its window. */
export async function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
