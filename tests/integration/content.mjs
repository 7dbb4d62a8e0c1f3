// SPDX-License-Identifier: Apache-2.0
// Files from one node to others by the commands people use: of every size that is a border of something, with names of
// all kinds, for everybody and for some; what cannot be published; what is not for us. All bit by bit.
//
//   content.mjs SKEP [long]       long: 300 MiB, too

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, chmodSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { basename, join, resolve as resolvePath } from "node:path";
import { add, dataIn, filesOf, hashOf, linesOf, skep, writeFile } from "./lib/files.mjs";
import { Node, check, folder, program, run, until } from "./lib/skep.mjs";

const isLong = process.argv[3] === "long";
const MIB = 1 << 20;
const WAIT_MS = isLong ? 300000 : 60000;

// Root reads everything, unless told otherwise.
const reader = process.getuid() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
const author = await new Node({ wrap: reader }).start();
const second = await new Node({ args: ["--peer", `${author.nodeId}@${author.listen}`] }).start();
await until("two nodes are linked", WAIT_MS, async () => (await author.openLinks()).length === 1);
const work = folder();
mkdirSync(work, { recursive: true });

/** Publishes on `from`, gets on `to` into a folder, and compares. */
async function carry(from, to, paths, options = []) {
  const lines = await add(from, [...options, "--", ...paths]);
  const target = folder();
  const got = await skep(to, "get", ["-", "-o", `${target}/`], { input: lines.map(({ id }) => `${id}\n`).join("") });
  if (got.code !== 0) throw new Error(`skep get: ${got.code} ${got.err}`);
  for (const { id, path } of lines) {
    const there = join(target, basename(path));
    if ((await hashOf(there)) !== (await hashOf(path))) throw new Error(`${path} is not what came of it (${id})`);
    rmSync(there);
  }
  check(readdirSync(target).length === 0, `${lines.length} of ${paths.length > 1 ? "several paths" : paths[0].slice(-40)}: bit by bit, nothing else`);
  return lines;
}

// ---- Sizes ----

const sizes = [0, 1, 65535 - 16, 65536 - 16, 65537 - 16, 65536, 262143, 262144, 262145, 2 * 262144, MIB, MIB + 1, 5 * MIB + 7];
if (isLong) sizes.push(256 * MIB, 300 * MIB);
const ofSizes = sizes.map((size) => writeFile(join(work, "sizes", `of ${size}`), size, `size ${size}`));
const before = await second.get("/api/v1/bandwidth");
const beforeOut = await author.get("/api/v1/bandwidth");
const beforeData = await dataIn(second);
const sized = await carry(author, second, ofSizes);
const bytes = sizes.reduce((sum, size) => sum + size, 0);
const isAbout = (counted) => counted >= bytes && counted < bytes * 1.05 + 200000;
const came = async () => (await second.get("/api/v1/bandwidth")).bytesIn - before.bytesIn;
const went = async () => (await author.get("/api/v1/bandwidth")).bytesOut - beforeOut.bytesOut;
await until("the counters move", WAIT_MS, async () => isAbout(await came()) && isAbout(await went()));
const counted = (await dataIn(second)) - beforeData;
check(isAbout(counted), `${bytes} bytes of files: ${await went()} went out, ${await came()} came in, ${counted} of them slices of files`);
const files = await filesOf(second);
for (const [index, { id }] of sized.entries()) {
  const file = files.get(id);
  const isRight = file.size === sizes[index] && file.state === "held" && file.chunksHere === file.chunks && file.sources === null;
  if (!isRight) throw new Error(`what is said of ${sizes[index]}: ${JSON.stringify(file)}`);
}
check(true, "the list says the size of each, and that it is whole");

// ---- Names ----

