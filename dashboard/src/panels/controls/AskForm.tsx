/* SPDX-License-Identifier: Apache-2.0 */
/* What comes before a deed that holds others back: for how long, why, and what it would do, by a
 * dry run. The button repeats the deed; there is no second question after it. */

import { useEffect, useState } from "preact/hooks";
import type { Impact } from "../../data/model";
import { ask, type Ask, type Refusal, tryOut } from "../../data/operations";
import { Choice } from "../../parts/controls";
import { isWaiting } from "../../parts/deed";
import { useModal } from "../../parts/modal";
import * as words from "../../text/ask";
import { deedOf, waits } from "../../text/operations";
import { type Asked, asked } from "./deeds";
import { confirmMs, needsKeeping, proposedLength } from "./select";
import "./ask.css";

const settleMs = 300;

type Told = { readonly value: Impact } | { readonly refusal: Refusal } | null;

/** The dry run of what the form says now, redone when it has not changed for a moment. */
function useImpact(what: Ask): Told {
  const [told, setTold] = useState<Told>(null);
  const { action, forMs, reason } = what;
  useEffect(() => {
    let isCurrent = true;
    const run = async () => {
      const answer = await tryOut({ action, forMs: forMs ?? null, reason: reason ?? "" });
      if (isCurrent) setTold(answer);
    };
    const timer = setTimeout(() => void run(), told === null ? 0 : settleMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [action, forMs, reason]);
  return told;
}

function ImpactBox({ told }: { told: Told }) {
  const impact = told !== null && "value" in told ? words.impactLines(told.value) : [];
  return (
    <div class="impact" aria-live="polite">
      <h3>{words.impactTitle}</h3>
      {told === null && <p>{words.workingOut}</p>}
      {told !== null && "refusal" in told && (
        <p>
          {told.refusal.title}. {told.refusal.detail}
        </p>
      )}
      <ul>
        {impact.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

function close(): void {
  asked.value = null;
}

function Form({ action, place }: Asked) {
  const dialog = useModal();
  const proposed = proposedLength(action);
  const [length, setLength] = useState(proposed ?? "");
  const [reason, setReason] = useState("");
  const what: Ask = { action, forMs: length === "" ? null : Number(length), reason };
  const told = useImpact(what);
  const impact = told !== null && "value" in told ? told.value : null;
  const keeps = needsKeeping(action, impact);
  const waiting = isWaiting();
  const submit = (event: Event) => {
    event.preventDefault();
    if (waiting) return;
    close();
    const confirm = keeps ? { confirmWithinMs: confirmMs } : {};
    void ask(place, deedOf(action).doing, { ...what, ...confirm });
  };
  return (
    <dialog
      ref={dialog}
      class="ask"
      aria-labelledby="ask-title"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <form onSubmit={submit}>
        <h2 id="ask-title">{words.question(action)}</h2>
        {proposed !== null && (
          <Choice
            label={words.forLabel}
            options={words.lengths}
            value={length}
            onChoose={setLength}
          />
        )}
        <label>
          {words.reasonLabel}
          <input
            class="text-field"
            autocomplete="off"
            maxLength={200}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <ImpactBox told={told} />
        <footer>
          <p id="ask-after">{waiting ? waits : keeps ? words.keepAfter : words.undoAfter}</p>
          <button type="button" class="button" onClick={close}>
            {words.cancel}
          </button>
          <button
            type="submit"
            class={`button deed ${impact !== null && impact.linksCut > 0 ? "cutting" : ""}`}
            aria-disabled={waiting}
            aria-describedby="ask-after"
          >
            {words.deedFor(action, length)}
          </button>
        </footer>
      </form>
    </dialog>
  );
}

export function AskForm() {
  const open = asked.value;
  return open === null ? null : <Form key={open.action} {...open} />;
}
