/* SPDX-License-Identifier: Apache-2.0 */
/* The question before a post is deleted: nothing brings its text back. */

import { deletePost, type Post } from "../../data/posts";
import * as words from "../../text/posts";
import { Question } from "../controls/Question";

export function DeletePost({ post, onEnd }: { post: Post; onEnd: (told: string) => void }) {
  return (
    <Question
      title={words.deleteTitle}
      deed={words.deleteDeed}
      doing={words.deleting}
      act={() => deletePost(post.of)}
      onEnd={(isDeleted) => onEnd(isDeleted ? words.youDeleted : "")}
    >
      <p class="post-quoted">
        <bdi>{words.startOf(post)}</bdi>
      </p>
      <p>{words.deleteMeans}</p>
    </Question>
  );
}
