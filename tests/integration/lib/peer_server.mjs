// SPDX-License-Identifier: Apache-2.0
// Real signaling servers (npm `peer`, pinned in tests/interop) as processes, and clients of them.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, until } from "./skep.mjs";

const interop = join(dirname(fileURLToPath(import.meta.url)), "../../interop");
const { WebSocket } = createRequire(join(interop, "package.json"))("ws");
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

export class PeerServer {
  async start() {
    this.port ??= await freePort();
    const file = join(interop, "node_modules/.bin/peerjs");
    this.child = spawn(process.execPath, [file, "--host", "127.0.0.1", "--port", String(this.port)], { stdio: "ignore" });
    const { child } = this;
    running.add(child);
    this.ended = new Promise((resolve) =>
      child.on("exit", () => {
        running.delete(child);
        resolve();
      }),
    );
    await until("a signaling server listens", 20000, () => listens(this.port));
    return this;
  }

  get url() {
    return `http://127.0.0.1:${this.port}/`;
  }

  signal(name) {
    this.child.kill(name);
  }

  async kill() {
    this.signal("SIGKILL");
    await this.ended;
  }
}

/** A client of a server: says what it is told to, counts what comes. */
export class PeerClient {
  constructor(server, id) {
    const query = `key=peerjs&id=${id}&token=t${Math.random().toString(36).slice(2)}&version=1.5.5`;
    this.id = id;
    this.got = [];
    this.socket = new WebSocket(`ws://127.0.0.1:${server.port}/peerjs?${query}`);
    this.socket.on("message", (text) => this.got.push(JSON.parse(text)));
    this.socket.on("error", () => {});
    this.socket.on("close", () => this.end());
  }

  async open() {
    await until(`${this.id} is known`, 5000, () => this.got.some(({ type }) => type === "OPEN"));
    return this;
  }

  offer(dst, size = 2000) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const payload = { type: "data", connectionId: "dc_1", sdp: { type: "offer", sdp: "v".repeat(size) } };
    this.socket.send(JSON.stringify({ type: "OFFER", dst, payload }));
  }

  /** Offers to others, again and again, until the socket goes. */
  keepOffering(others, everyMs) {
    this.timer = setInterval(() => {
      for (const other of others) this.offer(other);
    }, everyMs);
  }

  count(type) {
    return this.got.filter((message) => message.type === type).length;
  }

  end() {
    clearInterval(this.timer);
    this.socket.terminate();
  }
}