const names = ["with blanks  and more", "ein größerer Name, 名前 ☂", "-leading-dash", "--double", "'quote\" and $HOME", "new\\slash", `${"l".repeat(251)}.txt`];
await carry(author, second, names.map((name) => writeFile(join(work, "names", name), 1000, name)));
writeFile(join(work, "-x"), 10, "x");
const dashed = await skep(author, "add", ["--", "./-x"], {});
check(dashed.code === 1 && /-x/.test(dashed.err), "a path is one from where the command stands");
const inside = await new Promise((resolve) => {
  const child = spawn(resolvePath(program), ["add", "--data", author.data, "--json", "--", "-x"], { cwd: work });
  let out = "";
  child.stdout.on("data", (text) => (out += text));
  child.on("close", (code) => resolve({ code, lines: out.trim().split("\n").map((line) => JSON.parse(line)) }));
});
check(inside.code === 0 && inside.lines[0].path === join(work, "-x") && inside.lines[1].done.files === 1, "and --json tells each, and the totals");
const renamed = await add(author, ["--name", "other.txt", join(work, "-x")]);
check((await filesOf(author)).get(renamed[0].id).name === "other.txt", "--name calls it otherwise");

// ---- A folder ----

const many = join(work, "many");
for (let i = 0; i < 200; i++) writeFile(join(many, i % 2 === 0 ? "." : "below/and below", `file ${i}`), i * 50, i);
symlinkSync(join(many, "file 2"), join(many, "a link"));
const folderOf = await add(author, [many]);
check(folderOf.length === 200, "a folder of 200 small files: each has an id, a symbolic link in it none");
const list = folderOf.map(({ id, path }) => `${id}  ${path}\n`).join("");
const flat = folder();
const gotAll = await skep(second, "get", ["-", "-o", flat, "--json"], { input: list });
check(gotAll.code === 1 && /must name a folder/.test(gotAll.err), "several files need a folder");
mkdirSync(flat);
const byPath = await skep(second, "get", ["-", "-o", `${flat}/`], { input: `${folderOf[0].id}\n` });
check(byPath.out === `${folderOf[0].id}  ${join(flat, basename(folderOf[0].path))}\n`, "the path that is printed is the one it has");
const wrongLine = await skep(second, "get", ["-"], { input: `${folderOf[0].id}\n\nno id\n` });
check(wrongLine.code === 1 && /line 3 /.test(wrongLine.err), wrongLine.err.trim());
const gotMany = await skep(second, "get", ["-", "-o", flat, "--json"], { input: list });
check(gotMany.code === 0 && gotMany.out.trim().split("\n").length === 200, "got by the list that skep add printed");
for (const { path } of folderOf) if ((await hashOf(path)) !== (await hashOf(join(flat, basename(path))))) throw new Error(path);
check(readdirSync(flat).length === 200, "200 files, bit by bit");
const nearly = join(work, "nearly 64 KiB");
for (let i = 0; i < 400; i++) writeFile(join(nearly, `${i}`), 65520, `near ${i}`);
const manyLines = await add(author, [nearly]);
const gotNearly = await skep(second, "get", ["-"], { input: manyLines.map(({ id }) => id).join("\n") });
check(manyLines.length === 400 && gotNearly.code === 0, "400 files of nearly 64 KiB, more than may wait for the disk at once");

// ---- What is there, again ----

const one = sized.at(-1);
const onePath = ofSizes[sized.length - 1];
const first12 = one.id.slice(0, 12);
const listed = await skep(second, "list");
check(listed.code === 0 && listed.out.includes(first12) && /files here, 0 on the way/.test(listed.out), listed.out.trim().split("\n").pop());
check((await skep(second, "list", ["--long"])).out.includes(one.id), "--long has whole ids");
const pages = (await skep(second, "list", ["--json"])).out.trim().split("\n").map((line) => JSON.parse(line));
check(pages.length > 1 && pages.flatMap(({ items }) => items).length === pages[0].held + pages[0].known, `--json: ${pages.length} pages with all of them`);
const verified = await skep(second, "verify", [first12]);
check(verified.code === 0 && /all of it opens/.test(verified.out), `by its first digits: ${verified.out.trim()}`);
check((await skep(second, "verify", [sized[0].id])).code === 0, "an empty file verifies");
const absent = "0".repeat(64);
check((await skep(second, "verify", [absent])).code === 1, "a file that is not here does not");
check((await skep(second, "verify", ["abcdef"])).code === 1, "nor what begins with digits that no id has");
check((await skep(second, "get", ["xyz"])).code === 2, "what is no id is a mistake on the command line");
check((await skep(second, "get", [one.id, "-o", "x", "--no-wait"])).code === 2, "-o and --no-wait do not go together");

