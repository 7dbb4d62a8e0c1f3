// SPDX-License-Identifier: Apache-2.0
// `skep top` on a terminal (by script, which makes one) and off it: what it shows at each width, how it leaves the
// terminal whatever ends it, and that it says when the node goes and comes back.

import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Node, check, program, run, until } from "./lib/skep.mjs";

const ENTER = "\x1b[?1049h";
const LEAVE = "\x1b[?1049l";

/** `skep top` on a terminal of its own; `shown` is what the terminal got, `pid` the program's. */
class Terminal {
  constructor(node, { columns = 80, rows = 24, env = {}, options = "" } = {}) {
    const words = `stty cols ${columns} rows ${rows}; echo pid=$$=; exec ${program} top --every 200ms --data ${node.data} ${options}`;
    this.child = spawn("script", ["-qefc", words, "/dev/null"], { env: { ...process.env, TERM: "xterm", ...env } });
    this.shown = "";
    this.child.stdout.on("data", (bytes) => (this.shown += bytes));
    this.ended = new Promise((resolve) => this.child.on("close", (code) => resolve(code)));
    process.on("exit", () => this.child.kill("SIGKILL"));
  }
  get pid() {
    return Number(/pid=(\d+)=/.exec(this.shown)?.[1]);
  }
  /** The lines of the newest whole frame, without what only the terminal sees. */
  get frame() {
    const frames = this.shown.split("\x1b[H").filter((text) => text.includes("\x1b[J"));
    return (frames.at(-1) ?? "").split("\x1b[J")[0].replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, "").split("\r\n");
  }
  frameWith(pattern, what) {
    return until(what, 30000, () => pattern.test(this.frame.join("\n")));
  }
}

const a = await new Node().start();
const b = await new Node({ args: ["--peer", a.listen] }).start();
await until("they are linked", 20000, async () => (await a.openLinks()).length === 1);

// On a terminal of 80 columns; q ends it.
const wide = new Terminal(a);
await wide.frameWith(/PEER .*\n.*open/, "the link is in the table");
check(/links 1 of 8/.test(wide.frame.join("\n")), "it says how many links there are");
check(/q quits/.test(wide.frame.at(-1)) && wide.frame.length === 24, "the last row says how to quit");
check(wide.frame.every((line) => [...line].length <= 80), "no line is longer than 80 columns");
check(wide.shown.includes(ENTER), "it has another screen");
wide.child.stdin.write("q");
check((await wide.ended) === 0, "q ends it with 0");
check(wide.shown.trimEnd().endsWith(LEAVE), "the terminal has its own screen again");

// 40 columns, a few rows, no colour; Ctrl-C ends it.
const narrow = new Terminal(a, { columns: 40, rows: 10, env: { NO_COLOR: "1" } });
await narrow.frameWith(/PEER +IN KiB\/s +OUT KiB\/s/, "the table is narrow");
check(narrow.frame.every((line) => [...line].length <= 40), "no line is longer than 40 columns");
check(narrow.frame.length <= 10, "no frame is longer than 10 rows");
check(!/\x1b\[\d+m/.test(narrow.shown), "NO_COLOR is kept");
narrow.child.stdin.write("\x03");
check((await narrow.ended) === 130, "Ctrl-C ends it as a signal does");
check(narrow.shown.includes(LEAVE), "and the terminal is itself again");

// Another size is seen at once, not with the next look.
const resized = new Terminal(a, { options: "--every 60s" });
await resized.frameWith(/q quits/, "a frame is there");
execFileSync("stty", ["-F", `/proc/${resized.pid}/fd/1`, "cols", "50", "rows", "12"]);
await until("the frame fits the new size", 30000, () => resized.frame.length === 12);
check(resized.frame.every((line) => [...line].length <= 50), "it is drawn anew for 50 columns");

// SIGTERM, and the drawing part killed: the terminal is put back all the same.
process.kill(resized.pid, "SIGTERM");
check((await resized.ended) === 143 && resized.shown.includes(LEAVE), "SIGTERM ends it and the terminal is itself again");
const crashed = new Terminal(a);
await crashed.frameWith(/q quits/, "a frame is there");
const drawing = readFileSync(`/proc/${crashed.pid}/task/${crashed.pid}/children`, "utf8").trim();
process.kill(Number(drawing), "SIGKILL");
check((await crashed.ended) === 137 && crashed.shown.includes(LEAVE), "a crash leaves the terminal as it was");

// The node goes away and comes back, at another port.
const faithful = new Terminal(b);
await faithful.frameWith(/links \d of 8/, "a frame is there");
await b.kill();
await faithful.frameWith(/No node answers for/, "it says that the node is gone");
check(!/links \d of 8/.test(faithful.frame.join("\n")), "and shows no old figures");
await b.start();
await faithful.frameWith(/The node is back, after/, "it says that the node is back");
await faithful.frameWith(/links \d of 8/, "and goes on");
b.signal("SIGSTOP");
await faithful.frameWith(/No node answers for/, "a node that stands still is away, too");
b.signal("SIGCONT");
await faithful.frameWith(/The node is back, after/, "and comes back");
faithful.child.stdin.write("q");
await faithful.ended;

// Off a terminal.
const once = await run(["top", "--once", "--data", a.data]);
check(once.code === 0 && /PEER/.test(once.out) && !once.out.includes("\x1b"), "--once is one frame without escapes");
const json = await run(["top", "--once", "--json", "--data", a.data]);
check(JSON.parse(json.out).node.nodeId === a.nodeId && json.out.split("\n").length === 2, "--json is the snapshot, on one line");
const piped = spawn(program, ["top", "--every", "200ms", "--data", a.data]);
let frames = "";
piped.stdout.on("data", (bytes) => (frames += bytes));
await until("frames follow each other", 30000, () => frames.split("links 1 of 8").length > 3);
check(!frames.includes("\x1b"), "without escapes");
piped.kill();
await a.stop();
const gone = await run(["top", "--data", a.data]);
check(gone.code === 5 && /no node runs/.test(gone.err), "without a node: exit 5");
await b.stop();
process.exit(0);
