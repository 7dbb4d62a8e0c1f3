/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard behind a proxy with TLS and a path prefix:  node proxy_test.mjs URL
 * The URL is the proxy's, with the fragment that `skep dashboard` prints. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, startBrowser, textOf, until } from "./browser.mjs";

const url = process.argv.find((word) => /^https:\/\//.test(word));
const skip = url === undefined ? "no dashboard URL was given" : false;

let browser;
let opened;
const paths = new Set();

before(async () => {
  if (skip) return;
  browser = await startBrowser();
  opened = await openPage(browser, { ignoreHTTPSErrors: true });
  opened.page.on("request", (request) => {
    const { protocol, pathname } = new URL(request.url());
    if (protocol !== "data:") paths.add(pathname);
  });
  await opened.page.goto(url);
});

after(async () => {
  await browser?.close();
});

const isLive = async () => /Live/.test((await textOf(opened.page, ".live")) ?? "");

test("the link opens the page, which is live", { skip }, async () => {
  await until("live", isLive, 15_000);
  assert.equal(await opened.page.locator(".refused").count(), 0);
});

test("everything is asked for below the prefix, of the one host", { skip }, async () => {
  const prefix = new URL(url).pathname;
  assert.ok(paths.size >= 5, String([...paths]));
  for (const path of paths) assert.ok(path.startsWith(prefix), path);
  assert.deepEqual([...opened.hosts], [new URL(url).host]);
});

test("the session's cookie is for TLS and for the prefix alone", { skip }, async () => {
  const cookies = await opened.context.cookies(`${new URL(url).origin}${new URL(url).pathname}api/v1/stream`);
  assert.equal(cookies.length, 1);
  const [cookie] = cookies;
  assert.ok(cookie.secure && cookie.httpOnly);
  assert.equal(cookie.sameSite, "Strict");
  assert.equal(cookie.path, `${new URL(url).pathname}api/v1`);
});

test("a reload needs no new code, and nothing went wrong", { skip }, async () => {
  await opened.page.reload();
  await until("live again", isLive, 15_000);
  assert.deepEqual(opened.trouble, []);
});
