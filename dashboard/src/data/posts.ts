/* SPDX-License-Identifier: Apache-2.0 */
/* Posts: signed texts with tags and files, of everybody in the swarm. Part of what comes on demand. */

import { unreadable } from "../text/content";
import { notAnswered } from "../text/posts_call";
import { call, posted, refusalOf } from "./call";
import { type Fields, figure, text, texts, time } from "./fields";
import type { Refusal } from "./operations";
import { shelfList } from "./shelf_list";

/* As src/swarm/content/post.h has them: over them a post is refused everywhere. */
export const postTextMax = 16_384;
export const postTagsMax = 16;
export const postTagMax = 64;
export const postAttachmentsMax = 16;

export interface Post {
  /** Of this version. */
  readonly id: string;
  /** Of its first version: the name of the post. */
  readonly of: string;
  /** Who signed it, a user or a node for itself; and the user, when it is one. */
  readonly author: string | null;
  readonly userId: string | null;
  /** What its author calls himself, when he says so. */
  readonly name: string | null;
  readonly at: number | null;
  readonly version: number | null;
  readonly isDeleted: boolean;
  readonly text: string;
  readonly tags: readonly string[];
  readonly attachments: readonly string[];
  readonly isOurs: boolean;
  /** Other versions with the same number, written on another machine of the author. */
  readonly conflicts: readonly string[];
  readonly isVerified: boolean;
}

export function readPost(from: Fields): Post | null {
  const id = text(from, "id");
  if (id === null) return null;
  return {
    id,
    of: text(from, "of") ?? id,
    author: text(from, "author"),
    userId: text(from, "userId"),
    name: text(from, "name"),
    at: time(from, "at"),
    version: figure(from, "version"),
    isDeleted: from["deleted"] === true,
    text: text(from, "text") ?? "",
    tags: texts(from, "tags"),
    attachments: texts(from, "attachments"),
    isOurs: from["isOurs"] === true,
    conflicts: texts(from, "conflicts"),
    isVerified: from["signature"] === "verified",
  };
}

/** Of one that was deleted nothing is left but that it was. */
export const isStanding = ({ isDeleted }: Post): boolean => !isDeleted;

export const posts = shelfList("posts", readPost, ({ id }) => id);

export interface PostDraft {
  readonly text: string;
  readonly tags: readonly string[];
  readonly attachments: readonly string[];
}

/* The node tries for some ten seconds when its disk is busy, and answers once the post is synced. */
const writtenMs = 20_000;

async function send(body: object): Promise<Refusal | null> {
  const { ok, told } = await call("posts", posted(body), writtenMs);
  if (!ok || told === null) return refusalOf(told, notAnswered);
  void posts.look();
  return text(told, "id") === null ? unreadable : null;
}

/** Null: it is signed and synced. `of`: a later version of that post. */
export function writePost(draft: PostDraft, of: string | null): Promise<Refusal | null> {
  return send(of === null ? draft : { ...draft, of });
}

export function deletePost(of: string): Promise<Refusal | null> {
  return send({ text: "", of, deleted: true });
}
