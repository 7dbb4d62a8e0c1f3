// SPDX-License-Identifier: Apache-2.0
// A signaling server that does not mean well: it swaps fingerprints, says things twice, says what nobody said, and garbage.
// Nobody is linked as somebody by it, what it does has a name, and no link that is there ends.

import { createServer } from "node:http";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { Node, check, pause, settledPair, until } from "./lib/skep.mjs";

const { WebSocketServer } = createRequire(new URL("../interop/package.json", import.meta.url))("ws");

/** A PeerServer for as many clients as come; `twist` changes what it relays, `said` keeps what it was given. */
class Liar {
  constructor() {
    this.clients = new Map();
    this.said = [];
    this.twist = (message) => message;
    this.http = createServer((_, answer) => answer.end());
    new WebSocketServer({ server: this.http }).on("connection", (socket, request) => {
      const id = new URL(request.url, "http://here").searchParams.get("id");
      this.clients.set(id, socket);
      socket.on("error", () => {});
      socket.on("message", (text) => this.take(id, JSON.parse(text)));
      socket.send('{"type":"OPEN"}');
    });
  }

  async listen() {
    await new Promise((resolve) => this.http.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${this.http.address().port}/`;
  }

  take(src, { type, dst, payload }) {
    if (dst === undefined) return;
    this.said.push({ type, src, dst, payload });
    this.tell(dst, this.twist({ type, src, dst, payload: structuredClone(payload) }));
  }

  tell(dst, message) {
    this.clients.get(dst)?.send(typeof message === "string" ? message : JSON.stringify(message));
  }
}

const other = () => randomBytes(32).toString("hex").toUpperCase().match(/../g).join(":");
const swap = (message) => {
  if (message.payload?.sdp) message.payload.sdp.sdp = message.payload.sdp.sdp.replace(/(a=fingerprint:sha-256 ).*/, (_, name) => name + other());
  return message;
};

const liar = new Liar();
const signal = await liar.listen();
const beacon = await new Node({ args: ["--roles", "beacon"] }).start();
const hidden = () => new Node({ args: ["--advertise", "none", "--signal", signal, "--beacon", `http://${beacon.serve}`] }).start();
liar.twist = swap;
const [a, b] = [await hidden(), await hidden()];

await until("an attempt has failed", 60000, () => /fingerprint|certificate/.test(a.log + b.log));
const line = (a.log + b.log).split("\n").find((one) => /fingerprint|certificate/.test(one));
console.log(line.slice(0, 200));
check((await a.openLinks()).length === 0 && (await b.openLinks()).length === 0, "who swaps fingerprints links nobody");

liar.twist = (message) => message;
const [{ id, nodeId }] = await settledPair([a, b]);
check(nodeId === b.nodeId, "once it says what it was told they are linked with each other");

for (const message of liar.said) liar.tell(message.dst, message); // all of it once more
for (const message of liar.said) liar.tell(message.dst, { ...message, src: `${message.src}x` });
for (const [dst, src] of [[a.nodeId, b.nodeId], [b.nodeId, a.nodeId]])
  for (const type of ["LEAVE", "EXPIRE", "ID-TAKEN", "OFFER", "ANSWER", "CANDIDATE", "", "HEARTBEAT"])
    for (const payload of [undefined, null, 7, "x".repeat(60000), {}, { sdp: {} }, { sdp: { type: "offer", sdp: "v=0\r\n".repeat(500) }, type: "data", connectionId: "dc_1" },
      { candidate: { candidate: `candidate:1 1 udp 1 ${"9".repeat(300)} 1 typ host` }, type: "data", connectionId: "dc_1" }])
      if (type !== "ID-TAKEN") liar.tell(dst, { type, src, dst, payload });
for (const dst of [a.nodeId, b.nodeId]) for (const text of ["", "{", "[]", "null", "\u0000", '{"type":"OFFER"', `{"type":"OFFER","src":"${"a".repeat(5000)}"}`]) liar.tell(dst, text);
await pause(3000);
check((await a.openLinks()).length === 1 && (await a.openLinks())[0].id === id, "what it says twice, or makes up, ends no link and makes none");
check((await b.openLinks()).length === 1, "at either end");
for (const node of [a, b, beacon]) check((await node.stop()).code === 0, "it ended with 0");
process.exit(0);
