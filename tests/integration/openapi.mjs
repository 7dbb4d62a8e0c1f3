// SPDX-License-Identifier: Apache-2.0
// The OpenAPI document against live answers, both ways: every route answers as the document says and no member more;
// and every schema, and every problem, is seen in some answer. Several nodes, so that all kinds of answers are there: one
// with a beacon and links, one that only serves, one whose network is down.

import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { request } from "node:http";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Node, check, folder, run, until } from "./lib/skep.mjs";
import { Document } from "./lib/openapi_document.mjs";

const [packages, liar] = process.argv.slice(3);

// ---- A small swarm ----

const settings = `${folder()}.conf`;
writeFileSync(settings, "log = debug\n");
const server = await new Node({ args: ["--roles", "beacon"] }).start();
const beacon = ["--beacon", `http://${server.serve}`];
const signalAt = "ws://127.0.0.1:1/"; // nobody is there
// Doors behind which nobody says a word: to who knocks it is as if nothing came through.
const deadEnds = await Promise.all(
  [1, 2, 3, 4, 5, 6, 7, 8].map(
    () =>
      new Promise((resolve) => {
        const door = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1", () => {
          door.unref();
          resolve(`127.0.0.1:${door.address().port}`);
        });
      }),
  ),
);
const [first, second, third, lonely] = await Promise.all([
  new Node({ args: ["--config", settings, "--roles", "node,beacon", ...beacon, "--signal", signalAt, "--ice-server", "stun:127.0.0.1:1"] }).start(),
  new Node({ args: beacon }).start(),
  new Node({ args: beacon }).start(),
  new Node({ args: ["--beacon", "http://127.0.0.1:1", ...deadEnds.slice(0, 4).flatMap((at) => ["--peer", at])] }).start(),
]);
await until("the first has two links", 15000, async () => (await first.openLinks()).length === 2);
check(true, "three nodes are linked");
await until("both neighbours tell of their links", 20000, async () => (await first.get("/api/v1/views")).items.length === 2);

// ---- The document itself ----

const plain = await first.call("/api/v1/openapi.json", { headers: { authorization: "" } });
check(plain.status === 200, "the document is there without a token");
const document = await Document.read(plain.json, packages);
check(document.isValid && document.version === "3.1", `it is valid OpenAPI 3.1 ${JSON.stringify(document.errors ?? "")}`);
for (const secret of [first.token, first.nodeId, first.data, first.api]) {
  check(!plain.body.includes(secret), "it holds nothing of this node");
}
check((await second.call("/api/v1/openapi.json")).headers.etag === plain.headers.etag, "it is the same at every node");
const operations = document.operations();
const ids = operations.map(({ operation }) => operation.operationId);
check(new Set(ids).size === ids.length, `${ids.length} operations, each with a name of its own`);

// The rules that names follow: what ends in At is a time, and so on.
const rules = [
  [/(At|^at|^asOf|^since)$/, (type) => type === "integer"],
  [/BytesPerSecond$/, (type) => type === "integer"],
  [/Ms$/, (type) => type === "integer" || type === "number"],
  [/Share$/, (type, schema) => type === "number" && schema.maximum === 1],
];
for (const [schemaName, schema] of Object.entries(plain.json.components.schemas)) {
  for (const [name, whole] of Object.entries(schema.properties)) {
    const member = [whole.type].flat().includes("array") ? whole.items : whole;
    const types = [member.type].flat().filter((one) => one !== "null");
    for (const [pattern, holds] of rules) {
      if (pattern.test(name) && !holds(types[0], member)) throw new Error(`${schemaName}.${name} breaks the rule ${pattern}`);
    }
  }
}
check(true, "times, durations, rates and shares are named as the contract has it");

// ---- Calls ----

function callAt(address, node, path, options) {
  return Node.prototype.call.call({ api: address, token: node.token }, path, options);
}
const answered = new Set();
async function ask(node, entry, { method = entry.method, path = entry.path, query = "", headers = {}, body, wanted } = {}) {
  const what = `${method} ${path}${query}`;
  const all = body === undefined ? headers : { "content-type": "application/json", ...headers };
  const answer = await callAt(entry.isService ? node.serve : node.api, node, path + query, { method, headers: all, body });
  document.checkAnswer(what, { ...entry, method }, answer);
  if (answer.status < 300) answered.add(entry.operation.operationId);
  if (/problem/.test(answer.headers["content-type"] ?? "") && method !== "HEAD") document.checkProblem(what, answer.json);
  if (wanted !== undefined && answer.status !== wanted) throw new Error(`${what}: ${answer.status}, not ${wanted}: ${answer.body.slice(0, 500)}`);
  return answer;
}
const entryOf = (id) => {
  const entry = operations.find(({ operation }) => operation.operationId === id);
  if (entry === undefined) throw new Error(`the document has no ${id}`);
  return entry;
};
const isStream = ({ operation }) => operation.responses[200]?.content?.["text/event-stream"] !== undefined;

