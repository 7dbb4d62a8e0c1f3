/* SPDX-License-Identifier: Apache-2.0 */
/* The question before this node lets go of a file: who else holds it decides whether it can come back. */

import { useState } from "preact/hooks";
import { removeFile } from "../../data/content";
import type { StoredFile } from "../../data/stored_file";
import { nameOf } from "../../text/content";
import * as words from "../../text/removal";
import { Question } from "../controls/Question";

/** The button goes with the file, so that the focus is given to its row. */
export function RemoveFile({ file }: { file: StoredFile }) {
  const [isAsked, setAsked] = useState(false);
  const [told, setTold] = useState("");
  const name = nameOf(file);
  const end = (isRemoved: boolean) => {
    setAsked(false);
    if (!isRemoved) return;
    setTold(words.removed(name));
    setTimeout(() => document.querySelector<HTMLElement>(".file-opened .row-button")?.focus());
  };
  return (
    <>
      {file.state !== "known" && (
        <button type="button" class="button quiet-button" aria-label={words.askOf(name)} onClick={() => setAsked(true)}>
          {words.ask}
        </button>
      )}
      <span role="status" class="hidden-words">
        {told}
      </span>
      {isAsked && (
        <Question
          title={words.title}
          deed={words.deed}
          doing={words.doing}
          act={() => removeFile(file.id, words.isLastCopy(file))}
          onEnd={end}
        >
          <p>
            <bdi>{name}</bdi>
          </p>
          <p>{words.means(file)}</p>
        </Question>
      )}
    </>
  );
}
