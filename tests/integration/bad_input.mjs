// SPDX-License-Identifier: Apache-2.0
// What goes wrong at the door: options, ports, keys, databases, tokens, hosts. Each gives a clear message and the right
// exit code or status, and nothing is lost.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { Node, check, folder, run } from "./lib/skep.mjs";

const FREE = ["--api", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--serve", "127.0.0.1:0"];

async function refuses(what, args, code, pattern) {
  const result = await run(args);
  check(result.code === code && pattern.test(result.err), `${what}: exit ${code}, "${result.err.trim().split("\n")[0]}"`);
  check(!/Sanitizer|must_failed/.test(result.err), `${what}: no crash`);
}

// Usage.
await refuses("an unknown option", ["run", "--lissen", "127.0.0.1:0"], 2, /--lissen/);
await refuses("an unknown command", ["rum"], 2, /rum/);
await refuses("a value that is missing", ["run", "--data"], 2, /--data/);
await refuses("an address that is none", ["run", "--api", "localhost"], 2, /--api: .*localhost/);
await refuses("a role that is none", ["run", "--roles", "king"], 2, /king/);
await refuses("a beacon that is no address", ["run", "--beacon", "ftp://x"], 2, /ftp/);
await refuses("a topic of the log that is none", ["run", "--trace", "link,-tls"], 2, /"tls" is no topic of the log/);
await refuses("a peer without a port", ["run", "--peer", "host"], 2, /--peer: .*"host"/);
await refuses("a community that is none", ["run", "--community", "Big Swarm"], 2, /Big Swarm/);
await refuses("an echo without a signaling server", ["echo", "--id", "a"], 2, /--signal/);
await refuses("a signaling server that is no address", ["echo", "--signal", "ftp://x"], 2, /--signal/);
await refuses("an id that is too long", ["echo", "--signal", "http://x", "--id", "x".repeat(129)], 2, /--id/);
await refuses("a serialization that is none", ["echo", "--signal", "http://x", "--serialization", "xml"], 2, /--serialization/);
await refuses("status of a folder without a node", ["status", "--data", folder()], 5, /./);

// Ports in use.
const squatter = createServer().listen(0, "127.0.0.1");
await new Promise((resolve) => squatter.on("listening", resolve));
const taken = `127.0.0.1:${squatter.address().port}`;
for (const name of ["api", "listen", "serve"]) {
  const args = ["run", "--data", folder(), "--roles", "node,beacon", ...FREE, `--${name}`, taken];
  await refuses(`--${name} on a port in use`, args, 1, new RegExp(taken.replaceAll(".", "\\.")));
}
squatter.close();

// Keys.
async function withNodeFolder(spoil) {
  const node = await new Node().start();
  const end = await node.stop();
  check(end.code === 0, "a node starts and stops on a new folder");
  const path = spoil(node.data);
  return { data: node.data, path };
}
function runOn(data) {
  return ["run", "--data", data, ...FREE];
}

const corrupted = await withNodeFolder((data) => {
  const path = join(data, "identity/node.key");
  writeFileSync(path, "-----BEGIN PRIVATE KEY-----\nbm9wZQ==\n-----END PRIVATE KEY-----\n", { mode: 0o600 });
  return path;
});
const keyBefore = readFileSync(corrupted.path, "utf8");
await refuses("a corrupted key", runOn(corrupted.data), 1, /node\.key/);
check(readFileSync(corrupted.path, "utf8") === keyBefore, "the corrupted key is left as it was");

const open = await withNodeFolder((data) => {
  const path = join(data, "identity/node.key");
  chmodSync(path, 0o644);
  return path;
});
await refuses("a key that others can read", runOn(open.data), 1, /chmod 600/);

const unreadable = await withNodeFolder((data) => {
  const path = join(data, "identity/node.key");
  execFileSync("mv", [path, `${path}.kept`]);
  mkdirSync(path);
  return path;
});
await refuses("a key that cannot be read", runOn(unreadable.data), 1, /node\.key/);

// Databases.
const database = (data) => join(data, "skep.db");
function sql(path, text) {
  execFileSync("sqlite3", [path, text]);
}
async function refusesDatabase(what, spoil, pattern) {
  const { data, path } = await withNodeFolder((folderPath) => {
    spoil(database(folderPath));
    return database(folderPath);
  });
  const before = readFileSync(path);
  await refuses(what, runOn(data), 1, pattern);
  check(readFileSync(path).equals(before), `${what}: left as it was`);
}
await refusesDatabase("a foreign database", (path) => {
  execFileSync("rm", ["-f", path, `${path}-wal`, `${path}-shm`]);
  sql(path, "PRAGMA application_id = 7; CREATE TABLE their_things (a); INSERT INTO their_things VALUES (1);");
}, /skep\.db/);
await refusesDatabase("a database of a newer version", (path) => sql(path, "PRAGMA user_version = 9999;"), /newer/);
await refusesDatabase("a file that is no database", (path) => {
  execFileSync("rm", ["-f", `${path}-wal`, `${path}-shm`]);
  writeFileSync(path, "this is not a database, it is a letter\n".repeat(200));
}, /skep\.db/);
await refusesDatabase("a damaged database", (path) => {
  sql(path, "PRAGMA wal_checkpoint(TRUNCATE);");
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096 + 8, bytes.length - 16);
  writeFileSync(path, bytes);
}, /skep\.db/);