// A call without what it needs is refused; with it, a look back finds what is kept of a second ago. A process that only
// serves keeps nothing.
const queryParameters = (entry) => entry.operation.parameters.map((one) => document.resolved(one)).filter((one) => one.in === "query");
const secondAgo = () => Date.now() - 1500;
const valueOf = ({ name, schema }) => (name === "at" ? secondAgo() : schema.enum[0]);
const queryOf = (entry) => {
  const needed = queryParameters(entry).filter((one) => one.required);
  return needed.length === 0 ? "" : `?${needed.map((one) => `${one.name}=${valueOf(one)}`).join("&")}`;
};
const statusAtServer = { getHistoryMoment: 404, getContent: 409, getPosts: 409, getOutbox: 409, getQuarantine: 409 }; // it keeps no rows, and moves no files
async function askEverything(node) {
  for (const entry of operations.filter((one) => one.method === "GET" && !isStream(one) && !one.path.includes("{"))) {
    if (entry.isService && node.serve === null) continue;
    const query = queryOf(entry);
    const wanted = node === server ? (statusAtServer[entry.operation.operationId] ?? 200) : 200;
    const answer = await ask(node, entry, { query, wanted });
    if (query !== "") await ask(node, entry, { wanted: 400 });
    if (!entry.isService) await ask(node, entry, { method: "HEAD", query, wanted });
    if (answer.headers.etag !== undefined) await ask(node, entry, { headers: { "if-none-match": answer.headers.etag }, wanted: 304 });
  }
}
const [ranges, moments] = [entryOf("getHistory"), entryOf("getHistoryMoment")];
const keepsRows = async (node) => (await ask(node, moments, { query: `?at=${secondAgo()}` })).status === 200;
for (const node of [first, second, lonely]) await until("a second is kept", 10000, () => keepsRows(node));
for (const node of [first, second, server, lonely]) await askEverything(node);
check(true, "every GET answers as the document says, at four nodes of different kinds");

// ---- Files ----

const [adding, fetching, reading, looking] = ["postFiles", "postFilesFetch", "getFilesId", "getFilesIdState"].map(entryOf);
const add = async (body, wanted = 200) => {
  const { body: text, json } = await ask(first, adding, { body: JSON.stringify(body), wanted });
  return wanted === 200 ? text.trim().split("\n").map((line) => JSON.parse(line)).filter((line) => line.progress === undefined) : json;
};
const fileAt = (entry, id) => entry.path.replace("{id}", id);
const LARGE = 64 << 20; // more than fits into the buffers of a connection
const place = folder();
writeFileSync(place, Buffer.alloc(LARGE, "skep"));
const [published, totals] = await add({ path: place, readers: "public", target: 2 });
check(published.size === LARGE && totals.done.files === 1, "a file is published");
const [letter] = await add({ path: settings, readers: "users", users: [], name: "for me alone" });
for (const bad of [{}, [], { path: "relative" }, { path: place, readers: "nobody" }, { path: place, target: 17 }, { path: place, users: ["x"] }]) {
  check((await add(bad, 400)).code === "file-malformed", `not published: ${JSON.stringify(bad).slice(0, 60)}`);
}
const refusedLine = (await add({ path: "/nonexistent" }))[0];
check(refusedLine.why !== undefined && refusedLine.id === undefined, `one that cannot be read: ${refusedLine.why}`);
for (const bad of [{}, { ids: [] }, { ids: ["x"] }, { ids: Array(101).fill(letter.id) }]) {
  check((await ask(second, fetching, { body: JSON.stringify(bad), wanted: 400 })).json.code === "file-malformed", "not fetched");
}
const { json: wanting } = await ask(second, fetching, { body: JSON.stringify({ ids: [published.id, letter.id] }), wanted: 200 });
check(wanting.fetching + wanting.held === 2 && wanting.refused === 0, "two files are wanted");
const stateOf = async (id) => (await ask(second, looking, { path: fileAt(looking, id), wanted: 200 })).json;
for (const { id } of [published, letter]) await until("it is fetched", 20000, async () => (await stateOf(id)).state === "held");
check((await stateOf(letter.id)).name === null, "one of them has no name there");
await ask(first, reading, { path: fileAt(reading, letter.id), wanted: 200 });
await ask(second, reading, { path: fileAt(reading, published.id), method: "HEAD", wanted: 200 });
await ask(second, reading, { path: fileAt(reading, published.id), headers: { range: "bytes=5-9" }, wanted: 206 });
const nobodys = "0".repeat(64);
const fileRefusals = [
  ["file-absent", looking, { path: fileAt(looking, nobodys), wanted: 404 }],
  ["file-absent", reading, { path: fileAt(reading, nobodys), wanted: 404 }],
  ["file-absent", reading, { path: fileAt(reading, "x"), wanted: 404 }],
  ["file-not-for-us", reading, { path: fileAt(reading, letter.id), wanted: 403 }],
  ["file-range", reading, { path: fileAt(reading, published.id), headers: { range: `bytes=${LARGE}-` }, wanted: 416 }],
];
for (const [code, entry, options] of fileRefusals) {
  const { json } = await ask(second, entry, options);
  check(json.code === code && json.status === options.wanted, `${options.wanted} ${code}`);
}
check((await ask(server, entryOf("getContent"), { wanted: 409 })).json.code === "no-node", "a beacon alone moves no files");
const uploading = entryOf("putUploads");
const small = await new Node({ args: ["--storage-max", "1M"] }).start();
const upload = (node, query, size, wanted) =>
  ask(node, uploading, { query, headers: { "content-type": "application/octet-stream" }, body: "x".repeat(size), wanted });
