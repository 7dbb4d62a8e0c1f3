/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a post, or a later version of one. What was typed stays when the node refuses it, and when the form of
 * a new post is closed. */

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { isOff } from "../../data/network";
import type { Refusal } from "../../data/operations";
import { type Post, postTextMax, writePost } from "../../data/posts";
import { isWaiting, RefusalLine } from "../../parts/deed";
import { useModal } from "../../parts/modal";
import { waits } from "../../text/operations";
import * as words from "../../text/posts";
import { AttachField } from "./AttachField";
import { hindrance, sizeOf, tagsIn } from "./select";
import "../controls/ask.css";

interface Typed {
  readonly text: string;
  readonly tags: string;
  readonly attachments: readonly string[];
}
const nothing: Typed = { text: "", tags: "", attachments: [] };
/* Of a new post, for as long as the page is open. */
const draft = signal(nothing);

const typedOf = ({ text, tags, attachments }: Post): Typed => ({ text, tags: tags.join(" "), attachments });

/* Nobody counts bytes before there are many of them. */
const tellsBytesFrom = postTextMax / 2;

interface PostFormProps {
  /** The version that is edited; null for a new post. */
  before: Post | null;
  onEnd: (told: string) => void;
}

export function PostForm({ before, onEnd }: PostFormProps) {
  const leave = () => onEnd("");
  const modal = useModal(leave);
  const [typed, setTyped] = useState(before === null ? draft.peek() : typedOf(before));
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const waiting = isWaiting();
  const size = sizeOf(typed.text);
  const type = (some: Partial<Typed>) => {
    const next = { ...typed, ...some };
    setTyped(next);
    setTold("");
    if (before === null) draft.value = next;
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (waiting || busy) return;
    const { text, tags, attachments } = typed;
    const post = { text, tags: tagsIn(tags), attachments };
    const hindered = hindrance(post);
    if (hindered !== null) return setTold(hindered);
    setBusy(true);
    setRefusal(null);
    const answer = await writePost(post, before?.of ?? null);
    setBusy(false);
    if (answer !== null) return setRefusal(answer);
    if (before === null) draft.value = nothing;
    onEnd(words.written);
  };
  return (
    <dialog {...modal} class="ask post-form" aria-labelledby="post-form-title">
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="post-form-title">{before === null ? words.formTitle : words.editTitle}</h2>
        <label class="post-field">
          {words.textLabel}
          <textarea
            class="text-field"
            rows={6}
            dir="auto"
            value={typed.text}
            aria-describedby="post-text-note"
            onInput={(event) => type({ text: event.currentTarget.value })}
          />
        </label>
        <p id="post-text-note" class="ask-note">
          {before === null ? words.publicNote : words.editNote} {isOff.value && words.offNote}{" "}
          {size > tellsBytesFrom && (
            <span class={size > postTextMax ? "warn-words" : ""}>{words.bytesLeft(postTextMax - size)}</span>
          )}
        </p>
        <label class="post-field">
          {words.tagsField}
          <input
            class="text-field"
            autocomplete="off"
            autocapitalize="off"
            value={typed.tags}
            aria-describedby="post-tags-note"
            onInput={(event) => type({ tags: event.currentTarget.value })}
          />
        </label>
        <p id="post-tags-note" class="ask-note">
          {words.tagsHint}
        </p>
        <AttachField attached={typed.attachments} onChange={(attachments) => type({ attachments })} />
        {refusal !== null && <RefusalLine refusal={refusal} />}
        <p role="status" class={told === "" ? "hidden-words" : "warn-words"}>
          {told}
        </p>
        <footer>
          <p>{waiting ? waits : ""}</p>
          <button type="button" class="button" onClick={leave}>
            {words.cancel}
          </button>
          <button type="submit" class="button deed" aria-disabled={waiting || busy}>
            {busy ? words.doing : before === null ? words.post : words.saveEdit}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
