// SPDX-License-Identifier: Apache-2.0
// The page of a real node: what opening it costs, and what it says when the daemon stops answering and answers again.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { openPage, startBrowser, textOf } from "../browser/browser.mjs";
import { Node, check, freePort, pause, run, until } from "./lib/skep.mjs";

const FIRST_LOAD_REQUESTS = 4; // HTML, CSS, JS, stream
const FIRST_LOAD_BYTES = 80_000; // HTML, CSS and JS as they came, heads included
const UNTOUCHED_MS = 5000;
const STALE_MS = 5000;
const SLACK_MS = 250; // what it takes to draw a banner

/** Every request of the page: { method, path, bytes }, bytes as they came by the wire once all are there. */
async function watchRequests({ context, page }) {
  const requests = new Map();
  const session = await context.newCDPSession(page);
  session.on("Network.requestWillBeSent", ({ requestId, request: { method, url } }) => {
    if (/^https?:/.test(url)) requests.set(requestId, { method, path: new URL(url).pathname, bytes: 0 });
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (requests.has(requestId)) requests.get(requestId).bytes = encodedDataLength;
  });
  await session.send("Network.enable");
  return requests;
}

const isLive = async (page) => /^Live/.test((await textOf(page, ".live")) ?? "");
const isStale = async (page) => (await page.locator(".banner").count()) === 1;

/** Notes in the page when the words that nobody answers come, and when they go: polling from here would be late. And
 * how late the page's own timers are, which is the busy machine's doing. */
async function noteBanner(page) {
  await page.evaluate(() => {
    window.said = [];
    window.lateMs = 0;
    let due = performance.now() + 100;
    const look = () => {
      window.lateMs = Math.max(window.lateMs, performance.now() - due);
      due = performance.now() + 100;
      setTimeout(look, 100);
    };
    setTimeout(look, 100);
    new MutationObserver(() => {
      const isThere = document.querySelector(".banner") !== null;
      if (isThere !== (window.said.length % 2 === 1)) window.said.push(Date.now());
    }).observe(document.body, { childList: true, subtree: true });
  });
}

async function link(node) {
  const told = await run(["dashboard", "--json", "--data", node.data]);
  return JSON.parse(told.out).url;
}

const node = await new Node({ args: ["--api", `127.0.0.1:${await freePort()}`] }).start();
const browser = await startBrowser();
process.on("exit", () => void browser.close());
const opened = await openPage(browser);
const { page } = opened;

// ---- What opening it costs ----

const requests = await watchRequests(opened);
await page.goto(await link(node));
await until("the page is live", 60000, () => isLive(page));
await pause(UNTOUCHED_MS);
const all = [...requests.values()];
for (const { method, path, bytes } of all) console.log(`  ${method} ${path} ${bytes} bytes`);
const login = all.filter(({ method }) => method === "POST");
check(login.length === 1 && login[0].path === "/api/v1/session", "the code is traded for a session once, by POST");
const gets = all.filter(({ method }) => method === "GET");
check(gets.length === all.length - 1 && gets.length <= FIRST_LOAD_REQUESTS,
  `besides that the page is ${gets.length} requests, and no more within ${UNTOUCHED_MS / 1000} s untouched`);
check(gets.filter(({ path }) => path === "/api/v1/stream").length === 1, "one of them the stream");
const bytes = gets.reduce((sum, one) => sum + one.bytes, 0);
check(bytes > 0 && bytes <= FIRST_LOAD_BYTES, `the others are ${bytes} bytes by the wire, of ${FIRST_LOAD_BYTES}`);

// ---- A daemon that stops answering, and answers again ----

await noteBanner(page);
const times = () => page.evaluate(() => window.said);
const lateMs = () => page.evaluate(() => window.lateMs);
const stopped = Date.now();
node.signal("SIGSTOP");
await until("it says that nobody answers", 12 * STALE_MS, () => isStale(page));
const staleMs = (await times())[0] - stopped;
check(staleMs <= STALE_MS + SLACK_MS + (await lateMs()), `a stopped daemon: said after ${staleMs} ms`);
node.signal("SIGCONT");
const resumed = Date.now();
await until("it is live again", 60000, async () => (await isLive(page)) && !(await isStale(page)));
check(true, `a daemon that goes on: live again after ${(await times())[1] - resumed} ms, by itself`);

const killed = Date.now();
await node.kill();
await until("it says so again", 12 * STALE_MS, () => isStale(page));
const goneMs = (await times())[2] - killed;
check(goneMs <= STALE_MS + SLACK_MS + (await lateMs()), `a killed daemon: said after ${goneMs} ms`);
await node.start();
const { ms: foundMs } = await until("it is live again", 60000, async () => (await isLive(page)) && !(await isStale(page)));
check(true, `a daemon that is started again: live ${foundMs} ms after it was ready, by itself: the session outlives it`);

await node.stop();
rmSync(join(node.data, "api.token"));
await node.start();
await until("it finds that its session is over", 60000, async () => (await page.locator(".refused").count()) === 1);
await until("it says how to get in", 60000, async () => /skep dashboard/.test(await textOf(page, ".refused")));
check(true, "after a new API token it says how to get in");
await page.evaluate((address) => location.assign(address), await link(node));
await until("it is live again", 60000, async () => (await isLive(page)) && !(await isStale(page)));
check(true, "the new link makes the open page live again");

await browser.close();
check((await node.stop()).code === 0, "an orderly end");
process.exit(0);