check((await upload(small, "?name=through%20the%20API&readers=users&target=1", 5, 201)).json.size === 5, "a file is uploaded");
const uploadRefusals = [
  ["upload-malformed", "", 1, 400],
  ["upload-malformed", "?name=a%2Fb", 1, 400],
  ["upload-malformed", "?name=x&readers=nobody", 1, 400],
  ["upload-malformed", "?name=x&target=17", 1, 400],
  ["file-refused", "?name=x&readers=community", 1, 409],
  ["storage-full", "?name=x", 3 << 20, 507],
];
for (const [code, query, size, wanted] of uploadRefusals) {
  check((await upload(small, query, size, wanted)).json.code === code, `${wanted} ${code}`);
}
check((await small.get("/api/v1/content")).held === 1, "and nothing of those is kept");
const { json: sealed } = await upload(small, "?name=in%20a%20file%20of%20its%20own", 200000, 201);
renameSync(join(small.data, "content"), join(small.data, "away"));
check((await upload(small, "?name=x", 1, 507)).json.code === "file-not-written", "507 where nothing can be written");
check((await ask(small, reading, { path: fileAt(reading, sealed.id), wanted: 507 })).json.code === "file-not-read", "nor read");
renameSync(join(small.data, "away"), join(small.data, "content"));
await small.stop();

const removing = entryOf("deleteFilesId");
const removeFile = (node, id, wanted, query = "") => ask(node, removing, { path: fileAt(removing, id), query, wanted });
const wrongId = "1".repeat(64);
await ask(second, fetching, { body: JSON.stringify({ ids: [wrongId] }), wanted: 200 });
await removeFile(second, wrongId, 204);
const [alone] = await add({ path: settings, readers: "public", target: 1, name: "the only copy" });
check((await removeFile(first, alone.id, 409)).json.code === "last-copy", "409 last-copy");
check((await removeFile(first, alone.id, 400, "?force=yes")).json.code === "query-malformed", "400: by force, or not");
await removeFile(first, alone.id, 204, "?force=true");
for (const id of [alone.id, wrongId, "x"]) check((await removeFile(first, id, 404)).json.code === "file-absent", `nothing to remove under ${id.slice(0, 8)}`);
check((await removeFile(server, wrongId, 409)).json.code === "no-node", "a beacon alone has no files");
// ---- Posts ----

const [posting, posts, outbox] = ["postPosts", "getPosts", "getOutbox"].map(entryOf);
const post = (node, body, wanted) => ask(node, posting, { body: JSON.stringify(body), wanted });
const { json: posted } = await post(first, { text: "a post", tags: ["a"], attachments: [published.id] }, 201);
check((await post(first, { text: "edited", of: posted.id }, 201)).json.version === 2, "a post is written, and edited");
await post(first, { text: "another" }, 201);
const { json: newest } = await ask(first, posts, { query: "?limit=1", wanted: 200 });
check((await ask(first, posts, { query: `?cursor=${newest.next}`, wanted: 200 })).json.items.length === 1, "page by page");
await ask(first, posts, { query: "?cursor=x", wanted: 400 });
const { value: heard } = await until("the other has heard of it", 20000, async () => (await second.get("/api/v1/posts")).items.find(({ of }) => of === posted.of));
for (const [code, body, wanted] of [["post-malformed", {}, 400], ["post-absent", { text: "x", of: nobodys }, 404], ["post-not-ours", { text: "x", of: heard.id }, 403]]) {
  check((await post(second, body, wanted)).json.code === code, `${wanted} ${code}`);
}
check((await post(server, { text: "x" }, 409)).json.code === "no-node", "a beacon alone writes no posts");
check((await ask(first, outbox, { wanted: 200 })).json.items.some(({ kind }) => kind === "file"), "a file waits for holders");

