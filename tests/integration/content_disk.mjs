// SPDX-License-Identifier: Apache-2.0
// A disk that says no, under a real node: full, read-only, a file that vanished, one that may not be read. Each time
// people are told what and what to do (the call, an event, an alert, /readyz), nothing that was kept is lost, and once
// the cause is gone it goes on without a restart. It takes root, and mounts in a namespace of its own; else it is
// skipped.
//
//   content_disk.mjs SKEP

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, openSync, closeSync, writeSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { add, filesOf, hashOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, program, run, until } from "./lib/skep.mjs";

if (process.env.SKEP_OWN_MOUNTS !== "1") {
  const isAble = process.getuid() === 0 && spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
  if (!isAble) {
    console.log("SKIPPED: this takes root, and a mount namespace (unshare -m)");
    process.exit(77);
  }
  const env = { ...process.env, SKEP_OWN_MOUNTS: "1" };
  process.exit(spawnSync("unshare", ["-m", process.execPath, ...process.argv.slice(1)], { stdio: "inherit", env }).status ?? 1);
}

const MIB = 1 << 20;
const mounted = [];
const mount = (...words) => {
  if (!words.some((word) => word.startsWith("remount"))) mounted.push(words.at(-1));
  const { status, stderr } = spawnSync("mount", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`mount ${words.join(" ")}: ${stderr}`);
};
const author = await new Node().start();
const peer = ["--peer", `${author.nodeId}@${author.listen}`];
const paths = [6 * MIB, 40 * MIB, 3 * MIB, 3 * MIB + 1].map((size) => writeFile(folder(), size, `disk ${size}`));
const [six, forty, three, other] = await add(author, paths);

const stateOf = async (node, { id }) => (await filesOf(node)).get(id);
const isHeld = (node, line) => until(`${line.path.slice(-8)} is here`, 30000, async () => (await stateOf(node, line)).state === "held");
const alertOf = async (node) => (await node.get("/api/v1/alerts")).items.find(({ code, title }) => code === "disk-refuses" && !title.startsWith("Over"));
const ready = async (node) => (await node.call("/readyz")).status;

/** It is as it was sent, to the byte. */
async function verify(node, line) {
  const out = folder();
  const got = await skep(node, "get", [line.id, "-o", out]);
  if (got.code !== 0) throw new Error(`skep get: ${got.err}`);
  const isSame = (await hashOf(out)) === (await hashOf(line.path));
  rmSync(out);
  return isSame;
}

/** All that tells of it. */
async function isTold(node, what, words) {
  const { value: alert } = await until(`${what}: an alert`, 10000, () => alertOf(node));
  check(alert.level === "error" && words.test(alert.cause), `${what}: the alert says: ${alert.cause}`);
  check((await node.events()).some(({ code, message }) => code === "store-failed" && words.test(message)), `${what}: so does an event`);
  const status = await skep(node, "status");
  check(status.code === 3 && words.test(status.out.replaceAll("\n", " ")), `${what}: and skep status, with 3`);
  check((await ready(node)) === 503, `${what}: and /readyz`);
}
async function isOver(node, what) {
  await until(`${what}: it is over`, 15000, async () => (await alertOf(node)) === undefined && (await ready(node)) === 200);
  check(true, `${what}: over, without a restart`);
}

// ---- Full ----

