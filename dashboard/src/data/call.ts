/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of what comes on demand: JSON either way, and why the node would not in its own words. */

import { noAnswer } from "../text/call";
import { type Fields, fieldsOf, text } from "./fields";
import type { Refusal } from "./operations";

const answerMs = 5_000;

export interface Answer {
  readonly ok: boolean;
  /** 0: nothing came that could be read. */
  readonly status: number;
  /** Null: nothing came, or no object of JSON. */
  readonly told: Fields | null;
}

/** `path` is what follows /api/v1/. */
export async function call(path: string, options: RequestInit = {}, withinMs = answerMs): Promise<Answer> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), withinMs);
  try {
    const answer = await fetch(`api/v1/${path}`, { cache: "no-store", signal: stop.signal, ...options });
    const { ok, status } = answer;
    return { ok, status, told: status === 204 ? {} : fieldsOf(await answer.json()) };
  } catch {
    return { ok: false, status: 0, told: null };
  } finally {
    clearTimeout(timer);
  }
}

/** What the node does only for its own page. */
const ofThisPage = { "X-Skep-Request": "1" };

export const removal: RequestInit = { method: "DELETE", headers: ofThisPage };

export function posted(body: object): RequestInit {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json", ...ofThisPage },
    body: JSON.stringify(body),
  };
}

/** What a problem says; `otherwise` when it says nothing. */
export function refusalOf(told: Fields | null, otherwise: Refusal = noAnswer): Refusal {
  return {
    title: (told === null ? null : text(told, "title")) ?? otherwise.title,
    detail: (told === null ? null : text(told, "detail")) ?? otherwise.detail,
  };
}
