// SPDX-License-Identifier: Apache-2.0
// A node with files and what its caretaker did is backed up while it runs and publishes, killed, and restored elsewhere:
// the same node, its blocks, its files. What is no whole backup under its passphrase is refused, and nothing is left of
// it. And of two processes with one node's keys one stays off the network until the other has gone.
//
//   backup.mjs SKEP [long]       long: until the later of two live ones has gone quiet, which takes a minute or two

import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { add, filesOf, hashOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, run, until } from "./lib/skep.mjs";

const isLong = process.argv[3] === "long";
const secretOf = (text) => {
  const path = folder();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  return path;
};
const passphrase = secretOf("correct horse battery staple");
const other = secretOf("another passphrase");
const saved = folder();

const beacon = new Node({ args: ["--roles", "beacon"] });
await beacon.start();
const beaconUrl = `http://${beacon.serve}`;
const peer = new Node({ args: ["--beacon", beaconUrl] });
await peer.start();
const community = secretOf("ab".repeat(32));
const node = new Node({ args: ["--beacon", beaconUrl, "--community-secret", community] });
await node.start();
await until("they are linked", 15000, async () => (await node.openLinks()).length === 1);

// ---- A backup of a node that is at work

const paths = [writeFile(folder(), 700, 1), writeFile(folder(), 3_000_000, 2), writeFile(folder(), 9_000_000, 3)];
const files = await add(node, paths);
const fetched = await add(peer, [writeFile(folder(), 2_000_000, 4)]);
check((await skep(node, "get", [fetched[0].id])).code === 0, "it fetched a file of its peer");
const stranger = "b".repeat(32);
const block = await run(["block", "add", "--data", node.data, "--node", stranger, "--reason", "floods"]);
check(block.code === 0, `it blocks somebody ${block.err}`);

let isMade = false;
const publishing = (async () => {
  const ids = [];
  for (let i = 0; !isMade; i++) ids.push((await add(node, [writeFile(join(saved, "many", `${i}`), 300_000, 100 + i)]))[0].id);
  return ids;
})();
const target = join(saved, "node.backup");
const backup = (from, args) => skep(from, "backup", ["--passphrase-file", passphrase, ...args]);
const made = await backup(node, ["--json", target]);
isMade = true;
check(made.code === 0, `backed up while it publishes ${made.err}`);
const published = await publishing;
check(published.length > 1, `${published.length} files were published meanwhile`);
const account = JSON.parse(made.out);
check(account.ok && account.nodeId === node.nodeId && account.partsLost === 0, "it says whose it is");
check((statSync(target).mode & 0o777) === 0o600 && !existsSync(join(node.data, ".backup")), "for its owner alone, and nothing is left beside it");
const key = readFileSync(join(node.data, "identity", "node.key"), "utf8").split("\n")[1];
check(!readFileSync(target).includes(key), "the key is not in it as it is");

const verified = await run(["backup", "verify", "--passphrase-file", passphrase, "--json", target]);
check(verified.code === 0 && JSON.parse(verified.out).madeAt === account.madeAt, "it verifies");
const small = join(saved, "small.backup");
const without = await backup(node, ["--without-files", "--json", small]);
check(without.code === 0 && JSON.parse(without.out).filesLeft === 1, "without what it only fetched");
check((await backup(node, ["--json", small])).code === 0, "a backup takes the place of a backup");
const foreign = await backup(node, [paths[0]]);
check(foreign.code === 1 && /no backup/.test(foreign.err) && (await hashOf(paths[0])) !== null && statSync(paths[0]).size === 700, "but not of another file");

// ---- What is refused

const restore = (data, file, args = []) => run(["restore", file, "--data", data, "--passphrase-file", passphrase, ...args]);
const elsewhere = folder();
const refuse = async (what, file, words, args = []) => {
  const { code, err } = await restore(elsewhere, file, args);
  check(code === 4 && words.test(err), `${what} is refused (${err.trim()})`);
  check(!existsSync(elsewhere) && !readdirSync(dirname(elsewhere)).some((name) => name.endsWith(".restoring")), "and nothing of it is there");
};
const bytes = readFileSync(target);
const changed = (change) => {
  const path = folder();
  writeFileSync(path, change(Buffer.from(bytes)));
  return path;
};
await refuse("another passphrase", target, /not the passphrase/, ["--passphrase-file", other]);
await refuse("a flipped bit", changed((all) => ((all[all.length - 5000] ^= 4), all)), /damaged/);
await refuse("one that is cut off", changed((all) => all.subarray(0, 88 + 3 * (65536 + 17))), /cut off/);
await refuse("something else", paths[1], /no backup/);
await refuse("a newer one", changed((all) => ((all[19] = 9), all)), /newer/);
const open = secretOf("correct horse battery staple");
chmodSync(open, 0o644);
const exposed = await restore(elsewhere, target, ["--passphrase-file", open]);
check(exposed.code === 1 && /chmod 0600/.test(exposed.err), "a passphrase that others may read is not taken");
const inUse = await restore(node.data, target);
check(inUse.code === 1 && /not empty/.test(inUse.err), "a folder that is not empty is left alone");
check((await restore("/nowhere", target, ["--check"])).code === 0, "--check only verifies");

