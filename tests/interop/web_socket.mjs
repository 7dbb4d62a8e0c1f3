// SPDX-License-Identifier: Apache-2.0
// Our WebSocket at either end against `ws`: what Node's world speaks.
//
//   - `ws` as the client of our server, plain and TLS: messages of all lengths up to 1 MiB, fragments, pings, closes from
//     either side, what is too large or no UTF-8; directly, and through a relay that cuts the bytes at odd places;
//   - `ws` as the server of our client: the same, a certificate that nobody has signed, a proxy, answers that are none;
//   - afterwards no descriptor of ours is left, and our program ends without a leak (with a sanitizer it would say so).
//
//   node web_socket.mjs PROGRAM

import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket, WebSocketServer } from "ws";

const program = process.argv[2];
const MESSAGE_MAX = 1024 * 1024;
const SIZES = [0, 1, 125, 126, 127, 4095, 4096, 65535, 65536, 300_000, MESSAGE_MAX];
const WAIT_MS = 20_000;
let checks = 0;

function check(is, what) {
  if (!is) throw new Error(what);
  checks++;
}

/** What is promised, or a failure that says what was waited for. */
function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited too long for ${what}`)), WAIT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Our program: it tells by lines, and ends with its input. */
class Peer {
  constructor(args, env = {}) {
    this.child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.ended = once(this.child, "exit");
  }
  async line(what) {
    const { value, done } = await within(this.lines.next(), what);
    if (done) throw new Error(`our program ended while we waited for ${what}`);
    return value;
  }
  async expect(pattern) {
    const line = await this.line(String(pattern));
    check(pattern.test(line), `our program said '${line}' instead of ${pattern}`);
    return line;
  }
  descriptors() {
    return readdirSync(`/proc/${this.child.pid}/fd`).length;
  }
  async end() {
    this.child.stdin.end();
    const [code, signal] = await within(this.ended, "the end of our program");
    check(code === 0, `our program ended with ${code ?? signal}`);
  }
}

function message(socket) {
  let closed;
  const come = new Promise((resolve, reject) => {
    closed = (code) => reject(new Error(`closed with ${code} instead of a message`));
    socket.once("message", (data, isBinary) => resolve({ data, isBinary }));
    socket.once("close", closed);
  });
  return within(come, "a message").finally(() => socket.off("close", closed));
}

async function closing(socket) {
  const [code] = await within(once(socket, "close"), "a close");
  return code;
}

// ---- What both ends are asked ----

async function echoes(socket) {
  for (const size of SIZES) {
    for (const isBinary of [true, false]) {
      const sent = isBinary ? randomBytes(size) : Buffer.from("\u00fc".repeat(size >> 1).padEnd(size >> 1, "x"));
      const answered = message(socket);
      socket.send(sent, { binary: isBinary });
      const got = await answered;
      check(got.isBinary === isBinary && sent.equals(got.data), `${size} bytes came back as others`);
    }
  }
}

async function fragments(socket) {
  const answered = message(socket);
  socket.send("one, ", { fin: false });
  socket.ping("between");
  socket.send("two, ", { fin: false });
  socket.send("three", { fin: true });
  const [payload] = await within(once(socket, "pong"), "a pong");
  check(payload.toString() === "between", "a pong holds what the ping held");
  check((await answered).data.toString() === "one, two, three", "a message in fragments is one");
}

async function floods(socket) {
  let count = 0;
  const all = new Promise((resolve) => {
    socket.on("message", () => {
      if (++count === 2000) resolve();
    });
  });
  socket.send("flood 2000");
  await within(all, "2000 messages");
  socket.removeAllListeners("message");
}

/** Each ends the connection: what is done, and the code that both ends see. */
const ends = [
  [(socket) => socket.close(1000, "bye"), 1000, 1000],
  [(socket) => socket.close(4321), 4321, 4321],
  [(socket) => socket.close(), 1005, 1005],
  [(socket) => socket.send("close 1001"), 1001, 1001],
  [(socket) => socket.send("close 1008"), 1008, 1008],
  [(socket) => socket.send("close 1005"), 1005, 1005],
  [(socket) => socket.send(randomBytes(MESSAGE_MAX + 1)), 1009, 1009],
  [(socket) => socket.send(Buffer.from([0xc3, 0x28]), { binary: false }), 1007, 1007],
  [(socket) => socket.terminate(), 1006, 1006],
  [(socket) => socket.send("drop"), 1006, null],
];

async function endsAs(peer, socket, [act, theirs, ours]) {
  const closed = closing(socket);
  act(socket);
  const code = await closed;
  check(code === theirs, `${act} was closed with ${code} instead of ${theirs}`);
  await peer.expect(ours === null ? /^dropped$/ : new RegExp(`^closed ${ours} `));
}

// ---- `ws` as the client ----

/** Cuts what passes it, both ways, into pieces of odd sizes; the first ones byte by byte. */
async function cutter(port) {
  const server = createServer((here) => {
    const there = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [here, there],
      [there, here],
    ]) {
      to.setNoDelay(true);
      let passed = 0;
      from.on("data", (bytes) => {
        for (let at = 0; at < bytes.length; ) {
          const size = passed < 600 ? 1 : passed < 20_000 ? 1 + ((passed * 7) % 13) : 1 + ((passed * 31) % 9001);
          to.write(bytes.subarray(at, at + size));
          at += size;
          passed += size;
        }
      });
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

async function openTo(url) {
  const socket = new WebSocket(url, { rejectUnauthorized: false });
  await within(once(socket, "open"), `an opening of ${url}`);
  return socket;
}

async function againstOurServer(args, scheme) {
  const peer = new Peer(["server", ...args]);
  const port = Number((await peer.expect(/^port \d+$/)).split(" ")[1]);
  const url = `${scheme}://127.0.0.1:${port}/any?id=1`;
  const cut = await cutter(port);
  const before = peer.descriptors();
  for (const each of [url, `${scheme}://127.0.0.1:${cut.address().port}/cut`]) {
    const socket = await openTo(each);
    await echoes(socket);
    await fragments(socket);
    await floods(socket);
    await endsAs(peer, socket, ends[0]);
  }
  for (const end of ends) await endsAs(peer, await openTo(url), end);
  const many = await Promise.all(Array.from({ length: 50 }, () => openTo(url)));
  check(peer.descriptors() >= before + 50, "fifty sockets are open");
  for (const socket of many) socket.terminate();
  for (let i = 0; i < 50; i++) await peer.expect(/^closed 1006 /);
  check(peer.descriptors() === before, `${peer.descriptors() - before} descriptors are left`);
  const last = await openTo(url);
  const closed = closing(last);
  await peer.end(); // with a socket that is open
  check((await closed) === 1006, "a server that ends ends its sockets");
  cut.close();
}

