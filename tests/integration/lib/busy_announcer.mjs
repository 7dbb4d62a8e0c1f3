// SPDX-License-Identifier: Apache-2.0
// Announces new peers without end, a few in each of many communities, and tells of each when its beacon has said yes:
//   node busy_announcer.mjs PORT COMMUNITIES PEERS [PER_SECOND]
// On standard output a line "COMMUNITY ID AT" for each, AT in milliseconds since the epoch. Ends when the beacon does,
// or when all were announced.

import { HttpSocket } from "./http_socket.mjs";
import { announceBody, newKey, ticket } from "./tickets.mjs";

const [port, communities, peers, perSecond] = process.argv.slice(2).map(Number);
const CALLERS = 8;
const key = newKey();
const began = Date.now();
let next = 0;

async function caller() {
  const socket = new HttpSocket(port, "127.0.0.1");
  while (next < communities * peers) {
    const n = next++;
    const early = perSecond > 0 ? began + (n * 1000) / perSecond - Date.now() : 0;
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const community = `c${n % communities}`;
    const id = `${process.pid}-${n}`;
    const answer = await socket.announce(community, announceBody(ticket(key, id)));
    if (answer.status === 0) process.exit(0);
    if (answer.status === 200 && answer.body.startsWith('{"ok":true,')) process.stdout.write(`${community} ${id} ${Date.now()}\n`);
  }
  socket.close();
}
await Promise.all(Array.from({ length: CALLERS }, caller));