// What does not verify, of somebody who lies, and its end.
const [quarantine, removal] = [entryOf("getQuarantine"), entryOf("deleteQuarantineNumber")];
const victim = await new Node().start();
const lie = spawn(liar, ["--from", first.listen, "--to", victim.listen, "--file", letter.id, "--lie", "garbage-manifest"]);
await until("a liar is linked", 15000, async () => (await victim.openLinks()).length === 1);
await ask(victim, fetching, { body: JSON.stringify({ ids: [letter.id] }), wanted: 200 });
const { value: lies } = await until("what it sent lies in the quarantine", 10000, async () => {
  const { items } = (await ask(victim, quarantine, { wanted: 200 })).json;
  return items.length > 0 && items;
});
const removeAt = (node, number, wanted) => ask(node, removal, { path: `/api/v1/quarantine/${number}`, wanted });
await removeAt(victim, lies[0].number, 204);
for (const number of [lies[0].number, "x", "9".repeat(30)]) {
  check((await removeAt(victim, number, 404)).json.code === "quarantine-absent", `nothing to remove under ${number}`);
}
check((await removeAt(server, 1, 409)).json.code === "no-node", "a beacon alone has no quarantine");
lie.kill();
await victim.stop();
// Who asks for files and takes nothing of them: 32 such calls are as many as there may be.
const [secondHost, secondPort] = second.api.split(":");
const idle = [];
for (let i = 0; i < 32; i++) {
  await new Promise((resolve) => {
    const query = request({ host: secondHost, port: secondPort, path: fileAt(reading, published.id), headers: { authorization: `Bearer ${second.token}` } });
    query.on("error", () => {});
    query.on("response", (response) => {
      response.on("error", () => {});
      resolve();
    });
    query.end();
    idle.push(query);
  });
}
const busy = await ask(second, reading, { path: fileAt(reading, published.id), headers: { range: "bytes=0-0" }, wanted: 503 });
check(busy.json.code === "content-busy" && busy.headers["retry-after"] !== undefined, "503 when 32 are read at a time");
for (const query of idle) query.destroy();
await until("there is room again", 5000, async () => (await ask(second, reading, { path: fileAt(reading, published.id), headers: { range: "bytes=0-0" } })).status === 206);

// ---- Queries: what the document allows is taken, what it does not is refused with the parameter's name ----

async function goodValue(node, entry, { name, schema }) {
  if (name === "at") return secondAgo();
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === "integer") return schema.minimum;
  if (schema.pattern === undefined) return "test";
  const page = await ask(node, entry, { query: "?limit=1", wanted: 200 });
  if (!new RegExp(schema.pattern).test(page.json.next)) throw new Error(`${entry.path}: next is ${page.json.next}, no ${name}`);
  return page.json.next;
}
function badValues({ schema }) {
  if (schema.enum !== undefined) return ["nonsense", "", "x".repeat(100)];
  if (schema.type === "integer") return [schema.minimum - 1, schema.maximum + 1, "many", "", "%zz", "9".repeat(30)];
  return schema.pattern === undefined ? [] : ["nonsense", "", "%zz"];
}
let refusedValues = 0;
for (const entry of operations.filter((one) => one.method === "GET")) {
  for (const parameter of queryParameters(entry)) {
    const good = await goodValue(first, entry, parameter);
    await ask(first, entry, { query: `?${parameter.name}=${good}`, wanted: 200 });
    for (const bad of badValues(parameter)) {
      const { json } = await ask(first, entry, { query: `?${parameter.name}=${bad}`, wanted: 400 });
      if (!json.detail.startsWith(`${parameter.name} must be `)) throw new Error(`not said which: ${json.detail}`);
      refusedValues++;
    }
  }
}
for (const range of queryParameters(ranges)[0].schema.enum) {
  const { json } = await ask(first, ranges, { query: `?range=${range}`, wanted: 200 });
  const lists = [...Object.values(json.series), ...Object.values(json.peaks)];
  check(lists.every((list) => list.length === json.points) && json.points <= 360, `${range}: ${json.points} points in each list`);
  check(json.toAt === json.fromAt + json.points * json.stepMs && json.asOf < json.toAt && json.asOf >= json.toAt - json.stepMs,
    `${range}: ${json.stepMs} ms a point, and the last is that of now`);
}
for (const at of [1, Date.now() + 3600_000]) await ask(first, moments, { query: `?at=${at}`, wanted: 404 });
check(refusedValues > 20, `${refusedValues} wrong values of queries are refused, each with its name`);

// ---- The way in ----