// ---- Into a file: what is there in part is gone on with ----

const target = join(folder(), "into");
mkdirSync(target, { recursive: true });
const part = join(target, `.skep-${one.id.slice(0, 16)}.part`);
const whole = readFileSync(onePath);
writeFileSync(part, whole.subarray(0, 3 * MIB));
const out = join(target, "one");
check((await skep(second, "get", [one.id, "-o", out])).code === 0 && (await hashOf(out)) === (await hashOf(onePath)), "a part that was there is gone on with");
check(!existsSync(part) && readdirSync(target).length === 1, "and nothing is left of it");
writeFileSync(part, Buffer.alloc(whole.length + 5));
check((await skep(second, "get", [one.id, "-o", out])).code === 0 && (await hashOf(out)) === (await hashOf(onePath)), "one that is too long is begun anew, over the old file");
writeFileSync(part, whole);
check((await skep(second, "get", [one.id, "-o", out])).code === 0 && (await hashOf(out)) === (await hashOf(onePath)), "one that was whole is only put in place");
const piped = await new Promise((resolve) => {
  const child = spawn(program, ["get", "--data", second.data, one.id, "-o", "-"]);
  const hash = createHash("sha256");
  child.stdout.on("data", (chunk) => hash.update(chunk));
  child.on("close", (code) => resolve({ code, hash: hash.digest("hex") }));
});
check(piped.code === 0 && piped.hash === (await hashOf(onePath)), "to standard output");
const nowhere = await skep(second, "get", [one.id, "-o", "/nonexistent/place/x"]);
check(nowhere.code === 1 && /No such file/.test(nowhere.err), `a place that is none: ${nowhere.err.trim()}`);

// ---- Ranges ----

const size = whole.length;
for (const [range, from, to] of [["0-0", 0, 1], ["262143-262144", 262143, 262145], ["-7", size - 7, size], [`${size - 1}-`, size - 1, size], ["1048575-2097152", 1048575, 2097153]]) {
  const response = await fetch(`http://${second.api}/api/v1/files/${one.id}`, { headers: { authorization: `Bearer ${second.token}`, range: `bytes=${range}` } });
  const got = Buffer.from(await response.arrayBuffer());
  if (response.status !== 206 || !got.equals(whole.subarray(from, to))) throw new Error(`range ${range}: ${response.status}, ${got.length} bytes`);
}
const beyond = await second.call(`/api/v1/files/${one.id}`, { headers: { range: `bytes=${size}-` } });
check(beyond.status === 416 && beyond.json.code === "file-range", "ranges, also across chunks; 416 behind the end");

// ---- What cannot be published ----

