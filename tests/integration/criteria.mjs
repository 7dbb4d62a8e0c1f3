// SPDX-License-Identifier: Apache-2.0
// The acceptance criteria of the page, each in Chromium before the real nodes of `skep demo`:
// `criteria.mjs SKEP TESTS LIBRARY`, the library that makes a machine without Ed25519 (capability.mjs).

import { spawn } from "node:child_process";
import { join } from "node:path";
import { dashboardOf, startDemo, temporary } from "./lib/demo.mjs";
import { check, freePort, program } from "./lib/skep.mjs";

const [tests, library] = process.argv.slice(3);

const data = join(temporary, "swarm");
const api = `127.0.0.1:${await freePort()}`; // the page finds its node there again after a restart
const demo = startDemo(["--nodes", "5", "--data", data, "--api", api]);
const url = await dashboardOf(demo);

await new Promise((resolve) => {
  const env = { ...process.env, SKEP_PROGRAM: program };
  const page = spawn(process.execPath, [tests, url, data, library], { stdio: "inherit", env });
  page.on("exit", (code) => {
    check(code === 0, "the page does what was promised of it");
    resolve();
  });
});

demo.child.kill("SIGINT");
check((await demo.ended) === 0, "and the demo ends as it should");
process.exit(0);
