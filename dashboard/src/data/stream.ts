/* SPDX-License-Identifier: Apache-2.0 */
/* The one connection to the daemon. EventSource resumes by itself after a dropped connection, but
 * it gives up for good on an HTTP answer it does not like, and it never notices a connection that
 * is open and silent. So: one resume is left to the browser (it sends Last-Event-ID), everything
 * after that is tried here every 2 s from a fresh snapshot, until it works or we are refused. */

import { askStatus, signIn } from "./api";
import { decode, messageNames } from "./decode";
import type { Message } from "./message";

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | { readonly kind: "lost"; readonly nextTryAt: number; readonly why: "no-answer" | "busy" }
  | { readonly kind: "refused"; readonly tokenTried: boolean };

export interface StreamSink {
  message(message: Message): void;
  connection(connection: Connection): void;
}

export interface Stream {
  tryNow(): void;
  signIn(token: string): void;
}

const retryMs = 2_000;
const silentMs = 15_000;

export function openStream(sink: StreamSink, firstToken: string | null): Stream {
  let source: EventSource | null = null;
  let token = firstToken;
  let tokenTried = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let heardAt = performance.now();
  let resuming = false;
  let refused = false;
  /* Answers that belong to an attempt we gave up are told by its number. */
  let attempt = 0;

  function drop(): void {
    attempt += 1;
    clearTimeout(timer);
    source?.close();
    source = null;
    resuming = false;
  }

  function lost(why: "no-answer" | "busy"): void {
    drop();
    timer = setTimeout(connect, retryMs);
    sink.connection({ kind: "lost", nextTryAt: performance.now() + retryMs, why });
  }

  function refuse(): void {
    drop();
    refused = true;
    sink.connection({ kind: "refused", tokenTried });
  }

  function connect(): void {
    drop();
    refused = false;
    heardAt = performance.now();
    if (token === null) listen();
    else void tradeToken(token, attempt);
  }

  async function tradeToken(given: string, mine: number): Promise<void> {
    const answer = await signIn(given);
    if (mine !== attempt) return;
    if (answer === "no-answer") return lost("no-answer");
    // A used code may still belong to a browser that holds a good cookie: the stream tells.
    tokenTried = answer === "refused";
    token = null;
    listen();
  }

  function listen(): void {
    const mine = attempt;
    const opened = new EventSource("api/v1/stream");
    source = opened;
    opened.onopen = () => {
      resuming = false;
      heardAt = performance.now();
      sink.connection({ kind: "open" });
    };
    for (const name of messageNames) {
      opened.addEventListener(name, (event) => {
        heardAt = performance.now();
        const message = decode(name, String((event as MessageEvent<unknown>).data));
        if (message !== null) sink.message(message);
      });
    }
    opened.onerror = () => void failed(opened, mine);
  }

  async function failed(broken: EventSource, mine: number): Promise<void> {
    if (mine !== attempt) return;
    if (broken.readyState === EventSource.CLOSED) {
      const status = await askStatus();
      if (mine !== attempt) return;
      if (status === 401) return refuse();
      return lost(status === null ? "no-answer" : "busy");
    }
    if (resuming) return lost("no-answer");
    resuming = true;
  }

  /* An open connection on which nothing comes may be dead without anybody having said so. */
  setInterval(() => {
    if (source !== null && performance.now() - heardAt > silentMs) connect();
  }, 1_000);

  document.addEventListener("visibilitychange", () => {
    if (refused && document.visibilityState === "visible") connect();
  });

  connect();
  return {
    tryNow: connect,
    signIn(given) {
      token = given;
      tokenTried = false;
      connect();
    },
  };
}