const used = (await author.get("/api/v1/content")).bytesUsed;
const bad = join(work, "bad");
writeFile(join(bad, "good"), 100, "good");
writeFile(join(bad, "unreadable"), 100, "unreadable");
chmodSync(join(bad, "unreadable"), 0);
const mixed = await skep(author, "add", [bad]);
check(mixed.code === 1 && linesOf(mixed.out).length === 1, "the others of a folder are published");
check(/unreadable: it cannot be opened: Permission denied/.test(mixed.err) && /1 could not be published/.test(mixed.err), mixed.err.trim().split("\n")[0]);
for (const [path, words] of [[join(bad, "gone"), /No such file or directory/], [join(many, "a link"), /no plain file/], ["/dev/null", /no plain file/]]) {
  const { code, out: nothing, err } = await skep(author, "add", [path]);
  check(code === 1 && nothing === "" && words.test(err), err.trim().split("\n")[0]);
}
const moving = writeFile(join(work, "moving"), 24 * MIB, "moving");
const fd = openSync(moving, "r+");
let at = 0;
const writer = setInterval(() => {
  for (let i = 0; i < 96; i++) writeSync(fd, Buffer.from(`${at++}`), 0, undefined, i * 262144 + (at % 200000));
}, 1);
const changed = await skep(author, "add", [moving]);
clearInterval(writer);
check(changed.code === 1 && /changed while it was read/.test(changed.err), changed.err.trim().split("\n")[0]);
const shrinking = writeFile(join(work, "shrinking"), 48 * MIB, "shrinking");
const shrunk = skep(author, "add", [shrinking]);
const fds = `/proc/${author.child.pid}/fd`;
const isOpen = () =>
  readdirSync(fds).some((one) => {
    try {
      return readlinkSync(join(fds, one)) === shrinking;
    } catch {
      return false; // closed just now
    }
  });
// Stopped whenever it is looked at, the node has read no further than that when the file shrinks.
for (author.signal("SIGSTOP"); !isOpen(); author.signal("SIGSTOP")) {
  author.signal("SIGCONT");
  await new Promise(setImmediate);
}
truncateSync(shrinking, 5);
author.signal("SIGCONT");
const short = await shrunk;
check(short.code === 1 && /became shorter|changed while/.test(short.err), short.err.trim().split("\n")[0]);
const goodSize = 100 + 16;
await until("nothing of these is left in the store", WAIT_MS, async () => {
  const now = (await author.get("/api/v1/content")).bytesUsed;
  return now - used < goodSize + MIB / 4; // records of others come meanwhile
});
const noSecret = await skep(author, "add", ["--for", "community", join(bad, "good")]);
check(noSecret.code === 1 && /no secret of its community.*--?\w|public/.test(noSecret.err), noSecret.err.trim().split("\n")[0]);
check(/^0 files, 0 B$/m.test(noSecret.err), "of nothing it is not said who can read it");
check((await skep(author, "add", ["--for", "nobody", onePath])).code === 2, "--for a word that means nothing");
check((await skep(author, "add", ["--for", "public", "--for", "community", onePath])).code === 2, "--for two that do not go together");
check((await skep(author, "add", ["--name", "x", many])).code === 2, "--name of a folder");

// ---- For some alone ----

