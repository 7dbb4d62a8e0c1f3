// SPDX-License-Identifier: Apache-2.0
// A bare client of a PeerServer, which says exactly what a check wants, and HTTP requests beside it.

import { request } from "node:http";
import { WebSocket } from "ws";

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer is truthy; undefined after `ms`. */
export async function within(ms, ask, step = 10) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await ask();
    if (value) return value;
    if (Date.now() > end) return undefined;
    await pause(step);
  }
}

let count = 0;
const chance = () => Math.random().toString(36).slice(2, 12);
export const newId = (prefix = "c") => `${prefix}${(++count).toString(36)}x${chance()}`;

/** { status, headers, body } of one request; status 0: no answer. */
export function ask(url, { method = "GET", headers = {}, body, agent } = {}) {
  return new Promise((resolve) => {
    const query = request(url, { method, headers, agent }, (answer) => {
      let text = "";
      answer.on("data", (bytes) => (text += bytes));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }));
    });
    query.on("error", ({ message }) => resolve({ status: 0, headers: {}, body: message }));
    query.setTimeout(5000, () => query.destroy(new Error("no answer")));
    query.end(body);
  });
}

export class Client {
  /** `place`: { host, port, key }. `query`: instead of key, id and token. */
  constructor(place, { id = newId(), token = chance() + chance(), key = place.key, query, path = "/peerjs", beats = true, headers = {} } = {}) {
    Object.assign(this, { id, token, got: [], frames: [], isClosed: false, isUp: false, began: Date.now() });
    const words = query ?? `key=${encodeURIComponent(key)}&id=${encodeURIComponent(id)}&token=${encodeURIComponent(token)}&version=1.5.5`;
    this.socket = new WebSocket(`ws://${place.host}:${place.port}${path}?${words}`, { handshakeTimeout: 6000, maxPayload: 1 << 28, headers });
    this.socket.on("open", () => (this.isUp = true));
    this.socket.on("message", (data, isBinary) => this.#take(data, isBinary));
    this.socket.on("close", (code) => this.#closed(code));
    this.socket.on("error", ({ message }) => {
      this.error = message;
      if (!this.isUp) this.#closed(0);
    });
    if (beats) this.timer = setInterval(() => this.send({ type: "HEARTBEAT" }), 2000);
  }
  #take(data, isBinary) {
    this.frames.push({ isText: !isBinary, raw: String(data) });
    const message = JSON.parse(String(data));
    Object.defineProperty(message, "at", { value: Date.now(), enumerable: false });
    this.got.push(message);
  }
  #closed(code) {
    this.isClosed = true;
    this.code = code;
    this.closedAt = Date.now();
    clearInterval(this.timer);
  }

  get isAlive() {
    return this.socket.readyState === 1;
  }
  send(message) {
    if (this.isAlive) this.socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message), () => {});
  }
  of(type) {
    return this.got.filter((message) => message.type === type);
  }
  /** The first message that fits; falsy: it did not come. */
  async hears(fits, ms = 3000) {
    await within(ms, () => this.got.some(fits) || this.isClosed);
    return this.got.find(fits);
  }
  async opens(ms = 4000) {
    return (await this.hears(({ type }) => type === "OPEN", ms)) !== undefined;
  }
  ends(ms = 3000) {
    return within(ms, () => this.isClosed);
  }
  forget() {
    this.got.length = this.frames.length = 0;
  }
  close() {
    clearInterval(this.timer);
    this.socket.close();
  }
  drop() {
    clearInterval(this.timer);
    this.socket.terminate();
  }
}

/** One that is let in. */
export async function join(place, options) {
  const client = new Client(place, options);
  if (!(await client.opens())) throw new Error(`${client.id} was not let in: ${JSON.stringify(client.got)} ${client.error ?? ""}`);
  return client;
}

export const offer = (dst, payload = { sdp: { type: "offer", sdp: "v=0" }, type: "data", connectionId: "dc_1" }) => ({ type: "OFFER", dst, payload });