const sent = { authorization: "", "x-skep-request": "1" };
const login = (token) => JSON.stringify({ token });
const session = entryOf("postSession");
const { json: made } = await ask(first, entryOf("postLoginCodes"), { body: "{}", headers: { "idempotency-key": "a" }, wanted: 200 });
const opened = await ask(first, session, { headers: sent, body: login(made.code), wanted: 204 });
const cookie = opened.headers["set-cookie"][0].split(";")[0];
const refusals = [
  ["login-refused", session, { headers: sent, body: login(made.code), wanted: 401 }],
  ["body-malformed", session, { headers: sent, body: "{", wanted: 400 }],
  ["body-malformed", session, { headers: sent, body: "[]", wanted: 400 }],
  ["media-type-unsupported", session, { headers: { ...sent, "content-type": "text/plain" }, body: login("x"), wanted: 415 }],
  ["header-missing", session, { headers: { authorization: "" }, body: login("x"), wanted: 403 }],
  ["origin-foreign", session, { headers: { ...sent, origin: "http://evil.example" }, body: login("x"), wanted: 403 }],
  ["token-missing", entryOf("getNode"), { headers: { authorization: "" }, wanted: 401 }],
  ["token-wrong", entryOf("getNode"), { headers: { authorization: "Bearer 00" }, wanted: 401 }],
  ["session-over", entryOf("getNode"), { headers: { authorization: "", cookie: cookie.replace(/=.*/, "=00") }, wanted: 401 }],
  ["cross-site", entryOf("getNode"), { headers: { authorization: "", cookie, "sec-fetch-site": "cross-site" }, wanted: 403 }],
];
for (const [code, entry, options] of refusals) {
  const { json } = await ask(first, entry, options);
  check(json.code === code && json.status === options.wanted, `${options.wanted} ${code}`);
}
for (const entry of operations.filter((one) => !one.isService)) {
  const { json } = await ask(first, entry, { headers: { host: "evil.example" }, body: entry.method === "POST" ? "{}" : undefined, wanted: 421 });
  if (json.code !== "host-foreign") throw new Error(`${entry.path} took a foreign Host`);
  const isOpen = entry.operation.security.length === 0;
  if (!isOpen) await ask(first, entry, { headers: { authorization: "" }, wanted: 401 });
}
check(true, "every route refuses a foreign Host, and what needs a token refuses who has none");

// ---- The configuration ----

const reload = entryOf("postConfigReload");
const origin = `http://${first.api}`;
const { json: byCookie } = await ask(first, reload, { headers: { authorization: "", cookie }, wanted: 403 });
const { json: byForm } = await ask(first, reload, { headers: { authorization: "", cookie, origin }, wanted: 403 });
check(byCookie.code === "origin-missing" && byForm.code === "header-missing", "what changes something by cookie comes from our page");
const reloadWith = async (text) => {
  writeFileSync(settings, text);
  return (await ask(first, reload, { wanted: 200 })).json;
};
const changed = await reloadWith("log = debug\napi-hosts = skep.example\nbeacon = http://127.0.0.1:9/\n");
check(changed.changes.some(({ outcome }) => outcome === "applied"), "a setting is applied, and said to be");
check((await reloadWith("lag = debug\n")).mistakes.length === 1, "a mistake is told of");

// ---- Controls ----

const doing = entryOf("postOperations");
const operate = (body, wanted, key) =>
  ask(first, doing, { body: JSON.stringify(body), wanted, headers: key === undefined ? {} : { "idempotency-key": key } });
const about = (id, verb, wanted) =>
  ask(first, entryOf(`postOperationsId${verb}`), { path: `/api/v1/operations/${id}/${verb.toLowerCase()}`, wanted });
const { json: tried } = await operate({ action: "network.disable", dryRun: true }, 200);
check(tried.impact.linksCut === 2 && tried.impact.linksLeft === 0, "a dry run tells how many links it would cut, and cuts none");
const { json: paused } = await operate({ action: "pause.inbound", forMs: 60000, reason: "a test" }, 202, "k");
check(paused.state === "applied" && paused.endsAt > paused.askedAt && paused.canRevert, "a pause is applied when it is answered");
check((await operate({ action: "pause.inbound", forMs: 60000 }, 202, "k")).json.id === paused.id, "the same key is the same operation");
check((await operate({ action: "resume" }, 409, "k")).json.code === "idempotency-key-used", "and not another one");
const { json: waiting } = await operate({ action: "autoconnect.off", confirmWithinMs: 60000 }, 202);
check(waiting.state === "awaiting-confirm" && waiting.revertsAt > waiting.askedAt, "what is to be kept waits for it");
check((await about(waiting.id, "Confirm", 202)).json.state === "confirmed", "is kept");
check((await about(waiting.id, "Confirm", 409)).json.code === "operation-over", "once");
for (const { id } of [waiting, paused]) {
  check((await about(id, "Revert", 202)).json.state === "reverted", "and is taken back");
}
await about("0123456789abcdef", "Revert", 404);
await about("nonsense", "Confirm", 404);
check((await ask(server, doing, { body: "{}", wanted: 409 })).json.code === "no-node", "a beacon alone has nothing to switch");
for (const bad of [{}, { action: "resume", forMS: 1 }, { action: "explode" }, { action: "resume", forMs: -1 }, { action: "resume", reason: "x".repeat(201) }]) {
  check((await operate(bad, 400)).json.code === "operation-malformed", `refused: ${JSON.stringify(bad).slice(0, 40)}`);
}
const stranger = "baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
for (const bad of [{}, { target: {} }, { target: { nodeId: "x" } }, { target: { userId: "" } }, { target: { nodeId: stranger }, params: { direction: "up" } }]) {
  check((await operate({ action: "block.add", ...bad }, 400)).json.code === "operation-malformed", `no block: ${JSON.stringify(bad)}`);
}
const { json: blocked } = await operate({ action: "block.add", target: { nodeId: stranger, userId: "u:x" }, params: { direction: "in" } }, 202);
check(blocked.target.kind === "claim" && (await ask(first, entryOf("getBlocks"), { wanted: 200 })).json.items.length === 1, "a block is listed");
await operate({ action: "block.remove", target: { nodeId: stranger, userId: "u:x" } }, 202);
check((await first.get("/api/v1/blocks")).items.length === 0, "and removed");
// Calls by hand, and what becomes of those that cannot be made.
const call = (target, wanted = 202) => operate({ action: "link.connect", target }, wanted);
const refusedCall = async (target, code) => check((await call(target, 409)).json.code === code, `no call: ${code}`);
check((await call({ address: "here" }, 400)).json.code === "operation-malformed", "a name is no address");
await refusedCall({ nodeId: stranger }, "call-nowhere");
await refusedCall({ nodeId: second.nodeId }, "link-there");
check((await operate({ action: "link.disconnect", target: { nodeId: stranger } }, 409)).json.code === "link-absent", "nothing to end");
const barred = (await operate({ action: "block.add", target: { nodeId: stranger }, params: { direction: "out" } }, 202)).json;
await refusedCall({ nodeId: stranger, address: deadEnds[0] }, "call-blocked");
await about(barred.id, "Revert", 202);
const quiet = (await operate({ action: "pause.outbound" }, 202)).json;
await refusedCall({ address: deadEnds[0] }, "call-forbidden");
await about(quiet.id, "Revert", 202);
for (const bad of [{ forMs: 1000 }, { confirmWithinMs: 1000 }]) {
  await operate({ action: "link.connect", target: { address: deadEnds[0] }, ...bad }, 400);
}
const calls = [];
for (const address of deadEnds) calls.push((await call({ address })).json);
check(calls.every((one) => one.target.kind === "address" && one.canRevert), "eight calls by hand are under way");
await refusedCall({ address: "127.0.0.1:9" }, "calls-full");
for (const { id } of calls) await about(id, "Revert", 202);

