/* SPDX-License-Identifier: Apache-2.0 */
/* A list of the Content page that the stream does not tell: asked for page by page while somebody looks, and
 * again every few seconds. A node that has no such list has no panel for it either. */

import { type Signal, signal } from "@preact/signals";
import { unreadable } from "../text/content";
import { call, refusalOf } from "./call";
import { type Fields, figure, rows, text, time } from "./fields";
import type { Refusal } from "./operations";

export interface Listed<Row> {
  readonly asOf: number;
  readonly rows: readonly Row[];
  /** There are more than were asked for. */
  readonly hasMore: boolean;
  /** The first page as it came, for what stands beside its rows. */
  readonly told: Fields;
}

export interface ShelfList<Row> {
  /** Null before the first answer. */
  readonly listed: Signal<Listed<Row> | null>;
  /** Why the last time there was no answer; null when there was one. */
  readonly trouble: Signal<Refusal | null>;
  /** The node knows no such list. */
  readonly isAbsent: Signal<boolean>;
  /** Asks now, for as many pages as are shown. */
  readonly look: () => Promise<void>;
  /** The same, unless an answer is still on its way or the node knows no such list. */
  readonly lookAgain: () => Promise<void>;
  readonly showMore: () => Promise<void>;
}

const rowsPerPage = 50;
const pagesMax = 20;

interface PageOf<Row> {
  readonly told: Fields;
  readonly rows: readonly Row[];
  readonly next: number | string | null;
}

type Came<Row> = PageOf<Row> | Refusal | "absent";

export function shelfList<Row>(
  path: string,
  read: (from: Fields) => Row | null,
  keyOf: (row: Row) => string | number,
): ShelfList<Row> {
  const listed = signal<Listed<Row> | null>(null);
  const trouble = signal<Refusal | null>(null);
  const isAbsent = signal(false);
  let pages = 1;
  let newest = 0;
  let isLooking = false;

  const ask = async (cursor: number | string | null): Promise<Came<Row>> => {
    const from = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { ok, status, told } = await call(`${path}?limit=${rowsPerPage}${from}`);
    if (status === 404) return "absent";
    if (!ok || told === null) return refusalOf(told);
    if (time(told, "asOf") === null) return unreadable;
    return { told, rows: rows(told["items"], read), next: figure(told, "next") ?? text(told, "next") };
  };

  const lookAs = async (mine: number): Promise<void> => {
    const found: PageOf<Row>[] = [];
    for (let cursor: number | string | null = null; found.length < pages; ) {
      const page: Came<Row> = await ask(cursor);
      // A later look tells more: it may have been asked for after something was done.
      if (mine !== newest) return;
      isAbsent.value = page === "absent";
      if (page === "absent") return;
      if ("title" in page) {
        trouble.value = page;
        return;
      }
      found.push(page);
      cursor = page.next;
      if (cursor === null) break;
    }
    const told = found[0]?.told ?? {};
    // What moved between two answers may stand on two pages.
    const byKey = new Map(found.flatMap((page) => page.rows.map((row) => [keyOf(row), row] as const)));
    const hasMore = found.at(-1)?.next !== null;
    listed.value = { asOf: time(told, "asOf") ?? 0, rows: [...byKey.values()], hasMore, told };
    trouble.value = null;
  };

  const look = async (): Promise<void> => {
    newest += 1;
    const mine = newest;
    isLooking = true;
    await lookAs(mine);
    if (mine === newest) isLooking = false;
  };

  const lookAgain = async (): Promise<void> => {
    if (!isLooking && !isAbsent.value) await look();
  };

  const showMore = (): Promise<void> => {
    pages = Math.min(pagesMax, pages + 1);
    return look();
  };
  return { listed, trouble, isAbsent, look, lookAgain, showMore };
}

const everyMs = 5_000;

/** Looks at several lists as long as what it answers has not been called. */
export function watchLists(lists: readonly Pick<ShelfList<never>, "look" | "lookAgain">[]): () => void {
  const lookAtAll = () => {
    if (document.visibilityState === "visible") for (const { lookAgain } of lists) void lookAgain();
  };
  // One that was absent may have come with another build of the node.
  for (const { look } of lists) void look();
  const timer = setInterval(lookAtAll, everyMs);
  document.addEventListener("visibilitychange", lookAtAll);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", lookAtAll);
  };
}
