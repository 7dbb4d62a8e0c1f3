/* SPDX-License-Identifier: Apache-2.0 */
/* Files on their way from this browser to the node, which publishes them: one after another, each with how
 * far it is. They go on while another page is looked at, and end with the window. */

import { signal } from "@preact/signals";
import { broken } from "../text/uploads";
import { refusalOf } from "./call";
import { lookSoon } from "./content";
import { type Fields, fieldsOf, text } from "./fields";
import type { Refusal } from "./operations";
import type { Readers } from "./stored_file";

export interface Wish {
  readonly readers: Readers;
  /** How many nodes should hold it. */
  readonly target: number;
}

/* "sent": all bytes have left, and the node has not answered yet. */
export type UploadPhase = "waiting" | "sending" | "sent" | "done" | "failed";

export interface Upload {
  readonly key: number;
  readonly name: string;
  readonly size: number;
  readonly wish: Wish;
  readonly phase: UploadPhase;
  readonly bytesSent: number;
  readonly id: string | null;
  readonly refusal: Refusal | null;
}

export const uploads = signal<readonly Upload[]>([]);

const bytesOf = new Map<number, File>();
let lastKey = 0;
let running: { readonly key: number; readonly call: XMLHttpRequest } | null = null;

export function pathOf(name: string, { readers, target }: Wish): string {
  return `api/v1/uploads?name=${encodeURIComponent(name)}&readers=${readers}&target=${target}`;
}

export const isOver = ({ phase }: Upload): boolean => phase === "done" || phase === "failed";

function put(key: number, change: Partial<Upload>): void {
  uploads.value = uploads.value.map((upload) => (upload.key === key ? { ...upload, ...change } : upload));
}

function remove(key: number): void {
  bytesOf.delete(key);
  uploads.value = uploads.value.filter((upload) => upload.key !== key);
}

/** What the node answered; null when it is no JSON. */
function answerOf(call: XMLHttpRequest): Fields | null {
  try {
    return fieldsOf(JSON.parse(call.responseText));
  } catch {
    return null;
  }
}

function took(key: number, call: XMLHttpRequest): void {
  const told = answerOf(call);
  const id = told === null ? null : text(told, "id");
  if (call.status < 200 || call.status > 299 || id === null) {
    put(key, { phase: "failed", refusal: refusalOf(told) });
    return;
  }
  bytesOf.delete(key);
  put(key, { phase: "done", id });
  lookSoon();
}

/** A window that closes takes them along: the browser asks first. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function next(): void {
  running = null;
  const upload = uploads.value.find(({ phase }) => phase === "waiting");
  const bytes = upload === undefined ? undefined : bytesOf.get(upload.key);
  if (upload === undefined || bytes === undefined) {
    removeEventListener("beforeunload", warn);
    return;
  }
  send(upload, bytes);
}

function send({ key, name, wish }: Upload, bytes: File): void {
  const call = new XMLHttpRequest();
  running = { key, call };
  call.upload.onprogress = ({ loaded }) => put(key, { bytesSent: loaded });
  call.upload.onload = () => put(key, { phase: "sent", bytesSent: bytes.size });
  call.onload = () => took(key, call);
  call.onerror = () => put(key, { phase: "failed", refusal: broken });
  call.onloadend = next;
  call.open("PUT", pathOf(name, wish));
  call.setRequestHeader("X-Skep-Request", "1");
  call.setRequestHeader("Content-Type", "application/octet-stream");
  put(key, { phase: "sending", bytesSent: 0, refusal: null });
  call.send(bytes);
}

function start(): void {
  if (running !== null) return;
  addEventListener("beforeunload", warn);
  next();
}

export function publish(files: readonly File[], wish: Wish): void {
  const added = files.map((file): Upload => {
    lastKey += 1;
    bytesOf.set(lastKey, file);
    const { name, size } = file;
    return { key: lastKey, name, size, wish, phase: "waiting", bytesSent: 0, id: null, refusal: null };
  });
  uploads.value = [...uploads.value, ...added];
  start();
}

/** Nothing of it is published then; what has left wholly can no longer be called back. */
export function cancel(key: number): void {
  if (running?.key === key) running.call.abort();
  remove(key);
}

export function again(key: number): void {
  put(key, { phase: "waiting", bytesSent: 0, refusal: null });
  start();
}

/** Those that are over have been read. */
export function clearOver(): void {
  for (const upload of uploads.value.filter(isOver)) remove(upload.key);
}
