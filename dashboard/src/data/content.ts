/* SPDX-License-Identifier: Apache-2.0 */
/* The files that the node holds or fetches, asked for page by page while somebody looks at them. Part of
 * what comes on demand; the page's own stream tells nothing of them. */

import { signal } from "@preact/signals";
import { unreadable } from "../text/content";
import { call, posted, refusalOf, removal } from "./call";
import { type Fields, figure, rows, time } from "./fields";
import type { Refusal } from "./operations";
import { readFile, type StoredFile } from "./stored_file";

export interface Totals {
  readonly asOf: number;
  readonly held: number | null;
  readonly fetching: number | null;
  /** Files of others that are known and not here; null from a node that does not tell. */
  readonly known: number | null;
  readonly bytesUsed: number | null;
  /** Null: as many as the disk holds. */
  readonly bytesMax: number | null;
}

export interface Shelf extends Totals {
  readonly files: readonly StoredFile[];
  /** There are more files than this page asks for. */
  readonly isPart: boolean;
}

/** Null before the first answer. */
export const shelf = signal<Shelf | null>(null);
/** Why the last time there was no answer; null when there was one. */
export const shelfTrouble = signal<Refusal | null>(null);

const filesPerPage = 500;
/** 10,000 files: of more, the first are shown. */
const pagesMax = 20;
const busyMs = 1_000;
const calmMs = 5_000;
/** While something is under way, every so many rounds all pages are asked for, not those alone that have it. */
const wholeEvery = 5;

export interface ContentPage {
  readonly totals: Totals;
  readonly files: readonly StoredFile[];
  readonly hasNext: boolean;
}

export function readContent(from: Fields): ContentPage | null {
  const asOf = time(from, "asOf");
  if (asOf === null) return null;
  return {
    totals: {
      asOf,
      held: figure(from, "held"),
      fetching: figure(from, "fetching"),
      known: figure(from, "known"),
      bytesUsed: figure(from, "bytesUsed"),
      bytesMax: figure(from, "bytesMax"),
    },
    files: rows(from["items"], readFile),
    hasNext: figure(from, "next") !== null,
  };
}

/** Files keep no order between two answers, so one may stand on two pages. */
export function shelfOf(pages: readonly ContentPage[]): Shelf | null {
  const totals = pages[0]?.totals;
  if (totals === undefined) return null;
  const files = new Map(pages.flatMap((page) => page.files.map((file) => [file.id, file] as const)));
  return { ...totals, files: [...files.values()], isPart: pages.at(-1)?.hasNext === true };
}

async function askPage(at: number): Promise<ContentPage | Refusal> {
  const cursor = at === 0 ? "" : `&cursor=${at * filesPerPage}`;
  const { ok, told } = await call(`content?limit=${filesPerPage}${cursor}`);
  if (!ok || told === null) return refusalOf(told);
  return readContent(told) ?? unreadable;
}

let pages: readonly ContentPage[] = [];

/** Not all of them: those with something under way, and the first, which has the totals. */
async function look(all: boolean): Promise<void> {
  const next: ContentPage[] = [];
  for (let at = 0; at < pagesMax; at += 1) {
    const known = pages[at];
    const isDue = all || at === 0 || known?.files.some(({ state }) => state === "fetching") === true;
    const page = isDue || known === undefined ? await askPage(at) : known;
    if (!("files" in page)) {
      shelfTrouble.value = page;
      return;
    }
    next.push(page);
    if (!page.hasNext) break;
  }
  pages = next;
  shelf.value = shelfOf(next);
  shelfTrouble.value = null;
}

let watching: object | null = null;
let wake = (): void => {};
let isDue = false;

function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, isDue ? 0 : ms);
    wake = () => {
      clearTimeout(timer);
      done();
    };
    isDue = false;
  });
}

async function follow(mine: object): Promise<void> {
  for (let round = 0; watching === mine; round += 1) {
    const before = (shelf.value?.fetching ?? 0) > 0;
    if (document.visibilityState === "visible") await look(!before || round % wholeEvery === 0);
    await pause((shelf.value?.fetching ?? 0) > 0 ? busyMs : calmMs);
  }
}

/** Something was published or is wanted: the list is looked at without waiting. */
export function lookSoon(): void {
  isDue = true;
  wake();
}

/** Looks as long as what it answers has not been called. One at a time. */
export function watchContent(): () => void {
  const mine = {};
  watching = mine;
  void follow(mine);
  document.addEventListener("visibilitychange", lookSoon);
  return () => {
    if (watching === mine) watching = null;
    document.removeEventListener("visibilitychange", lookSoon);
    wake();
  };
}

export interface Wanted {
  readonly held: number;
  readonly fetching: number;
  readonly refused: number;
}

const idsPerCall = 100;

/** Wants files here; a refusal after the first hundred leaves those before it wanted. */
export async function fetchFiles(ids: readonly string[]): Promise<Wanted | Refusal> {
  const sum = { held: 0, fetching: 0, refused: 0 };
  for (let at = 0; at < ids.length; at += idsPerCall) {
    const answer = await call("files/fetch", posted({ ids: ids.slice(at, at + idsPerCall) }));
    if (!answer.ok || answer.told === null) return refusalOf(answer.told);
    sum.held += figure(answer.told, "held") ?? 0;
    sum.fetching += figure(answer.told, "fetching") ?? 0;
    sum.refused += figure(answer.told, "refused") ?? 0;
  }
  lookSoon();
  return sum;
}

/** Null: this node has let go of it. `force`: also when nobody else is known to hold it. */
export async function removeFile(id: string, force: boolean): Promise<Refusal | null> {
  const { ok, told } = await call(`files/${id}${force ? "?force=true" : ""}`, removal);
  if (!ok) return refusalOf(told);
  lookSoon();
  return null;
}

export function addressOf(id: string): string {
  return `api/v1/files/${id}`;
}

/** Whether the node gives the file out: its first byte is asked for. Null: it does. */
export async function tryRead({ id, size }: StoredFile): Promise<Refusal | null> {
  try {
    const headers: HeadersInit = size === 0 ? {} : { Range: "bytes=0-0" };
    const answer = await fetch(addressOf(id), { cache: "no-store", headers });
    if (answer.ok) {
      void answer.body?.cancel();
      return null;
    }
    return refusalOf((await answer.json()) as Fields | null);
  } catch {
    return refusalOf(null);
  }
}