// ---- Restored beside the node, which runs: it stays off the network

const copy = new Node({ args: ["--beacon", beaconUrl], data: folder() });
const back = await restore(copy.data, target, ["--json"]);
check(back.code === 0 && JSON.parse(back.out).nodeId === node.nodeId, `restored ${back.err}`);
check(!existsSync(join(copy.data, "api.token")) && existsSync(join(copy.data, "listen-first")), "without its token, and marked");
check(readFileSync(join(copy.data, "community.secret"), "utf8") === readFileSync(community, "utf8"), "with the community's secret");
const beside = folder();
const relativeBack = await restore(relative(process.cwd(), beside), target);
check(relativeBack.err.includes(` --data ${beside} --community-secret ${join(beside, "community.secret")}\n`), "the command it says next can be run as it stands");
const linksBefore = (await node.openLinks()).map((link) => `${link.id} ${link.since}`).join();
await copy.start();
const { value: finding } = await until("it says that it is live elsewhere", 10000, async () =>
  (await copy.get("/api/v1/snapshot")).alerts.items.find((item) => item.code === "clone" && item.level === "error"));
check(finding.title === "This identity is live elsewhere" && finding.cause.includes(node.listen), finding.cause);
check((await skep(copy, "status")).code === 3, "skep status says so, too");
check((await copy.openLinks()).length === 0 && (await node.openLinks()).map((link) => `${link.id} ${link.since}`).join() === linksBefore, "and touches nobody's links");
check((await copy.events()).some((event) => event.code === "clone-quiet"), "clone-quiet");
check((await copy.stop()).code === 0 && existsSync(join(copy.data, "listen-first")), "it stays marked");

// ---- A plain copy of the folder, which nobody marked: the one that started later goes quiet when it hears

const twin = new Node({ args: ["--peer", `${peer.nodeId}@${peer.listen}`], data: folder() });
check((await restore(twin.data, target)).code === 0, "a second copy");
unlinkSync(join(twin.data, "listen-first"));
await twin.start();
await until("the node that runs hears of it", 20000, async () => (await node.events()).some((event) => event.code === "clone-seen"));
check((await node.get("/api/v1/snapshot")).alerts !== null && node.exit === null, "and goes on");
if (isLong) {
  await until("the one that started later goes quiet", 100000, async () => (await twin.events()).some((event) => event.code === "clone-quiet"));
  await until("its links are gone, and it is marked", 5000, async () => (await twin.openLinks()).length === 0 && existsSync(join(twin.data, "listen-first")));
  await until("the first one has its link again", 90000, async () => (await node.openLinks()).length === 1);
}
check((await twin.stop()).code === 0, "the copy ends");

// ---- After the node is gone

await node.kill();
const alone = new Node({ data: copy.data });
await alone.start();
check(alone.nodeId === node.nodeId, "the same node");
await until("with nobody to ask it takes part", 5000, async () => (await alone.events()).some((event) => event.code === "clone-goes-on"));
check((await run(["block", "list", "--data", alone.data])).out.includes(stranger.slice(0, 4)), "whom it blocked is blocked");
const here = await filesOf(alone);
for (const [i, { id }] of files.entries()) {
  const out = folder();
  check(here.get(id)?.state === "held" && (await skep(alone, "verify", [id])).code === 0, `file ${i + 1} verifies`);
  check((await skep(alone, "get", [id, "-o", out])).code === 0 && (await hashOf(out)) === (await hashOf(paths[i])), "and is what it was");
}
check((await skep(alone, "verify", [fetched[0].id])).code === 0, "so does what it fetched");
let whole = 0;
for (const file of here.values()) if (file.state === "held") whole++;
check(whole >= files.length + 1 && [...here.values()].every((file) => file.state !== "held" || file.chunksHere === file.chunks || file.chunks === null), `${whole} files are whole`);
check((await alone.stop()).code === 0, "it ends");
const after = await run(["backup", "--data", copy.data, "--passphrase-file", passphrase, "--json", join(saved, "again.backup")]);
check(after.code === 0 && JSON.parse(after.out).partsLost === 0, "and is backed up when it does not run");
for (const each of [beacon, peer]) await each.stop();
