/* SPDX-License-Identifier: Apache-2.0 */
import { useState } from "preact/hooks";
import { shelf } from "../../data/content";
import type { Post } from "../../data/posts";
import { now } from "../../data/store";
import { isWaiting } from "../../parts/deed";
import { Icon } from "../../parts/icon";
import { nameOf } from "../../text/content";
import { ago, fullTime, shortId } from "../../text/format";
import { waits } from "../../text/operations";
import * as words from "../../text/posts";
import { visible, visibleText } from "../../text/visible";
import { FetchButton } from "../content/FetchButton";
import { FileLink } from "../content/FileLink";
import { isLong } from "./select";

interface PostLineProps {
  post: Post;
  onEdit: () => void;
  onDelete: () => void;
}

function Head({ post }: { post: Post }) {
  const { at, version, isVerified } = post;
  const edited = words.versionOf(version);
  return (
    <p class="post-head">
      <b title={words.authorTitle(post)}>
        <bdi>{words.authorOf(post)}</bdi>
      </b>{" "}
      <span class="second">
        <time title={at === null ? undefined : fullTime(at)}>{ago(at, now.value)}</time>
        {edited !== "" && ` · ${edited}`}
      </span>
      <span class={`post-signed ${isVerified ? "second" : "warn-words"}`}>
        <Icon name={isVerified ? "check" : "alert"} class={isVerified ? "ok" : "warn"} />
        {isVerified ? words.verified : words.unverified}
      </span>
    </p>
  );
}

function Words({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const long = isLong(text);
  if (text === "") return null;
  return (
    <>
      <div class={`post-text ${long && !whole ? "post-cut" : ""}`} dir="auto">
        {visibleText(text)}
      </div>
      {long && (
        <button type="button" class="link-button" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? words.showLess : words.showText}
        </button>
      )}
    </>
  );
}

function Attachment({ id }: { id: string }) {
  const file = shelf.value?.files.find((one) => one.id === id);
  const name = file === undefined ? shortId(id) : nameOf(file);
  const isAway = file === undefined || file.state === "known";
  return (
    <li>
      {file === undefined ? (
        <code title={id}>{name}</code>
      ) : (
        <FileLink id={id} name={name} />
      )}
      {isAway && (
        <>
          {" "}
          <span class="second">{words.away}</span> <FetchButton id={id} name={name} />
        </>
      )}
    </li>
  );
}

function Conflict({ post: { conflicts, isOurs } }: { post: Post }) {
  if (conflicts.length === 0) return null;
  return (
    <div class="post-conflict">
      <Icon name="alert" class="warn" />
      <p>
        {words.conflictOf(conflicts)}
        {isOurs ? words.conflictOurs : words.conflictTheirs}{" "}
        <span class="second">
          {words.conflictIds}{" "}
          {conflicts.map((id) => (
            <code key={id} title={id}>
              {shortId(id)}{" "}
            </code>
          ))}
        </span>
      </p>
    </div>
  );
}

function Deeds({ post, onEdit, onDelete }: PostLineProps) {
  const waiting = isWaiting();
  const start = words.startOf(post);
  const common = { type: "button", class: "button quiet-button", "aria-disabled": waiting } as const;
  const title = waiting ? waits : undefined;
  return (
    <div class="post-deeds">
      <button {...common} title={title} aria-label={words.editOf(start)} onClick={onEdit}>
        {words.edit}
      </button>
      <button {...common} title={title} aria-label={words.removeOf(start)} onClick={onDelete}>
        {words.remove}
      </button>
    </div>
  );
}

/** What is left of a deleted post is that it was deleted, by whom and when. */
function Deleted({ post }: { post: Post }) {
  return (
    <p class="second" title={words.authorTitle(post)}>
      <Icon name="barred" /> <bdi>{words.deletedBy(words.authorOf(post), ago(post.at, now.value))}</bdi>
    </p>
  );
}

export function PostLine(props: PostLineProps) {
  const { post } = props;
  if (post.isDeleted)
    return (
      <li class="post post-gone">
        <Deleted post={post} />
        <Conflict post={post} />
      </li>
    );
  return (
    <li class="post">
      <Head post={post} />
      <Words text={post.text} />
      {post.attachments.length > 0 && (
        <ul class="post-files" aria-label={words.attachmentsLabel}>
          {post.attachments.map((id) => (
            <Attachment key={id} id={id} />
          ))}
        </ul>
      )}
      {post.tags.length > 0 && (
        <ul class="post-tags" aria-label={words.tagsLabel}>
          {post.tags.map((tag, at) => (
            <li key={at} class="badge">
              <bdi>{visible(tag)}</bdi>
            </li>
          ))}
        </ul>
      )}
      <Conflict post={post} />
      {post.isOurs && <Deeds {...props} />}
    </li>
  );
}
