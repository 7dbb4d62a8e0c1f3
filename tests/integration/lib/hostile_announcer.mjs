// SPDX-License-Identifier: Apache-2.0
// Everybody of 127.0.1.0/24 against a beacon, in a process of its own:
//   node hostile_announcer.mjs PORT COUNT COMMUNITY < '{"victim": ENVELOPE}'
// COUNT requests over kept connections, each naming a community that nobody named before, or (those that want something
// that is another's) COMMUNITY; and beside them connections that say nothing, or a byte now and then. Prints what was
// sent of each kind, and with which status it was answered: {"sent": {kind: n}, "answers": {kind: {status: n}}}.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { HttpSocket } from "./http_socket.mjs";
import { announceBody, newKey, ticket } from "./tickets.mjs";

const [port, count, community] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const { victim } = JSON.parse(readFileSync(0, "utf8"));
const ADDRESSES = 254;
const SLOW_PER_ADDRESS = 4;
const CALLERS = 64, CALLERS_ADDRESSES = 16; // few enough that each asks faster than a beacon's rate
const address = (i) => `127.0.1.${1 + (i % ADDRESSES)}`;
const sent = {}, answers = {};
const keys = Array.from({ length: 64 }, newKey);
const key = (n) => keys[n % keys.length];
let serial = 0;
const fresh = () => `x${process.pid}-${serial++}`;

function forged(n) {
  const envelope = ticket(key(n), `forged-${n}`);
  envelope.payload.expiresAt += 1;
  return announceBody(envelope);
}

/** Where each kind of request goes, and what it says. */
const kinds = {
  "bad-json": (socket, n) => socket.announce(fresh(), n % 2 === 0 ? "{nope" : randomBytes(200).toString("latin1")),
  "no-ticket": (socket) => socket.announce(fresh(), '{"ticket":{"version":1}}'),
  forged: (socket, n) => socket.announce(fresh(), forged(n)),
  replayed: (socket) => socket.announce(community, announceBody(victim)),
  "replayed-elsewhere": (socket) => socket.announce(fresh(), announceBody(victim)),
  expired: (socket, n) => socket.announce(fresh(), announceBody(ticket(key(n), `late-${n}`, { now: Date.now() - 600000 }))),
  "taken-over": (socket, n) => socket.announce(community, announceBody(ticket(key(n), victim.payload.peerId))),
  "taken-over-native": (socket, n) => socket.announce(community, announceBody(ticket(key(n), "a".repeat(32)))),
  accepted: (socket, n) => socket.announce(fresh(), announceBody(ticket(key(n), `new-${process.pid}-${n}`))),
  "bad-community": (socket) => socket.announce("No%20Name", "{}"),
  "huge-body": (socket) => socket.ask("POST /announce HTTP/1.1\r\nHost: b\r\nContent-Length: 100000000\r\n\r\n" + "x".repeat(1000)),
  "huge-head": (socket) => socket.ask(`GET /peers HTTP/1.1\r\nHost: b\r\nX: ${"x".repeat(9000)}\r\n\r\n`),
  "no-http": (socket) => socket.ask("\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n"),
};
const names = Object.keys(kinds);

function note(kind, status) {
  sent[kind] = (sent[kind] ?? 0) + 1;
  answers[kind] ??= {};
  answers[kind][status] = (answers[kind][status] ?? 0) + 1;
}

let next = 0;
async function caller(i) {
  const socket = new HttpSocket(port, address(i % CALLERS_ADDRESSES));
  while (next < count) {
    const n = next++;
    const kind = names[n % names.length];
    note(kind, (await kinds[kind](socket, n)).status);
  }
  socket.close();
}

/** Those who hold a connection: a head that does not end, a body that dribbles, nothing at all. */
const held = [];
function hold(i) {
  const socket = new HttpSocket(port, address(i));
  socket.open();
  const says = ["", "POST /announce HTTP/1.1\r\nHost: b\r\n", "POST /announce HTTP/1.1\r\nHost: b\r\nContent-Length: 5000\r\n\r\n"];
  socket.socket.write(says[i % says.length]);
  held.push(socket);
}
for (let i = 0; i < ADDRESSES * SLOW_PER_ADDRESS; i++) hold(i);
const dribble = setInterval(() => {
  for (const [i, socket] of held.entries()) {
    if (socket.socket === null) hold(i), held.splice(i, 1, held.pop());
    else socket.socket.write("x");
  }
}, 1000);

await Promise.all(Array.from({ length: CALLERS }, (_, i) => caller(i)));
clearInterval(dribble);
for (const socket of held) socket.close();
console.log(JSON.stringify({ sent, answers }));