async function full() {
  const data = folder();
  mkdirSync(data, { mode: 0o700 });
  mount("-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", data);
  let node = await new Node({ data, args: peer }).start();
  await until("they are linked", 15000, async () => (await node.openLinks()).some(({ nodeId }) => nodeId === author.nodeId));
  check((await skep(node, "get", [six.id])).code === 0, "full: a file fits");
  check((await skep(node, "get", ["--no-wait", forty.id])).code === 0, "full: another is wanted, which does not");
  const words = /No space left on device; make room on that disk/;
  const { value: file } = await until("full: the file says why", 10000, async () => (await stateOf(node, forty)).trouble && stateOf(node, forty));
  check(words.test(file.trouble), `full: the file says why: ${file.trouble}`);
  await isTold(node, "full", words);
  const filler = join(data, "filler");
  const fd = openSync(filler, "w");
  try {
    for (;;) writeSync(fd, Buffer.alloc(4096));
  } catch {} // to the last page
  closeSync(fd);
  const put = await node.call("/api/v1/uploads?name=one", { method: "PUT", headers: { "content-type": "application/octet-stream" }, body: Buffer.alloc(200000, "x") });
  check(put.status === 507 && /No space left on device; make room on that disk/.test(put.json.detail), `full: an upload is refused: ${put.json.title}: ${put.json.detail}`);
  const added = await skep(node, "add", [three.path]);
  check(added.code === 1 && /make room on that disk/.test(added.err), `full: so is skep add: ${added.err.trim().split("\n")[0]}`);
  check(await verify(node, six), "full: what is here and kept is got: nothing has to be written for it");
  const read = await fetch(`http://${node.api}/api/v1/files/${six.id}`, { headers: { authorization: `Bearer ${node.token}` } });
  check(readFileSync(six.path).equals(Buffer.from(await read.arrayBuffer())), "full: what is here can be read, to the byte");
  rmSync(filler);
  mount("-o", "remount,size=128m", data);
  await isHeld(node, forty);
  check(await verify(node, forty), "full: with room the other comes, to the byte");
  await isOver(node, "full");
  check((await add(node, [three.path])).length === 1, "full: and files are published again");
  check((await node.stop()).code === 0, "it ended with 0");
  node = await new Node({ data, args: peer }).start();
  for (const line of [six, forty]) {
    await isHeld(node, line);
    check(await verify(node, line), "full: and all is there after a restart");
  }
  check((await node.stop()).code === 0, "it ended with 0");
}

// ---- Read-only; vanished; not to be read ----

async function others() {
  const data = folder();
  const files = join(data, "content", "files");
  for (const path of [data, join(data, "content"), files]) mkdirSync(path, { mode: 0o700 });
  mount("--bind", files, files);
  const wrap = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]; // root reads everything, unless told otherwise
  let node = await new Node({ data, args: peer, wrap }).start();
  await until("they are linked", 15000, async () => (await node.openLinks()).some(({ nodeId }) => nodeId === author.nodeId));
  check((await skep(node, "get", [three.id])).code === 0, "read-only: a file is here");
  await until("nobody writes", 5000, () => spawnSync("mount", ["-o", "remount,bind,ro", files]).status === 0);
  check((await skep(node, "get", ["--no-wait", other.id])).code === 0, "read-only: another is wanted");
  const words = /Read-only file system; make that disk writable again/;
  await isTold(node, "read-only", words);
  check(words.test((await stateOf(node, other)).trouble), "read-only: and the file says why");
  check(await verify(node, three), "read-only: what is here can be read, to the byte");
  mount("-o", "remount,bind,rw", files);
  await isHeld(node, other);
  check(await verify(node, other), "read-only: once it can be written the other comes, to the byte");
  await isOver(node, "read-only");

  const sealed = ({ id }) => join(files, id.slice(0, 2), id);
  rmSync(sealed(three));
  const out = folder();
  const got = await skep(node, "verify", [three.id]);
  check(got.code !== 0, `vanished: it is not given out: ${got.err.trim().split("\n")[0]}`);
  await until("vanished: it is told", 5000, async () => (await node.events()).some(({ code, message }) => code === "content-rotten" && /vanished/.test(message)));
  await isHeld(node, three);
  check(await verify(node, three), "vanished: it came again from the other node, to the byte");

  chmodSync(sealed(other), 0);
  const may = await skep(node, "get", [other.id, "-o", out]);
  check(may.code !== 0 && /Permission denied; give the user that runs skep access to it/.test(may.err), `not to be read: ${may.err.trim().replaceAll("\n", " ")}`);
  await isTold(node, "not to be read", /Permission denied; give the user/);
  check((await stateOf(node, other)).state === "held", "not to be read: it is still held, nobody gives it up for that");
  chmodSync(sealed(other), 0o600);
  await isOver(node, "not to be read");
  check(await verify(node, other), "not to be read: once it may be, it is there, to the byte");
  check((await node.stop()).code === 0, "it ended with 0");

  mount("--bind", data, data);
  mount("-o", "remount,bind,ro", data);
  const refused = await run(["run", "--data", data, "--api", "127.0.0.1:0", "--listen", "127.0.0.1:0"]);
  check(refused.code === 1 && /Read-only file system/.test(refused.err), `read-only at the start: ${refused.err.trim().split("\n").at(-1)}`);
  spawnSync("umount", [data]);
  node = await new Node({ data, args: peer }).start();
  await isHeld(node, three);
  check(true, "and writable again it starts with all it had");
  check((await node.stop()).code === 0, "it ended with 0");
}

try {
  await Promise.all([full(), others()]);
} finally {
  for (const path of mounted.reverse()) spawnSync("umount", ["-l", path]);
}
check((await author.stop()).code === 0, "it ended with 0");
