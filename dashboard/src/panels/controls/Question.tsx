/* SPDX-License-Identifier: Apache-2.0 */
/* The question before a deed that cannot be undone here. It stays open until the node has done it, and says why
 * when it refuses. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Refusal } from "../../data/operations";
import { isWaiting, RefusalLine } from "../../parts/deed";
import { useModal } from "../../parts/modal";
import { keep } from "../../text/ask";
import { waits } from "../../text/operations";
import "./ask.css";

interface QuestionProps {
  title: string;
  /** The deed in the words of the button, before it is pressed and after. */
  deed: string;
  doing: string;
  /** Null: it is done. */
  act: () => Promise<Refusal | null>;
  onEnd: (isDone: boolean) => void;
  children: ComponentChildren;
}

export function Question({ title, deed, doing, act, onEnd, children }: QuestionProps) {
  const leave = () => onEnd(false);
  const modal = useModal(leave);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const waiting = isWaiting();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (waiting || busy) return;
    setBusy(true);
    const answer = await act();
    setBusy(false);
    setRefusal(answer);
    if (answer === null) onEnd(true);
  };
  return (
    <dialog {...modal} class="ask" aria-labelledby="question-title">
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="question-title">{title}</h2>
        {children}
        {refusal !== null && <RefusalLine refusal={refusal} />}
        <footer>
          <p>{waiting ? waits : ""}</p>
          <button type="button" class="button" onClick={leave}>
            {keep}
          </button>
          <button type="submit" class="button deed cutting" aria-disabled={waiting || busy}>
            {busy ? doing : deed}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
