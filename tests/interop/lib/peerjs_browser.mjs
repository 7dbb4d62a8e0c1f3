// SPDX-License-Identifier: Apache-2.0
// Chromium with pages that carry the unchanged browser build of peerjs, and peerjs_page.js beside it.

import { createReadStream, readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
export const peerjsBuild = join(dirname(require.resolve("peerjs/package.json")), "dist", "peerjs.min.js");
const here = dirname(fileURLToPath(import.meta.url));

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--js-flags=--expose-gc", // a page that makes many connections collects the old ones itself
];

/** Serves files of this machine by the path they are asked for; an object, or a function that gives one. */
export async function serve(files, html) {
  const server = http.createServer((request, response) => {
    const file = files[request.url];
    response.setHeader("content-type", file ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8");
    if (file) createReadStream(file).pipe(response);
    else response.end(html);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** The processes that were started with that word: a browser's, by its profile. */
function processesWith(word) {
  const hasIt = (pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
    } catch {
      return false; // it has ended meanwhile
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && hasIt(name))
    .map(Number);
}

/** A page that may use media is told every address of the machine, 127.0.0.1 among them, and needs no other interface.
 * Without (`hidesAddresses`) it offers `.local` names alone, as a visitor's browser does. */
export async function openChromium(origin, { hidesAddresses = false } = {}) {
  const profile = await mkdtemp(join(tmpdir(), "skep-peerjs-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    timeout: 60_000,
    args: hidesAddresses ? FLAGS : [...FLAGS, "--allow-loopback-in-peer-connection"],
  });
  if (!hidesAddresses) await context.grantPermissions(["camera", "microphone"], { origin });
  const close = async () => {
    await context.close().catch(() => {});
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  };
  return { context, close, processes: () => processesWith(profile) };
}

export async function openPeerjs(options = {}) {
  const files = { "/peerjs.min.js": peerjsBuild, "/peerjs_page.js": join(here, "peerjs_page.js") };
  const scripts = Object.keys(files).map((path) => `<script src="${path}"></script>`);
  const site = await serve(files, `<!doctype html><meta charset=utf-8><title>peer</title>${scripts.join("")}`);
  const browser = await openChromium(site.origin, options);
  const errors = [];
  return {
    errors,
    processes: browser.processes,
    async page() {
      const page = await browser.context.newPage();
      page.on("pageerror", (error) => errors.push(String(error?.message ?? error).slice(0, 200)));
      await page.goto(`${site.origin}/`);
      await page.waitForFunction("window.tool !== undefined", null, { timeout: 20_000 });
      return page;
    },
    async close() {
      await browser.close();
      site.close();
    },
  };
}

/** Calls a function of peerjs_page.js. */
export const call = (page, name, ...args) =>
  page.evaluate(([what, given]) => window.tool[what](...given), [name, args]);
