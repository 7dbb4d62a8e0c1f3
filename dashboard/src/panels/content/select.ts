/* SPDX-License-Identifier: Apache-2.0 */
/* Which files are shown, in which order, and how far each is. Pure. */

import type { RedundancyState, StoredFile } from "../../data/stored_file";
import * as words from "../../text/content";
import { roleOf, stateWords } from "../../text/copies";

export type Which = "all" | "held" | "fetching" | "known";
export interface Filter {
  readonly which: Which;
  readonly copies: RedundancyState | "any";
  readonly find: string;
}
export const noFilter: Filter = { which: "all", copies: "any", find: "" };

export type Column = "name" | "size" | "readers" | "author" | "at" | "copies" | "state";
export interface Sort {
  readonly column: Column;
  readonly falling: boolean;
}
/** First what is under way, then what is here, then what is not, and of each the newest. */
export const newestFirst: Sort = { column: "at", falling: true };

/** What is here of all, 0..1; null while that is not known. */
export function shareOf({ state, stage, size, chunks, chunksHere }: StoredFile): number | null {
  if (state === "held") return 1;
  if (state === "known") return 0;
  if (stage === "manifest" || size === null || chunks === null || chunks === 0) return null;
  return chunksHere === null ? null : Math.min(1, chunksHere / chunks);
}

/** Of a file of which the node tells nothing it is not known. */
export const copiesOf = ({ redundancy }: StoredFile): RedundancyState => redundancy?.state ?? "unknown";

/** Held and for this node's user: its name can only be read then. */
export function isReadable({ state, name }: StoredFile): boolean {
  return state === "held" && name !== null;
}

function isFound(file: StoredFile, needle: string): boolean {
  const { id, author, mime, role } = file;
  const copies = file.redundancy === null ? "" : stateWords[copiesOf(file)];
  const said = [words.nameOf(file), words.readersOf(file.readers), words.authorOf(file), roleOf(role), copies];
  const heard = [...said, id, author, mime];
  return heard.some((text) => text?.toLowerCase().includes(needle));
}

export function filterFiles(files: readonly StoredFile[], { which, copies, find }: Filter): readonly StoredFile[] {
  const needle = find.trim().toLowerCase();
  return files.filter(
    (file) =>
      (which === "all" || file.state === which) &&
      (copies === "any" || copiesOf(file) === copies) &&
      (needle === "" || isFound(file, needle)),
  );
}

const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function keyOf(file: StoredFile, column: Column): string | number | null {
  switch (column) {
    case "name":
      return file.name;
    case "size":
      return file.size;
    case "readers":
      return file.readers;
    case "author":
      return file.isOurs ? "" : file.author;
    case "at":
      return file.at;
    case "copies":
      return copiesKey(file);
    case "state":
      return file.state === "known" ? -2 : (shareOf(file) ?? -1);
  }
}

/** How many are missing, the most first; more than wanted come last. */
function copiesKey({ redundancy }: StoredFile): number | null {
  if (redundancy === null || redundancy.seen === null || redundancy.target === null) return null;
  return redundancy.seen - redundancy.target;
}

const rank = { fetching: 0, held: 1, known: 2 } as const;

/** What is unknown comes last whichever way; equal ones by their ids, so that each keeps its place. */
export function sortFiles(files: readonly StoredFile[], { column, falling }: Sort): readonly StoredFile[] {
  const way = falling ? -1 : 1;
  const isByTime = column === "at";
  const compare = (a: StoredFile, b: StoredFile): number => {
    if (isByTime && falling && a.state !== b.state) return rank[a.state] - rank[b.state];
    const [x, y] = [keyOf(a, column), keyOf(b, column)];
    if (x === null || y === null) {
      if (x !== y) return x === null ? 1 : -1;
    } else {
      const order = typeof x === "string" ? names.compare(x, String(y)) : x - Number(y);
      if (order !== 0) return way * order;
    }
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
  };
  return [...files].sort(compare);
}

const idForm = /^[0-9a-f]{64}$/;

export interface Ids {
  readonly ids: readonly string[];
  /** Words that are no id. */
  readonly odd: readonly string[];
}

/** The ids of files in what somebody typed or pasted. */
export function idsIn(typed: string): Ids {
  const found = typed.toLowerCase().split(/[\s,;]+/).filter((word) => word !== "");
  return {
    ids: [...new Set(found.filter((word) => idForm.test(word)))],
    odd: found.filter((word) => !idForm.test(word)),
  };
}
