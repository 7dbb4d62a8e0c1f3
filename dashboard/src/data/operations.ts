/* SPDX-License-Identifier: Apache-2.0 */
/* What the caretaker does through this page. A call is on its way, or it was refused, at one place
 * of the page: a switch (by its name) or a line (by the operation's id). What came of it is told by
 * the stream like anything else. */

import { signal } from "@preact/signals";
import { notAnswered } from "../text/operations";
import { readImpact, readOperation } from "./decode_control";
import { type Fields, fieldsOf, text } from "./fields";
import type { BlockDirection, Impact, Operation, Target } from "./model_control";
import { takeMessage } from "./store";

/** By its node, by a user that is proven, by both for a claim, by an address. */
export interface AskTarget {
  readonly nodeId?: string;
  readonly userId?: string;
  readonly address?: string;
  readonly endpoint?: string | null;
}

export interface Ask {
  readonly action: string;
  readonly target?: AskTarget;
  readonly params?: { readonly direction: BlockDirection };
  readonly forMs?: number | null;
  readonly confirmWithinMs?: number;
  readonly reason?: string;
}

/** Why the daemon would not, in its own words. */
export interface Refusal {
  readonly title: string;
  readonly detail: string;
}

type Answer<T> = { readonly value: T } | { readonly refusal: Refusal };

/** Of a call that was not refused: what the place says meanwhile. */
export type Call = { readonly doing: string } | { readonly refusal: Refusal };

export const calls = signal<ReadonlyMap<string, Call>>(new Map());
/** How long the deeds of this page took to be done, by operation. */
export const took = signal<ReadonlyMap<string, number>>(new Map());

const answerMs = 15_000;

/** The same target again, as it is asked for. */
export function askTarget({ kind, nodeId, userId, address, endpoint }: Target): AskTarget {
  return {
    ...(nodeId === null ? {} : { nodeId }),
    ...(userId === null ? {} : { userId }),
    ...(address === null ? {} : { address }),
    ...(kind === "endpoint" ? { endpoint } : {}),
  };
}

function refused(answer: Fields | null): Refusal {
  return {
    title: (answer === null ? null : text(answer, "title")) ?? notAnswered.title,
    detail: (answer === null ? null : text(answer, "detail")) ?? notAnswered.detail,
  };
}

async function post<T>(
  path: string,
  body: Ask | object,
  read: (from: Fields) => T | null,
): Promise<Answer<T>> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), answerMs);
  try {
    const answer = await fetch(`api/v1/operations${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Skep-Request": "1" },
      body: JSON.stringify(body),
      cache: "no-store",
      signal: stop.signal,
    });
    const told = fieldsOf(await answer.json());
    const value = answer.ok && told !== null ? read(told) : null;
    return value === null ? { refusal: refused(told) } : { value };
  } catch {
    return { refusal: refused(null) };
  } finally {
    clearTimeout(timer);
  }
}

function put(place: string, call: Call | null): void {
  const next = new Map(calls.value);
  if (call === null) next.delete(place);
  else next.set(place, call);
  calls.value = next;
}

async function make(place: string, doing: string, path: string, body: object): Promise<void> {
  const before = calls.value.get(place);
  if (before !== undefined && "doing" in before) return;
  put(place, { doing });
  const began = performance.now();
  const answer = await post<Operation>(path, body, readOperation);
  if ("refusal" in answer) return put(place, answer);
  const { id } = answer.value;
  if (path === "") took.value = new Map([...took.value, [id, performance.now() - began]]);
  takeMessage({ kind: "answer", operation: answer.value });
  put(place, null);
}

export function ask(place: string, doing: string, what: Ask): Promise<void> {
  return make(place, doing, "", what);
}

export function keep(place: string, doing: string, id: string): Promise<void> {
  return make(place, doing, `/${id}/confirm`, {});
}

export function takeBack(place: string, doing: string, id: string): Promise<void> {
  return make(place, doing, `/${id}/revert`, {});
}

/** Asks without a place of the page: who calls tells what came of it. */
export async function order(what: Ask): Promise<Refusal | null> {
  const answer = await post<Operation>("", what, readOperation);
  if ("refusal" in answer) return answer.refusal;
  takeMessage({ kind: "answer", operation: answer.value });
  return null;
}

export function tryOut(what: Ask): Promise<Answer<Impact>> {
  return post(``, { ...what, dryRun: true }, readImpact);
}

/** What was refused has been read. */
export function forget(place: string): void {
  put(place, null);
}

export function refusalAt(place: string): Refusal | null {
  const call = calls.value.get(place);
  return call !== undefined && "refusal" in call ? call.refusal : null;
}

/** What the place says while its call is on its way; null when none is. */
export function doingAt(place: string): string | null {
  const call = calls.value.get(place);
  return call !== undefined && "doing" in call ? call.doing : null;
}