// ---- `ws` as the server ----

async function accepting(server) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const sockets = new WebSocketServer({ server, perMessageDeflate: true, maxPayload: 8 * MESSAGE_MAX });
  return { server, sockets, port: server.address().port };
}

async function dialled(sockets, url, rest = [], env = {}) {
  const connected = once(sockets, "connection");
  const peer = new Peer(["client", url, ...rest], env);
  const [socket, request] = await within(connected, "our client");
  await peer.expect(/^opened$/);
  return { peer, socket, request };
}

async function againstOurClient({ server, sockets, port }, scheme, rest) {
  const cut = await cutter(port);
  for (const each of [port, cut.address().port]) {
    const { peer, socket, request } = await dialled(sockets, `${scheme}://localhost:${each}/path?id=a%20b`, rest);
    check(request.url === "/path?id=a%20b", `our client asked for ${request.url}`);
    check(request.headers.host === `localhost:${each}`, `our client named ${request.headers.host}`);
    await echoes(socket);
    await fragments(socket);
    await floods(socket);
    await endsAs(peer, socket, ends[0]);
    await peer.end();
  }
  for (const end of ends) {
    const { peer, socket } = await dialled(sockets, `${scheme}://localhost:${port}`, rest);
    await endsAs(peer, socket, end);
    await peer.end();
  }
  const { peer, socket } = await dialled(sockets, `${scheme}://localhost:${port}`, rest);
  const closed = closing(socket);
  await peer.end();
  check((await closed) === 1006, "a client that ends ends its socket");
  cut.close();
  sockets.close();
  server.close();
}

async function refused(url, pattern, rest = [], env = {}) {
  const peer = new Peer(["client", url, ...rest], env);
  await peer.expect(pattern);
  await peer.end();
}

/** A name that only the proxy knows. */
async function throughProxy({ sockets, port }) {
  const asked = [];
  const proxy = createHttp();
  proxy.on("connect", (request, here) => {
    asked.push(request.url);
    if (!request.url.startsWith("only.the.proxy.knows:")) {
      here.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const there = connect(port, "127.0.0.1", () => {
      here.write("HTTP/1.1 200 OK\r\n\r\n");
      here.pipe(there).pipe(here);
    });
    there.on("error", () => here.destroy());
    here.on("error", () => there.destroy());
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  const env = { http_proxy: `http://127.0.0.1:${proxy.address().port}`, no_proxy: "", NO_PROXY: "" };
  const { peer, socket } = await dialled(sockets, `ws://only.the.proxy.knows:${port}/`, [], env);
  await echoes(socket);
  await endsAs(peer, socket, ends[0]);
  await peer.end();
  check(asked[0] === `only.the.proxy.knows:${port}`, `the proxy was asked for ${asked[0]}`);
  await refused("ws://unknown.invalid/", /^closed 1006 .*(403|CONNECT)/, [], env);
  proxy.closeAllConnections();
  proxy.close();
}

// ---- All of it ----

const folder = mkdtempSync(join(tmpdir(), "skep-web-socket-"));
try {
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
    { stdio: "ignore" }); // prettier-ignore
  const tls = () => createHttps({ cert: readFileSync(certificate), key: readFileSync(key) });

  await againstOurServer([], "ws");
  await againstOurServer([certificate, key], "wss");

  const plain = await accepting(createHttp());
  await throughProxy(plain);
  await againstOurClient(plain, "ws", []);
  const sealed = await accepting(tls());
  await refused(`wss://localhost:${sealed.port}`, /^closed 1006 .*certificate/i);
  await refused(`wss://127.0.0.1:${sealed.port}`, /^closed 1006 .*(certificate|name)/i, [certificate]);
  await refused(`wss://localhost:${plain.port}`, /^closed 1006 /);
  await againstOurClient(sealed, "wss", [certificate]);

  const other = createHttp((request, response) => response.writeHead(403).end());
  await once(other.listen(0, "127.0.0.1"), "listening");
  await refused(`ws://localhost:${other.address().port}`, /^closed 1006 it answered 403/);
  other.close();
  console.log(`web_socket: ${checks} checks passed`);
} finally {
  rmSync(folder, { recursive: true });
}
