/* SPDX-License-Identifier: Apache-2.0 */
/* What of a post is shown, and whether a draft may be sent. Pure. */

import { type Post, type PostDraft, postTagMax, postTagsMax, postTextMax } from "../../data/posts";
import type { StoredFile } from "../../data/stored_file";
import * as words from "../../text/posts";
import { nameOf } from "../../text/content";

/** Newest first; of equal ones by their ids, so that each keeps its place. */
export function newestFirst(posts: readonly Post[]): readonly Post[] {
  return [...posts].sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.id < b.id ? -1 : 1));
}

export const sizeOf = (text: string): number => new TextEncoder().encode(text).length;

/** Each once, without a # before it. */
export function tagsIn(typed: string): readonly string[] {
  const found = typed.split(/[\s,]+/).map((tag) => tag.replace(/^#+/, ""));
  return [...new Set(found.filter((tag) => tag !== ""))];
}

/** Why a draft cannot be sent; null: it can. */
export function hindrance({ text, tags, attachments }: PostDraft): string | null {
  if (text.trim() === "" && attachments.length === 0) return words.emptyDraft;
  if (sizeOf(text) > postTextMax) return words.tooLong;
  if (tags.length > postTagsMax) return words.tooManyTags;
  const long = tags.find((tag) => sizeOf(tag) > postTagMax);
  return long === undefined ? null : words.tagTooLong(long);
}

/** Files that are here and not attached yet. */
export function attachable(
  files: readonly StoredFile[],
  attached: readonly string[],
  find: string,
): readonly StoredFile[] {
  const needle = find.trim().toLowerCase();
  return files
    .filter(({ id, state }) => state === "held" && !attached.includes(id))
    .filter((file) => needle === "" || file.id.startsWith(needle) || nameOf(file).toLowerCase().includes(needle))
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
}

const shownLines = 8;
const shownLetters = 600;

/** Whether a text is so long that it is shown in part at first. */
export const isLong = (text: string): boolean =>
  text.length > shownLetters || text.split("\n", shownLines + 1).length > shownLines;