const third = await new Node({ args: ["--peer", `${author.nodeId}@${author.listen}`, "--peer", `${second.nodeId}@${second.listen}`] }).start();
await until("the third is linked with both", WAIT_MS, async () => (await third.openLinks()).length === 2);
const { userKey } = await second.get("/api/v1/node");
const screen = (await skep(second, "status")).out;
check(screen.includes(userKey), "skep status shows the user's key");
check(/^  Content +[\d.]+ [KMG]iB on the disk; .*0 posts/m.test(screen), screen.match(/^ {2}Content.*/m)?.[0] ?? "no line about content");
const secretPath = writeFile(join(work, "a secret name"), 700000, "secret");
const said = await skep(author, "add", ["--for", userKey, secretPath]);
const [secret] = linesOf(said.out);
check(/you and 1 other user can read it, nobody else/.test(said.err), said.err.trim());
const ours = await carry(author, second, [writeFile(join(work, "for two"), 70000, "two")], ["--for", userKey]);
check(ours.length === 1, "who is named reads it");
const held = await skep(third, "get", [secret.id]);
check(held.code === 0 && /sealed for others/.test(held.out) && !held.out.includes("secret name"), "who is not fetches and holds it");
const refused = await skep(third, "get", [secret.id, "-o", join(target, "stolen")]);
check(refused.code === 4 && /not for this node's user/.test(refused.err) && !existsSync(join(target, "stolen")), refused.err.trim().split("\n")[0]);
check(readdirSync(target).join() === "one", "and no part of it is left");
const answer = await third.call(`/api/v1/files/${secret.id}`);
check(answer.status === 403 && answer.json.code === "file-not-for-us", "403 by the API");
const seen = (await filesOf(third)).get(secret.id);
check(seen.name === null && seen.mime === null && seen.readers === "users" && seen.size === 700000, "its name is not shown there");
check((await skep(third, "verify", [secret.id])).code === 4, "skep verify says the same");
await author.stop();
const onward = folder();
const from3 = await skep(second, "get", [secret.id, "-o", `${onward}/`]);
check(from3.code === 0 && (await hashOf(join(onward, "a secret name"))) === (await hashOf(secretPath)), "it comes from who cannot read it to who can, its author away");

// ---- For a community ----

const secretOf = (name, text) => {
  writeFileSync(join(work, name), `${text}\n`, { mode: 0o600 });
  return ["--community-secret", join(work, name)];
};
const near = ["--peer", `${second.nodeId}@${second.listen}`];
const member = await new Node({ args: [...near, ...secretOf("secret", "5a".repeat(32))] }).start();
const friend = await new Node({ args: [...near, "--peer", `${member.nodeId}@${member.listen}`, ...secretOf("same", "5a".repeat(32))] }).start();
const other = await new Node({ args: [...near, "--peer", `${member.nodeId}@${member.listen}`, ...secretOf("another", "a5".repeat(32))] }).start();
await until("the community is linked", WAIT_MS, async () => (await member.openLinks()).length >= 3);
const minutes = writeFile(join(work, "minutes"), 400000, "minutes");
const [forAll] = await carry(member, friend, [minutes], ["--for", "community"]);
check((await skep(second, "get", [forAll.id, "-o", join(target, "x")])).code === 4, "who has no secret cannot read it");
const foreign = await skep(other, "get", [forAll.id, "-o", join(target, "x")]);
check(foreign.code === 4 && /not for this node/.test(foreign.err) && !existsSync(join(target, "x")), `nor who has another: ${foreign.err.trim().split("\n")[0]}`);
for (const node of [member, friend, other]) check((await node.stop()).code === 0, "it ended with 0");

// ---- Nobody has it ----

const waiting = spawn(program, ["get", "--data", second.data, absent], { stdio: ["ignore", "pipe", "pipe"] });
let complaint = "";
waiting.stderr.on("data", (text) => (complaint += text));
await until("it waits", WAIT_MS, async () => (await filesOf(second)).get(absent)?.stage === "manifest");
waiting.kill("SIGINT");
await new Promise((resolve) => waiting.on("close", resolve)); // with all that it said
check(waiting.signalCode === "SIGINT" && /node goes on fetching/.test(complaint), `Ctrl-C: ${complaint.trim()}`);
check((await filesOf(second)).get(absent).state === "fetching", "and it does");
check((await skep(second, "get", ["--no-wait", absent])).code === 0, "--no-wait does not wait");

// ---- On a terminal ----

/** What a terminal gets of a command until `isEnough`; and the longest time in which it got nothing. */
async function onTerminal(words, isEnough) {
  const line = `stty cols 70; exec ${resolvePath(program)} ${words}`;
  const child = spawn("script", ["-qefc", line, "/dev/null"], { env: { ...process.env, TERM: "xterm" } });
  child.stdin.on("error", () => {}); // it may have ended by itself
  let shown = "";
  let last = Date.now();
  let gap = 0;
  child.stdout.on("data", (text) => {
    if (shown !== "") gap = Math.max(gap, Date.now() - last);
    last = Date.now();
    shown += text;
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  process.on("exit", () => child.kill("SIGKILL"));
  await until(`skep ${words.split(" ")[0]} on a terminal`, WAIT_MS, () => isEnough(shown));
  child.stdin.write("\x03");
  await ended;
  return { shown, gap, lines: shown.split(/[\r\n]+/).map((text) => text.replace(/\x1b\[[0-9;]*[a-zA-Z]/g, "")) };
}
const began = Date.now();
const patient = await onTerminal(`get --data ${second.data} ${absent}`, () => Date.now() - began > 3000);
check(/000000000000…: (no linked peer has it so far|asks what it is)/.test(patient.shown), `it says who is missing: ${patient.lines.at(-4)}`);
check(patient.gap < 1000 && patient.lines.every((text) => [...text].length <= 160), `never silent for more than ${patient.gap} ms`);
check(/node goes on fetching/.test(patient.shown), "and on Ctrl-C that it goes on");
const large = writeFile(join(work, "for a terminal"), 48 * MIB, "terminal");
const adding = await onTerminal(`add --data ${second.data} "${large}"`, (text) => /can read that file/.test(text));
check(/\[[#.]{20}\] +\d+ %/.test(adding.shown) && /[0-9a-f]{64}  \//.test(adding.shown), "a bar while it publishes, then the id");

// ---- A signed record in a file ----

const vectors = JSON.parse(readFileSync(join(process.env.SKEP_VECTORS ?? new URL("../vectors", import.meta.url).pathname, "content.json"), "utf8"));
for (const { record: { text }, kind } of vectors.files) {
  const record = join(work, "manifest.json");
  writeFileSync(record, text);
  const good = await run(["verify", record]);
  check(good.code === 0 && /^ok\n/.test(good.out) && /Author {4}(user|node) /.test(good.out), `${kind}: ${good.out.trim().split("\n").slice(2).join("; ")}`);
  appendFileSync(record, "\n");
  check((await run(["verify", record, "--json"])).code === 0, "a new line at its end is none of it");
  writeFileSync(record, text.replace(/"sig":"../, '"sig":"AA'));
  const forged = await run(["verify", record, "--json"]);
  check(forged.code === 4 && JSON.parse(forged.out).ok === false, forged.out.trim());
}
check((await run(["verify", join(work, "nothing")])).code === 1, "a file that is not there");
check((await run(["verify", "-"], { input: "{}" })).code === 4, "what is no record");
const plain = await run(["verify", onePath]);
check(plain.code === 4 && /by its id/.test(plain.err), "a file that is none is told of how it is verified");
const tooShort = await run(["verify", "abcd"]);
check(tooShort.code === 1 && /6 to 64 hex digits/.test(tooShort.err), "so is an id of too few digits");

// ---- A chunk that rots on the disk ----

check((await skep(third, "get", [one.id])).code === 0, "the third has that file, too");
const folderOfFiles = join(second.data, "content", "files");
const sealed = readdirSync(folderOfFiles, { recursive: true }).map((name) => join(folderOfFiles, name)).find((path) => path.includes(one.id));
check(sealed !== undefined && statSync(sealed).size > size, "the sealed file lies in content/files");
const disk = openSync(sealed, "r+");
/** What is said of a chunk that was changed at that place, while nobody can give it again. */
async function verifyRotten(at, words) {
  third.signal("SIGSTOP");
  writeSync(disk, Buffer.from("rotten"), 0, 6, at);
  const { code, out: said, err } = await skep(second, "verify", [one.id]);
  third.signal("SIGCONT");
  check(code === 4 && words.test(said), `code ${code}: ${said.trim()}${err.trim()}`);
}
await verifyRotten(3 * MIB, /damaged: of 5242887 bytes only the first [1-9]\d* open/);

const isWhole = async () => {
  const { state, chunks, chunksHere } = (await filesOf(second)).get(one.id);
  return state === "held" && chunks === chunksHere;
};
await until("it is fetched again", WAIT_MS, isWhole);
check((await skep(second, "verify", [one.id])).code === 0, "the rotten chunk was fetched again, and all of it opens");
await verifyRotten(100, /damaged: of 5242887 bytes only the first 0 open/);
await until("the first one is fetched again, too", WAIT_MS, isWhole);

for (const node of [second, third]) {
  const { code } = await node.stop();
  check(code === 0, "it ended with 0");
}
