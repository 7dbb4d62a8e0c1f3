/* SPDX-License-Identifier: Apache-2.0 */
/* Posts: reading, writing, taking back. */

import { type Post, postAttachmentsMax, postTagMax, postTagsMax, postTextMax } from "../data/posts";
import { count, plural, shortId } from "./format";
import { visible } from "./visible";

export const title = "Posts";
export const write = "Write a post…";
export const emptyTitle = "No posts yet";
export const emptyNext = "Write one: it is signed here, kept on this disk, and goes to whoever is linked, now or later.";
export const showMore = "Older posts";
export const newest = (many: number, hasMore: boolean): string =>
  hasMore ? `the newest ${count(many)}` : plural(many, "post", "posts");
export const lastKnown = (clock: string): string => `You see the posts as of ${clock}.`;

export const you = "You";
export const nobody = "Somebody";
/** A name is what its author says of himself: the id behind it is what is proven. */
export const authorOf = ({ isOurs, name, userId, author }: Post): string =>
  isOurs ? you : name !== null ? visible(name) : shortId(userId ?? author ?? nobody);
export const authorTitle = ({ userId, author }: Post): string | undefined =>
  userId !== null ? `user ${userId}` : author !== null ? `node ${author}` : undefined;
export const versionOf = (version: number | null): string =>
  version === null || version <= 1 ? "" : `edited, version ${count(version)}`;
export const deletedBy = (who: string, when: string): string => `${who} deleted this post ${when}.`;
export const youDeleted = "The post is deleted.";
export const verified = "Signature verified";
export const unverified = "Signature not verified";
export const tagsLabel = "Tags";
export const attachmentsLabel = "Attached files";
export const showText = "Show all of it";
export const showLess = "Show less";
export const conflictOf = (others: readonly string[]): string =>
  `${others.length === 1 ? "Another version has" : `${count(others.length)} other versions have`} the same number: they were written apart from each other. The latest stands and is shown; `;
export const conflictOurs = "edit it, and the new version settles it everywhere.";
export const conflictTheirs = "a new version by its author settles it.";
export const conflictIds = "The others:";
export const edit = "Edit…";
export const editOf = (start: string): string => `Edit the post “${start}”`;
export const remove = "Delete…";
export const removeOf = (start: string): string => `Delete the post “${start}”`;
/** What a post is called where it is not shown. */
export function startOf({ text }: Post): string {
  const line = visible(text.trim().split("\n")[0] ?? "");
  return line === "" ? "without words" : line.length > 40 ? `${line.slice(0, 40).trimEnd()}…` : line;
}
export const away = "not here";

export const formTitle = "Write a post";
export const editTitle = "Edit the post";
export const textLabel = "Text";
export const publicNote = "Everybody in the swarm can read it.";
export const editNote = "The new version takes the place of the old one wherever it arrives.";
export const offNote = "The network is off: it stays here until it is on again, then it goes out by itself.";
export const bytesLeft = (left: number): string =>
  left >= 0 ? `room for ${plural(left, "more byte", "more bytes")}` : `${plural(-left, "byte", "bytes")} too many`;
export const tagsField = "Tags";
export const tagsHint = `Up to ${postTagsMax}, with spaces or commas between`;
export const attachField = "Attach files that are here";
export const attachHint = `Up to ${postAttachmentsMax}. Find by name or id`;
export const attach = (name: string): string => `Attach ${name}`;
export const detach = (name: string): string => `Do not attach ${name}`;
export const noSuchFile = "No file that is here matches.";
export const noFiles = "No file is here yet: publish one first.";
export const sealedFor = "only who may read it can open it";
export const cancel = "Cancel";
export const post = "Publish post";
export const saveEdit = "Publish new version";
export const doing = "Signing and writing to disk…";
export const emptyDraft = "Write something, or attach a file.";
export const tooLong = `A post has at most ${count(postTextMax)} bytes of text. Nothing was published.`;
export const tooManyTags = `A post has at most ${postTagsMax} tags. Nothing was published.`;
export const tagTooLong = (tag: string): string =>
  `The tag “${tag.slice(0, 24)}…” is longer than ${postTagMax} bytes. Nothing was published.`;

export const deleteTitle = "Delete this post?";
export const deleteMeans =
  "Its text goes from every node that hears of it. Who has read it may have kept it, and a node that is away learns of it when it comes back. It cannot be taken back.";
export const deleteDeed = "Delete post";
export const deleting = "Deleting…";
export const written = "It is signed and on this disk.";
