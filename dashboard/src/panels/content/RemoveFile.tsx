/* SPDX-License-Identifier: Apache-2.0 */
/* The question before this node lets go of a file: who else holds it decides whether it can come back. */

import { useState } from "preact/hooks";
import { removeFile } from "../../data/content";
import type { Refusal } from "../../data/operations";
import type { StoredFile } from "../../data/stored_file";
import { isWaiting } from "../../parts/deed";
import { useModal } from "../../parts/modal";
import { nameOf } from "../../text/content";
import { waits } from "../../text/operations";
import * as words from "../../text/removal";
import { RefusalLine } from "./FetchById";
import "../controls/ask.css";

function Question({ file, onEnd }: { file: StoredFile; onEnd: (isRemoved: boolean) => void }) {
  const leave = () => onEnd(false);
  const modal = useModal(leave);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const waiting = isWaiting();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (waiting || busy) return;
    setBusy(true);
    const answer = await removeFile(file.id, words.isLastCopy(file));
    setBusy(false);
    setRefusal(answer);
    if (answer === null) onEnd(true);
  };
  return (
    <dialog {...modal} class="ask" aria-labelledby="remove-file-title">
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="remove-file-title">{words.title}</h2>
        <p>
          <bdi>{nameOf(file)}</bdi>
        </p>
        <p>{words.means(file)}</p>
        {refusal !== null && <RefusalLine refusal={refusal} />}
        <footer>
          <p>{waiting ? waits : ""}</p>
          <button type="button" class="button" onClick={leave}>
            {words.keep}
          </button>
          <button type="submit" class="button deed cutting" aria-disabled={waiting || busy}>
            {busy ? words.doing : words.deed}
          </button>
        </footer>
      </form>
    </dialog>
  );
}

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
      {isAsked && <Question file={file} onEnd={end} />}
    </>
  );
}
