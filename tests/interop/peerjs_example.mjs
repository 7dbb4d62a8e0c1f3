// SPDX-License-Identifier: Apache-2.0
// The page of examples/peerjs does what its README says, in Chromium, with `skep echo` at the other end.
//   node peerjs_example.mjs SKEP

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Checks, argumentsOf, bounded, freePort, listening, start, until } from "./lib/checks.mjs";
import { openChromium, peerjsBuild, serve } from "./lib/peerjs_browser.mjs";

const options = argumentsOf(process.argv.slice(2));
const [skep] = options._;
const here = dirname(fileURLToPath(import.meta.url));
const checks = new Checks("peerjs_example");

await bounded(checks, 100, async (cleanup) => {
  const port = await freePort();
  const server = start(process.execPath, [join(here, "lib", "peer_server.mjs"), String(port)]);
  cleanup.push(() => server.stop());
  await listening(port);
  const signal = `http://127.0.0.1:${port}/`;
  const echo = start(skep, ["echo", "--signal", signal, "--id", "echo", "--json"]);
  cleanup.push(() => echo.stop());
  checks.ok("the endpoint is ready", await echo.says('"event":"ready","id":"echo"'), echo.out);

  const html = readFileSync(join(here, "..", "..", "examples", "peerjs", "index.html"), "utf8");
  const site = await serve({ "/peerjs.min.js": peerjsBuild }, html);
  const browser = await openChromium(site.origin);
  cleanup.push(async () => {
    await browser.close();
    site.close();
  });
  const page = await browser.context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${site.origin}/`);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  checks.ok("it fits a phone", sideways <= 0, `${sideways} pixels too wide`);

  const shows = async (text) => (await page.locator("body").innerText()).includes(text);
  await page.fill("#signal", signal);
  for (const serialization of ["binary", "json", "raw"]) {
    await page.selectOption("#serialization", serialization);
    await page.click("#connect");
    checks.ok(
      `${serialization}: it connects`,
      await until(() => shows(`Open: echo, ${serialization}`), 15_000),
      troubles,
    );
    await page.fill("#text", `hello in ${serialization}`);
    await page.click("#send");
    const isBack = await until(
      async () => /Came back after \d+ ms: “hello in/.test(await page.innerText("#log li:last-child")),
      5000,
    );
    checks.ok(`${serialization}: the message comes back`, isBack, await page.innerText("#log"));
    if (serialization === "binary") {
      await page.click("#send-bytes");
      checks.ok(
        "a mebibyte comes back",
        await until(() => shows("1048576 bytes"), 10_000),
        await page.innerText("#log"),
      );
    }
    if (serialization === "raw") break;
    await page.click("#close");
    checks.ok(`${serialization}: it closes`, await until(() => shows("Not connected."), 5000));
  }
  const exit = await echo.stop("SIGTERM");
  checks.ok("the endpoint leaves with 0", exit === 0, exit);
  const events = echo.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).event);
  const told = ["ready", "open", "closed", "open", "closed", "open", "leaving", "closed"];
  checks.ok("it has told of all that, as JSON", events.join() === told.join(), events);
  checks.ok("the page says that it is closed", await until(() => shows("The connection is closed."), 5000));

  await page.fill("#peer", "nobody");
  await page.click("#connect");
  checks.ok("it says when nobody is there", await until(() => shows("Could not connect to peer nobody"), 15_000));
  checks.ok("no script failed", troubles.filter((text) => !/nobody/.test(text)).length === 0, troubles);
});