// Peers are asked for at once, or it is said why not.
const asking = (await operate({ action: "mesh.refresh" }, 202)).json;
check(asking.settings.length === 0 && !asking.canRevert && asking.target === null, "a refresh sets nothing");
await operate({ action: "mesh.refresh", forMs: 1000 }, 400);
const used = (await operate({ action: "signaling.use", target: { endpoint: signalAt } }, 202)).json;
check(used.target.endpoint === signalAt, "an endpoint is chosen");
check((await operate({ action: "signaling.use", target: { endpoint: "ws://nobody.invalid/" } }, 404)).json.code === "endpoint-absent",
  "one that is not configured is refused");
await operate({ action: "signaling.use", target: { endpoint: 7 } }, 400);
await operate({ action: "signaling.use" }, 202);
const mute = (await operate({ action: "signaling.stop" }, 202)).json;
check((await operate({ action: "mesh.refresh" }, 409)).json.code === "nobody-to-ask", "no refresh while signaling is stopped");
await about(mute.id, "Revert", 202);

// Who waits for approval.
const closed = (await operate({ action: "approval.on" }, 202)).json;
const guest = await new Node({ args: ["--peer", `${first.nodeId}@${first.listen}`] }).start();
await until("a caller waits", 10000, async () => (await first.get("/api/v1/pending")).items.length === 1);
await ask(first, entryOf("getPending"), { wanted: 200 });
await operate({ action: "pending.reject", target: { nodeId: guest.nodeId } }, 202);
check((await first.get("/api/v1/pending")).items.length === 0, "and is rejected");
await guest.stop();
await about(closed.id, "Revert", 202);
check((await first.get("/api/v1/controls")).items.every((control) => control.resting), "in the end all is as it was");
check((await first.openLinks()).length === 2, "and no link was lost");

// ---- The doctor ----

const diagnosis = entryOf("postDoctor");
const look = (node, body, wanted) => ask(node, diagnosis, { body: JSON.stringify(body), wanted });
const diagnosed = async (id) => (await ask(first, entryOf("getDoctor"), { wanted: 200 })).json.items.find((one) => one.id === id);
const isOver = async (id) => (await diagnosed(id)).endedAt !== null;
for (const bad of [{}, [], { nodeId: "x" }, { nodeId: first.nodeId }, { nodeId: stranger, more: 1 }]) {
  check((await look(first, bad, 400)).json.code === "diagnosis-malformed", `no diagnosis: ${JSON.stringify(bad)}`);
}
check((await look(server, { nodeId: stranger }, 409)).json.code === "no-peers", "a beacon alone has no peers");
const { json: begun } = await look(first, { nodeId: second.nodeId }, 202);
await until("a linked peer was looked at", 10000, () => isOver(begun.id));
const { steps } = await diagnosed(begun.id);
check(steps.some(({ check: name, text }) => name === "far" && /it answers/.test(text)), "from both ends");
const more = await Promise.all([1, 2].map(() => new Node({ args: ["--peer", `${first.nodeId}@${first.listen}`] }).start()));
const four = [second, third, ...more];
await until("four are linked", 15000, async () => (await first.openLinks()).length === 4);
await until("the first may be asked again", 15000, async () => Date.now() - (await diagnosed(begun.id)).startedAt > 11500);
for (const node of four) node.signal("SIGSTOP"); // so that nobody answers
const all = [];
for (const node of four) all.push((await look(first, { nodeId: node.nodeId }, 202)).json.id);
check((await look(first, { nodeId: second.nodeId }, 409)).json.code === "diagnosis-under-way", "one of each peer");
const full = await look(first, { nodeId: stranger }, 503);
check(full.json.code === "diagnoses-full" && full.headers["retry-after"] !== undefined, "four at once");
for (const id of all) await until("it is over", 10000, () => isOver(id));
for (const node of four) node.signal("SIGCONT");
const silence = (await diagnosed(all[0])).steps.find(({ check: name }) => name === "far");
check(/said nothing within 5 s/.test(silence.text) && silence.advice !== null, silence.text);
for (const node of more) await node.stop();
await until("two links are left", 10000, async () => (await first.openLinks()).length === 2);