// Two on one folder; and the API's door.
const node = await new Node().start();
await refuses("a second node on the same folder", runOn(node.data), 1, /./);
check((await node.call("/api/v1/node")).status === 200, "the first goes on undisturbed");

async function status(what, wanted, path, options = {}) {
  const { status: got, headers, json } = await node.call(path, options);
  const isProblem = wanted < 400 || (/problem\+json/.test(headers["content-type"] ?? "") && json.status === wanted);
  check(got === wanted && isProblem, `${what}: ${got}${json?.title ? `, "${json.title}"` : ""}`);
}
await status("no token", 401, "/api/v1/snapshot", { headers: { authorization: "" } });
await status("a wrong token", 401, "/api/v1/snapshot", { headers: { authorization: "Bearer 00" } });
await status("a foreign Host", 421, "/api/v1/snapshot", { headers: { host: "evil.example" } });
await status("a foreign Origin", 403, "/api/v1/session", {
  method: "POST",
  headers: { authorization: "", origin: "http://evil.example", "x-skep-request": "1", "content-type": "application/json" },
  body: JSON.stringify({ token: node.token }),
});
await status("no such route", 404, "/api/v1/nothing");
await status("the wrong method", 405, "/api/v1/node", { method: "DELETE" });
await status("health without a token", 200, "/healthz", { headers: { authorization: "" } });
await status("readiness without a token", 200, "/readyz", { headers: { authorization: "" } });

const login = async (token) =>
  node.call("/api/v1/session", {
    method: "POST",
    headers: { authorization: "", "x-skep-request": "1", "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
const { out } = await run(["dashboard", "--data", node.data]);
const code = /#token=([^\s]+)/.exec(out)?.[1];
check(code !== undefined && code !== node.token, "`skep dashboard` prints an address with a login code");
const first = await login(code);
check(first.status === 204 && /HttpOnly/.test(first.headers["set-cookie"][0]), "the code is traded for a cookie");
check((await login(code)).status === 401, "the same code again: 401");
check((await login("nonsense")).status === 401, "a made-up code: 401");
const cookie = first.headers["set-cookie"][0].split(";")[0];
await status("the cookie opens the API", 200, "/api/v1/snapshot", { headers: { authorization: "", cookie } });
await status("the cookie from another site", 403, "/api/v1/snapshot", {
  headers: { authorization: "", cookie, "sec-fetch-site": "cross-site" },
});
check((statSync(join(node.data, "api.token")).mode & 0o77) === 0, "the token file is the caretaker's alone");
check((statSync(join(node.data, "identity/node.key")).mode & 0o77) === 0, "so is the key");
check(!node.log.includes(node.token) && !node.log.includes(code), "no token and no code in the log");

// Rubbish on the sockets.
for (const bytes of ["GET / HTTP/9.9\r\n\r\n", "\0\0\0\0", "A".repeat(100000), "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"]) {
  await new Promise((resolve) => {
    const [host, port] = node.api.split(":");
    const socket = connect({ host, port: Number(port) }, () => socket.end(bytes));
    socket.on("close", resolve).on("error", () => {}).resume();
  });
}
await status("after rubbish it still answers", 200, "/api/v1/node");
check((await node.stop()).code === 0, "it ended with 0");
process.exit(0);
