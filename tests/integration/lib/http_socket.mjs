// SPDX-License-Identifier: Apache-2.0
// One HTTP/1.1 connection by hand: from a chosen address of this machine, one request after the other, and no patience
// of its own. A library would mend what a hostile caller breaks.

import { connect } from "node:net";

export class HttpSocket {
  constructor(port, from) {
    this.port = port;
    this.from = from;
    this.socket = null;
  }

  open() {
    this.received = Buffer.alloc(0);
    this.socket = connect({ host: "127.0.0.1", port: this.port, localAddress: this.from, noDelay: true });
    this.socket.on("data", (bytes) => this.take(bytes));
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.socket = null;
      this.settle({ status: 0, body: "" });
    });
  }

  settle(answer) {
    const resolve = this.resolve;
    this.resolve = null;
    resolve?.(answer);
  }

  /** Answers of these services always say their length. */
  take(bytes) {
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
    const end = this.received.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = this.received.toString("latin1", 0, end);
    const size = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.received.length < end + 4 + size) return;
    const body = this.received.toString("utf8", end + 4, end + 4 + size);
    this.received = this.received.subarray(end + 4 + size);
    if (/\r\nconnection: close/i.test(head)) this.socket?.destroy();
    this.settle({ status: Number(head.slice(9, 12)), body });
  }

  /** Sends bytes as they are and gives { status, body }; status 0: the other side closed. */
  ask(bytes) {
    if (this.socket === null) this.open();
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.socket.write(bytes);
    });
  }

  announce(community, body) {
    return this.ask(`POST /announce?community=${community} HTTP/1.1\r\nHost: b\r\nContent-Length: ` +
      `${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  close() {
    this.socket?.destroy();
  }
}
