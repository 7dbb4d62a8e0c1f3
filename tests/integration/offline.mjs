// SPDX-License-Identifier: Apache-2.0
// Posts and files that are published with the network off, with kill -9 in between: once it is on they arrive once, in
// order, everywhere, and as they were written.
//
//   offline.mjs SKEP [POSTS] [FILES]       the full form is 500 and 20

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { add, filesOf, hashOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, freePort, until } from "./lib/skep.mjs";

const POSTS = Number(process.argv[3] ?? 500);
const FILES = Number(process.argv[4] ?? 20);
const KILLS = 2;
const WRITERS = 8;

async function postsOf(node) {
  const posts = [];
  for (let cursor = ""; cursor !== null; ) {
    const page = await node.get(`/api/v1/posts?limit=100${cursor === "" ? "" : `&cursor=${cursor}`}`);
    posts.push(...page.items.map(({ isOurs, ...rest }) => rest));
    cursor = page.next;
  }
  return posts.reverse();
}

const ports = [await freePort(), await freePort(), await freePort(), await freePort()];
const author = new Node({ args: ["--listen", `127.0.0.1:${ports[0]}`] });
await author.start();
const off = await author.post("/api/v1/operations", { action: "network.disable", confirmWithinMs: 600000 });
check((await author.post(`/api/v1/operations/${off.json.id}/confirm`, {})).status === 202, "the network is off, and stays off");

// ---- Written while nobody hears it; killed on the way ----

const acknowledged = new Map(); // id -> text
const paths = [...Array(FILES).keys()].map((i) => writeFile(join(folder(), `${i}.bin`), 3000 + i * i * 2500, `file ${i}`));
const published = new Map(); // id -> path
let number = 0;
let kills = 0;
const killAt = [...Array(KILLS).keys()].map((i) => Math.floor(((i + 1) * POSTS) / (KILLS + 1)));
while (acknowledged.size < POSTS) {
  let isDown = false;
  const write = async () => {
    while (!isDown && acknowledged.size < POSTS) {
      const text = `post ${number++}: ${"ä".repeat(number % 50)}`;
      const answer = await author.post("/api/v1/posts", { text, tags: [`${number % 7}`] }).catch(() => null);
      if (answer?.status === 201) acknowledged.set(answer.json.id, text);
      if (kills < killAt.length && acknowledged.size >= killAt[kills] && !isDown) {
        isDown = true;
        kills++;
        await author.kill();
      }
    }
  };
  const publish = async () => {
    while (!isDown && published.size < FILES) {
      const path = paths[published.size];
      const lines = await add(author, [path]).catch(() => []);
      for (const { id } of lines) published.set(id, path);
    }
  };
  await Promise.all([...Array(WRITERS).keys()].map(write).concat([publish()]));
  if (isDown) await author.start();
}
while (published.size < FILES) for (const { id } of await add(author, [paths[published.size]])) published.set(id, paths[published.size]);
check(kills === KILLS, `${kills} times kill -9 while it was written`);
check((await author.openLinks()).length === 0 && (await author.get("/api/v1/node")).state === "network-off", "and the network was off all the time");
const { value: written } = await until("all of it is there", 20000, async () => {
  const posts = await postsOf(author);
  return posts.length >= acknowledged.size ? posts : null;
});
check(written.length - acknowledged.size <= KILLS * WRITERS, `${acknowledged.size} posts were acknowledged, ${written.length} are there`);
const texts = new Map(written.map(({ id, text }) => [id, text]));
check([...acknowledged].every(([id, text]) => texts.get(id) === text), "every one that was acknowledged, as it was written");
const held = [...(await filesOf(author)).values()].filter(({ state }) => state === "held");
check([...published.keys()].every((id) => held.some((file) => file.id === id)), `and ${published.size} files`);
const waiting = await author.get("/api/v1/outbox");
check(waiting.records.waiting >= written.length + held.length, `${waiting.records.waiting} records wait in the outbox`);
check(/post/.test((await skep(author, "outbox")).out), "which skep outbox shows");

// ---- Others, whom it meets when it is back ----

const others = [];
for (const port of ports.slice(1)) {
  const known = [author, ...others].map((node) => ["--peer", `${node.nodeId}@${node.listen}`]).flat();
  others.push(await new Node({ args: ["--listen", `127.0.0.1:${port}`, ...known] }).start());
}
await until("they are linked with each other", 15000, async () => (await others[0].openLinks()).length === 2);
const began = Date.now();
await author.post("/api/v1/operations", { action: "network.enable" });

// What is there at any time is the beginning of what was written.
const order = written.map(({ id }) => id);
for (const node of others) {
  await until(`all posts at ${others.indexOf(node)}`, 90000, async () => {
    const here = (await postsOf(node)).map(({ id }) => id);
    if (here.some((id, i) => id !== order[i])) throw new Error(`out of order: ${here.length} are here`);
    return here.length === order.length;
  });
}
console.log(`all posts everywhere after ${Date.now() - began} ms`);
const expected = JSON.stringify(written);
for (const node of others) check(JSON.stringify(await postsOf(node)) === expected, "once, in order, and to the byte as at the author");

const ids = [...published.keys()];
for (const node of others) {
  await until("it has heard of all files", 60000, async () => {
    const files = await filesOf(node);
    return ids.every((id) => files.get(id)?.size > 0);
  });
  const to = folder();
  mkdirSync(to);
  const got = await skep(node, "get", ["-", "-o", to], { input: ids.join("\n") });
  check(got.code === 0, "all files come");
  for (const [id, path] of published) {
    const name = path.split("/").pop();
    if ((await hashOf(join(to, name))) !== (await hashOf(path))) throw new Error(`${id} is not what it was`);
  }
  check(true, `${ids.length} files, bit by bit`);
}
await until("nothing waits any more", 60000, async () => (await author.get("/api/v1/outbox")).records.waiting === 0);
console.log(`the outbox is empty after ${Date.now() - began} ms`);
for (const node of [author, ...others]) check((await node.stop()).code === 0, "it ended with 0");
