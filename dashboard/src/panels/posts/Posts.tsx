/* SPDX-License-Identifier: Apache-2.0 */
/* The posts of the swarm, newest first. */

import { useState } from "preact/hooks";
import { isStanding, type Post, posts } from "../../data/posts";
import { isWaiting } from "../../parts/deed";
import { Awaited, Panel } from "../../parts/panel";
import { waits } from "../../text/operations";
import * as words from "../../text/posts";
import { ListMore } from "../content/ListMore";
import { ListTrouble } from "../content/ListTrouble";
import { DeletePost } from "./DeletePost";
import { PostForm } from "./PostForm";
import { PostLine } from "./PostLine";
import { newestFirst } from "./select";
import "./posts.css";

/* What is being done: a new post, a later version of one, or the end of one. */
type Doing = { readonly what: "write" } | { readonly what: "edit" | "delete"; readonly post: Post };

function Empty() {
  return (
    <div class="empty">
      <p class="empty-title">{words.emptyTitle}</p>
      <p>{words.emptyNext}</p>
    </div>
  );
}

export function Posts() {
  const [doing, setDoing] = useState<Doing | null>(null);
  const [told, setTold] = useState("");
  const known = posts.listed.value;
  const waiting = isWaiting();
  const begin = (next: Doing) => {
    setTold("");
    if (!waiting) setDoing(next);
  };
  const end = (done: string) => {
    setDoing(null);
    setTold(done);
  };
  if (posts.isAbsent.value) return null;
  const rows = newestFirst(known?.rows ?? []);
  const standing = rows.filter(isStanding).length;
  const note = known === null || rows.length === 0 ? {} : { note: words.newest(standing, known.hasMore) };
  const writeButton = (
    <button
      type="button"
      class="button"
      aria-disabled={waiting}
      title={waiting ? waits : undefined}
      onClick={() => begin({ what: "write" })}
    >
      {words.write}
    </button>
  );
  return (
    <Panel id="posts" title={words.title} {...note} stamp={writeButton}>
      <p role="status" class="hidden-words">
        {told}
      </p>
      <ListTrouble list={posts} lastKnown={words.lastKnown} />
      {known === null ? (
        posts.trouble.value === null && <Awaited lines={2} />
      ) : rows.length === 0 ? (
        <Empty />
      ) : (
        <ol class="posts">
          {rows.map((post) => (
            <PostLine
              key={post.id}
              post={post}
              onEdit={() => begin({ what: "edit", post })}
              onDelete={() => begin({ what: "delete", post })}
            />
          ))}
        </ol>
      )}
      <ListMore list={posts} deed={words.showMore} />
      {doing?.what === "delete" && <DeletePost post={doing.post} onEnd={end} />}
      {doing !== null && doing.what !== "delete" && (
        <PostForm before={doing.what === "edit" ? doing.post : null} onEnd={end} />
      )}
    </Panel>
  );
}
