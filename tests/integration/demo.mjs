// SPDX-License-Identifier: Apache-2.0
// The newcomer's way: `skep demo`, its line, the page in Chromium, Ctrl-C, and nothing left behind.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { children, dashboardOf, isAlive, startDemo, temporary } from "./lib/demo.mjs";
import { check, folder, run, until } from "./lib/skep.mjs";

const live = process.argv[3]; // tests/browser/live_test.mjs

const demo = startDemo([]);
const url = await dashboardOf(demo);
check(true, `the swarm was up after ${Date.now() - demo.began} ms`);
const nodes = children(demo.child.pid);
check(nodes.length === 9, "a beacon and eight nodes run as processes of their own");

await new Promise((resolve) => {
  const page = spawn(process.execPath, [live, url], { stdio: "inherit" });
  page.on("exit", (code) => {
    check(code === 0, "the page shows the swarm, live, in both themes");
    resolve();
  });
});

const [swarm] = readdirSync(temporary);
const path = folder();
writeFileSync(path, randomBytes(1 << 20)); // so large that it has a file of its own on the disk
check((await run(["add", path, "--data", join(temporary, swarm, "node-01")])).code === 0, "a file is published in it");
demo.child.kill("SIGINT");
check((await demo.ended) === 0, "Ctrl-C ends it with 0");
check(!nodes.some(isAlive), "no process is left behind");
check(readdirSync(temporary).length === 0, "no file is left behind");

const killed = startDemo([]);
await dashboardOf(killed);
const orphans = children(killed.child.pid);
killed.child.kill("SIGKILL");
await until("the nodes of a killed demo end by themselves", 10000, () => !orphans.some(isAlive));
check(true, "the nodes of a demo that was killed end by themselves");

const bad = await run(["demo", "--nodes", "0"]);
check(bad.code === 2 && /--nodes/.test(bad.err), "a number of nodes that makes no swarm is a usage error");
const nowhere = await run(["demo", "--api", "nowhere"]);
check(nowhere.code === 2 && /--api nowhere is not ADDR:PORT/.test(nowhere.err), "so is a place that is none");
process.exit(0);
