// SPDX-License-Identifier: Apache-2.0
// Two real processes live through the script that the simulator tells too (tests/sim/story_test.c), and must tell the
// same story, word for word. The script stands in the story's file.

import { readFileSync } from "node:fs";
import { Node, check, pause, until } from "./lib/skep.mjs";

const expected = readFileSync(process.argv[3], "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const told = new Set(
  "manager-started manager-stop manager-stopped connect-attempt connect-failed peer-pinned link-handshake link-open link-refused link-closing link-closed".split(" "),
);

/** What a node wrote, as lines of a story. */
function storyOf(actor, log) {
  return log.split("\n").flatMap((line) => {
    const code = /^\S+ (?:debug|info|warn|error) (\S+) /.exec(line)?.[1];
    if (!told.has(code)) return [];
    const reason = / reason=(\S+)/.exec(line)?.[1] ?? "-";
    const by = / by=(\S+)/.exec(line)?.[1];
    return [[actor, code, reason, by].filter((word) => word !== undefined).join(" ")];
  });
}

const open = (node) => async () => (await node.openLinks()).length === 1;
const gone = (node) => async () => (await node.openLinks()).length === 0;

const b = await new Node().start();
const a = await new Node({ args: ["--peer", b.listen, "--advertise", "none"] }).start();
await until("A has the link", 10000, open(a));
await until("B has the link", 10000, open(b));
await pause(15000); // pings and tickets pass, which no line tells
await a.stop();
await until("B has seen A leave", 10000, gone(b));
const firstLife = a.log;
a.log = "";
await a.start();
await until("A has the link again", 10000, open(a));
await until("B has the link again", 10000, open(b));
await pause(5000);
await a.kill();
await until("B has noticed", 10000, gone(b));
await b.stop();

const story = [...storyOf("A", firstLife), ...storyOf("A", a.log), ...storyOf("B", b.log)];
for (let i = 0; i < Math.max(story.length, expected.length); i++) {
  if (story[i] !== expected[i]) console.log(`line ${i + 1}: expected "${expected[i] ?? ""}", told "${story[i] ?? ""}"`);
}
check(story.join("\n") === expected.join("\n"), `two processes tell the story of the simulator, ${expected.length} lines`);
process.exit(0);
