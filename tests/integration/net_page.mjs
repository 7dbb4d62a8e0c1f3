// SPDX-License-Identifier: Apache-2.0
// The page while packets are dropped: a browser within the node's own network shows the loss that the cable has, and how
// long ago the peer proved that it is there, when it cannot any more.
//
//   net_page.mjs SKEP DRIVER

import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Network } from "./lib/network.mjs";
import { check, until } from "./lib/skep.mjs";

const LOSS = 0.05;

const network = await Network.make();
const nodeHost = await network.host("node");
const peerHost = await network.host("peer");
const node = await nodeHost.run();
const words = [...peerHost.wrap, process.argv[3], "--to", `${nodeHost.address}:8782`, "--community", "test"];
const driver = spawn(words[0], words.slice(1), { stdio: ["ignore", "ignore", "inherit"] });
process.on("exit", () => driver.kill("SIGKILL"));
await until("the driver is linked", 10000, async () => (await node.openLinks()).length === 1);

const inside = join(network.folder, "chromium");
writeFileSync(inside, `#!/bin/sh\nexec ${nodeHost.wrap.join(" ")} ${process.env.CHROMIUM ?? "/usr/bin/chromium"} "$@"\n`);
chmodSync(inside, 0o755);
process.env.CHROMIUM = inside;
const { openPage, startBrowser } = await import("../browser/browser.mjs");
const browser = await startBrowser();
process.on("exit", () => browser.close().catch(() => {}));
const { page } = await openPage(browser);
await page.goto(`http://${node.api}/#token=${node.token}`);
await page.evaluate(() => (location.hash = "#/node"));

const row = page.locator("#peers tbody tr").filter({ hasText: /Direct|LAN/ }).first();
await row.waitFor({ timeout: 20000 });
const heads = await page.locator("#peers thead th").allTextContents();
const cellOf = async (name) => (await row.locator("td, th").nth(heads.findIndex((head) => head.startsWith(name))).textContent()).trim();
const lossOf = async () => (await cellOf("Loss")).split("/").map((share) => Number.parseFloat(share));
await until("without loss it says so", 90000, async () => (await lossOf()).some((share) => share < 1));
console.log(`before: ${await cellOf("Loss")}; handshake ${await cellOf("Handshake")}`);

peerHost.cable.lose(LOSS);
await until("loss of some percent is shown", 120000, async () => (await lossOf()).some((share) => share >= 2 && share <= 8));
check(true, `the page shows the loss: ${await cellOf("Loss")} %`);
check(/[1-9]/.test(await page.locator("#stats").textContent()), "and so do the figures of all links");

const fresh = await cellOf("Handshake");
check(/^\d+ s ago$/.test(fresh) && Number.parseInt(fresh, 10) < 15, `its handshake is fresh: ${fresh}`);
peerHost.cable.cut();
await until("the handshake grows old", 30000, async () => Number.parseInt(await cellOf("Handshake"), 10) >= 15);
check(true, `while nothing comes it grows old: ${await cellOf("Handshake")}`);
const isGone = async () => (await node.openLinks()).length === 0;
await until("the link is given up", 40000, isGone);

await browser.close();
driver.kill("SIGTERM");
check((await node.stop()).code === 0, "the node ended with 0");
process.exit(0);
