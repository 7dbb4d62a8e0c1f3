/* SPDX-License-Identifier: Apache-2.0 */
/* The question before a post is deleted: nothing brings its text back. */

import { useState } from "preact/hooks";
import type { Refusal } from "../../data/operations";
import { deletePost, type Post } from "../../data/posts";
import { isWaiting } from "../../parts/deed";
import { useModal } from "../../parts/modal";
import { waits } from "../../text/operations";
import * as words from "../../text/posts";
import { RefusalLine } from "../content/FetchById";
import "../controls/ask.css";

export function DeletePost({ post, onEnd }: { post: Post; onEnd: (told: string) => void }) {
  const leave = () => onEnd("");
  const modal = useModal(leave);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const waiting = isWaiting();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (waiting || busy) return;
    setBusy(true);
    const answer = await deletePost(post.of);
    setBusy(false);
    setRefusal(answer);
    if (answer === null) onEnd(words.youDeleted);
  };
  return (
    <dialog {...modal} class="ask" aria-labelledby="delete-post-title">
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="delete-post-title">{words.deleteTitle}</h2>
        <p class="post-quoted">
          <bdi>{words.startOf(post)}</bdi>
        </p>
        <p>{words.deleteMeans}</p>
        {refusal !== null && <RefusalLine refusal={refusal} />}
        <footer>
          <p>{waiting ? waits : ""}</p>
          <button type="button" class="button" onClick={leave}>
            {words.keep}
          </button>
          <button type="submit" class="button deed cutting" aria-disabled={waiting || busy}>
            {busy ? words.deleting : words.deleteDeed}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