// What no route is asked for is in no operation, yet is a problem of the document.
async function problemOf(node, path, options, status) {
  const answer = await callAt(node.api, node, path, options);
  document.checkValue(`${path}: ${status}`, { $ref: "#/components/schemas/Problem" }, answer.json);
  document.checkProblem(path, answer.json);
  if (answer.status !== status) throw new Error(`${path}: ${answer.status}, not ${status}`);
  return answer;
}
await problemOf(first, "/api/v1/nothing", {}, 404);
for (const path of Object.keys(plain.json.paths).filter((one) => plain.json.paths[one].servers === undefined)) {
  const { headers } = await problemOf(first, path, { method: "PATCH" }, 405);
  const methods = Object.keys(plain.json.paths[path]).flatMap((one) => (one === "get" ? ["GET", "HEAD"] : [one.toUpperCase()]));
  if (headers.allow !== methods.join(", ")) throw new Error(`${path}: Allow is ${headers.allow}, not ${methods}`);
}
check(true, "404, and 405 with the methods of the document in Allow");

// ---- What the server refuses before a route is found ----

/** What comes until the end, or a little after `wanted`. */
function raw(address, text, wanted) {
  const [host, port] = address.split(":");
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) }, () => socket.write(text));
    let got = "";
    socket.on("data", (bytes) => {
      got += bytes;
      const at = wanted === undefined ? -1 : got.indexOf(wanted, Math.max(0, got.length - bytes.length - 4096));
      if (at >= 0 && got.length > at + 1024) socket.destroy();
    });
    socket.on("close", () => resolve(got));
    socket.on("error", reject);
    socket.setTimeout(5000, () => socket.destroy(new Error("no answer")));
  });
}
const tooLarge = 10_000_000;
const damaged = [
  [400, "NONSENSE\r\n\r\n"],
  [413, `POST /announce HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${tooLarge}\r\n\r\n`],
  [417, "POST /announce HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n"],
  [431, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20000)}\r\n\r\n`],
  [501, "POST /announce HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n"],
  [505, "GET / HTTP/3.0\r\n\r\n"],
];
for (const address of [first.api, first.serve]) {
  for (const [status, text] of damaged) {
    const [head, body] = (await raw(address, text)).split("\r\n\r\n");
    const problem = JSON.parse(body);
    document.checkValue(`${status} of the server`, { $ref: "#/components/schemas/Problem" }, problem);
    const isSame = head.startsWith(`HTTP/1.1 ${status} ${problem.title}\r\n`) && problem.status === status;
    check(isSame && /application\/problem\+json/.test(head) && problem.detail !== "", `${status} ${problem.code}: ${problem.detail}`);
  }
}

// ---- The beacon ----

const announce = entryOf("postServicesAnnounce");
const ticket = async (now) => {
  const args = ["--seed", "11".repeat(32), "--peer-id", "a-peer", "--user-id", "a-user", "--now", String(now), "--ttl", "60000"];
  const { out } = await run(["ticket", "create", ...args, "--nonce", Buffer.alloc(16, 7).toString("base64")]);
  return JSON.stringify({ ticket: JSON.parse(out) });
};
const accepted = await ask(server, announce, { query: "?community=test", body: await ticket(Date.now()), wanted: 200 });
check(accepted.json.ok && accepted.json.peers.length > 0, "an announce gives the tickets of the others");
const refused = await ask(server, announce, { query: "?community=test", body: await ticket(Date.now() - 3600_000), wanted: 200 });
check(refused.json.validation?.reason === "EXPIRED", "one that has expired is refused with the reason");
await ask(server, announce, { body: "not JSON", wanted: 400 });

// Who asks much too often: one connection, thousands of requests sent ahead.
await reloadWith("log = debug\nbeacon-rate-loopback = yes\n");
const flood = (method, path, tail) => raw(first.serve, `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${tail}`.repeat(6000), "HTTP/1.1 429");
for (const [id, tail] of [["getServicesPeers", "\r\n"], ["postServicesAnnounce", "Content-Length: 2\r\n\r\n{}"]]) {
  const entry = entryOf(id);
  const got = await flood(entry.method, entry.path, tail);
  const [head, rest] = got.slice(got.indexOf("HTTP/1.1 429")).split("\r\n\r\n");
  const json = JSON.parse(rest.slice(0, Number(/content-length: (\d+)/i.exec(head)[1])));
  document.checkAnswer(id, entry, { status: 429, headers: { "content-type": /content-type: (\S+)/i.exec(head)[1] }, body: rest, json });
  check(/^retry-after: \d+$/im.test(head), `${id}: 429 with Retry-After, "${json.error}"`);
}

// ---- The stream ----

const stream = operations.find(isStream);
const streamData = stream.operation.responses[200].content["text/event-stream"]["x-event-data"];
const told = new Map();
const readers = new Set();
function openStream(node, onMessage) {
  const [host, port] = node.api.split(":");
  const headers = { authorization: `Bearer ${node.token}` };
  return new Promise((resolve) => {
    const query = request({ host, port, path: stream.path, headers }, (response) => {
      let text = "";
      response.on("data", (bytes) => {
        const messages = (text += bytes).split("\n\n");
        text = messages.pop();
        for (const message of messages) onMessage(message);
      });
      response.on("error", () => {});
      resolve(response.statusCode);
    });
    query.on("error", () => {});
    query.end();
    readers.add(query);
  });
}
let wrongMessage = null;
function takeMessage(message) {
  const name = /^event: (.*)$/m.exec(message)?.[1];
  if (name === undefined) return;
  try {
    if (streamData[name] === undefined) throw new Error(`the document knows no event ${name}`);
    document.checkValue(`the stream's ${name}`, streamData[name], JSON.parse(/^data: (.*)$/m.exec(message)[1]));
  } catch (error) {
    wrongMessage ??= error;
  }
  told.set(name, (told.get(name) ?? 0) + 1);
}
check((await openStream(first, takeMessage)) === 200, "the stream is open");
await openStream(lonely, takeMessage);
await third.stop(); // a link that closes, and a peer that is gone
await until("every kind of message came", 10000, () => Object.keys(streamData).every((name) => told.has(name)));
const isClosed = async () => (await first.get("/api/v1/links")).items.some((link) => link.state === "closed");
await until("a closed link is shown", 5000, isClosed);
if (wrongMessage !== null) throw wrongMessage;
check(true, `the stream says what the document has: ${JSON.stringify(Object.fromEntries(told))}`);

