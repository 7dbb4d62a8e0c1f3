// SPDX-License-Identifier: Apache-2.0
// Posts on the pages of two nodes that are linked: what is written on one is read on the other. The browser's part is
// the second argument, tests/browser/posts_live_test.mjs.

import { spawn } from "node:child_process";
import { Node, check, run, until } from "./lib/skep.mjs";

const page = process.argv[3];
const first = await new Node().start();
const second = await new Node({ args: ["--peer", `${first.nodeId}@${first.listen}`] }).start();
await until("two nodes are linked", 15000, async () => (await first.openLinks()).length === 1);

const linkOf = async ({ data }) => JSON.parse((await run(["dashboard", "--json", "--data", data])).out).url;
const links = [await linkOf(first), await linkOf(second)];
const code = await new Promise((resolve) => {
  const child = spawn(process.execPath, [page, ...links], { stdio: "inherit" });
  child.on("exit", resolve);
});
check(code === 0, "posts are written, edited and deleted on one page, and read on the other");

const { items } = await second.get("/api/v1/posts");
check(items.length === 1 && items[0].deleted && items[0].text === "" && items[0].version === 3, "what is left of a deleted post is that it was");
process.exit(0);
