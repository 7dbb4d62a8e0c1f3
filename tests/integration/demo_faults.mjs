// SPDX-License-Identifier: Apache-2.0
// `skep demo --faults`: nodes are stopped and go on, are killed and started again, the one with the dashboard and the
// beacon are left in peace, and at the end nobody is left behind, stopped or not.

import { readdirSync } from "node:fs";
import { children, dashboardOf, isAlive, startDemo, temporary } from "./lib/demo.mjs";
import { check, run, until } from "./lib/skep.mjs";

const faults = ["--nodes", "6", "--faults", "stall=50%,churn=30/min"];
const isSpared = ({ command }) => /\/(beacon|node-01)\0/.test(command);
const stoppedOf = (demo) => children(demo.child.pid).filter((one) => one.state === "T");
const sparedOf = (demo) => children(demo.child.pid).filter(isSpared).map((one) => one.pid).sort().join(" ");

const demo = startDemo(faults);
await dashboardOf(demo);
const spared = sparedOf(demo);
check(spared.split(" ").length === 2, "the beacon and the first node are there");
await until("a node is stopped", 10000, () => stoppedOf(demo).length > 0);
check(!stoppedOf(demo).some(isSpared), "another node than these is stopped");
for (const words of ["is stopped for", "is killed", "is started again", "goes on"]) {
  await until(`a node ${words}`, 45000, () => demo.err.includes(words));
}
check(true, "nodes are stopped and go on, are killed and started again, and the demo says so");
check(sparedOf(demo) === spared, "the beacon and the first node are the processes they were");
check(!/node-01|beacon/.test(demo.err), "nothing was done to them");

await until("a node is stopped", 45000, () => stoppedOf(demo).length > 0);
const all = children(demo.child.pid);
demo.child.kill("SIGINT");
check((await demo.ended) === 0, "Ctrl-C ends it with 0 while nodes are stopped");
check(!all.some(isAlive), "no process is left behind, stopped ones neither");
check(readdirSync(temporary).length === 0, "no file is left behind");

const killed = startDemo(faults);
await dashboardOf(killed);
await until("a node is stopped", 10000, () => stoppedOf(killed).length > 0);
const orphans = children(killed.child.pid);
killed.child.kill("SIGKILL");
await until("the nodes of a killed demo end with it", 10000, () => !orphans.some(isAlive));
check(true, "the nodes of a demo that was killed end with it, stopped ones too");

for (const [words, wanted] of [
  [["--faults", "stall=100%"], /stall=N% \(1 to 90\)/],
  [["--faults", "loss=2%"], /churn=N\/min \(1 to 60\)/],
  [["--faults", "stall=2%,"], /--faults wants/],
  [["--faults", "stall=2%", "--nodes", "1"], /2 or more/],
]) {
  const bad = await run(["demo", ...words]);
  check(bad.code === 2 && wanted.test(bad.err), `${words.join(" ")} is a usage error that says what was expected`);
}
process.exit(0);