while (readers.size <= 20) {
  if ((await openStream(first, () => {})) !== 200) break;
}
await ask(first, stream, { wanted: 503 });
for (const reader of readers) reader.destroy();
check(true, "503 when all streams are taken");

// ---- All was seen ----

const hasTrouble = async () => {
  const { node, alerts } = await lonely.get("/api/v1/snapshot");
  return node.outage !== null && alerts.items.length > 0;
};
await until("a node whose network is down says so", 15000, hasTrouble);
for (const node of [first, second, server, lonely]) await askEverything(node);

// Who can be dialled from outside, only a network with public addresses shows; unit tests have these two. Those of a link
// by WebRTC are in signaled_links.
const notHere = new Set(["DialBack", "DialBackFailure", "Candidates", "Candidate"]);
const inBodies = new Set(["Login", "Announce", "FileAdd", "FileFetch", "OperationAsk", "TargetAsk", "BlockParams", "DiagnosisAsk", "PostWrite"]);
const unseen = Object.keys(plain.json.components.schemas).filter((name) => !document.seen.has(name));
check(unseen.every((name) => notHere.has(name) || inBodies.has(name)), `every schema was seen in an answer, but for ${unseen}`);
// No table of ours can fill an answer beyond its limit; a full book of operations is a unit test's; and a manifest that
// does not verify comes in by no way of ours.
const unseenProblems = Object.keys(plain.json.components.examples).filter((code) => !document.seen.has(`problem ${code}`));
check(unseenProblems.join() === "answer-too-large,operations-full,not-written,file-damaged", `every problem was seen, but for ${unseenProblems}`);
const unanswered = ids.filter((id) => !answered.has(id));
check(unanswered.join() === stream.operation.operationId, "every operation was asked and did it (the stream as told above)");
const empty = Object.entries(plain.json.components.schemas)
  .filter(([name]) => document.seen.has(name))
  .flatMap(([name, schema]) => Object.entries(schema.properties).map(([member, part]) => [`${name}.${member}`, part]))
  .filter(([path, part]) => part.type !== "null" && !document.seen.has(path));
console.log(`members that were null all the time: ${empty.map(([path]) => path).join(" ") || "none"}`);

for (const node of [first, second, server, lonely]) check((await node.stop()).code === 0, "it ended with 0");
