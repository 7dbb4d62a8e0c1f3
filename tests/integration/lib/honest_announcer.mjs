// SPDX-License-Identifier: Apache-2.0
// A client that does as it should, in a process of its own so that nothing else is in what it measures:
//   node honest_announcer.mjs PORT ADDRESS COMMUNITY
// Announces a fresh ticket of one id 40 times a second until its standard input ends, over a kept connection, and every
// tenth time over a new one. Prints {"count", "refused", "p50", "p99", "max", "publicKey"}, in milliseconds.

import { HttpSocket } from "./http_socket.mjs";
import { announceBody, newKey, ticket } from "./tickets.mjs";

const [port, address, community] = process.argv.slice(2);
const PERIOD_MS = 25;
const NEW_CONNECTION_EVERY = 10;
const key = newKey();
const tookMs = [];
let refused = 0, isOver = false;
process.stdin.on("end", () => (isOver = true)).resume();

let connection = new HttpSocket(Number(port), address);
for (let n = 0; !isOver; n++) {
  if (n % NEW_CONNECTION_EVERY === 0) {
    connection.close();
    connection = new HttpSocket(Number(port), address);
  }
  const body = announceBody(ticket(key, "honest"));
  const began = performance.now();
  const answer = await connection.announce(community, body);
  const ms = performance.now() - began;
  tookMs.push(ms);
  if (answer.status !== 200 || !answer.body.startsWith('{"ok":true,')) refused++;
  if (ms < PERIOD_MS) await new Promise((resolve) => setTimeout(resolve, PERIOD_MS - ms));
}
connection.close();
tookMs.sort((a, b) => a - b);
const at = (share) => Math.round(tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] * 10) / 10;
console.log(JSON.stringify({ count: tookMs.length, refused, p50: at(0.5), p99: at(0.99), max: at(1), publicKey: key.publicKey }));
