/* SPDX-License-Identifier: Apache-2.0 */
/* What comes before a deed that holds others back: its own fields, why, and what it would do, by a
 * dry run. The button repeats the deed; there is no second question after it. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Impact } from "../../data/model_control";
import { ask, type Ask, type Refusal, tryOut } from "../../data/operations";
import { isWaiting } from "../../parts/deed";
import { useModal } from "../../parts/modal";
import * as words from "../../text/ask";
import { deedOf, waits } from "../../text/operations";
import { closeForm } from "./deeds";
import { confirmMs, needsKeeping } from "./ask";
import "./ask.css";

const settleMs = 300;

type Told = { readonly value: Impact } | { readonly refusal: Refusal } | null;

/** The dry run of what the form says now, redone when it has not changed for a moment. */
function useImpact(what: Ask | null): Told {
  const [told, setTold] = useState<Told>(null);
  const asked = what === null ? null : JSON.stringify(what);
  useEffect(() => {
    if (what === null) return setTold(null);
    let isCurrent = true;
    const run = async () => {
      const answer = await tryOut(what);
      if (isCurrent) setTold(answer);
    };
    const timer = setTimeout(() => void run(), told === null ? 0 : settleMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [asked]);
  return told;
}

function ImpactBox({ told, missing }: { told: Told; missing: string | null }) {
  const impact = told !== null && "value" in told ? words.impactLines(told.value) : [];
  return (
    <div class="impact" aria-live="polite">
      <h3>{words.impactTitle}</h3>
      {told === null && <p>{missing ?? words.workingOut}</p>}
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

interface FormProps {
  title: string;
  /** What the form says now, without its reason; null while it does not say enough. */
  what: Ask | null;
  /** What it lacks then. */
  missing?: string;
  place: string;
  /** The deed in the words of the button. */
  deed: string;
  children?: ComponentChildren;
}

export function DeedForm({ title, what, missing, place, deed, children }: FormProps) {
  const modal = useModal(closeForm);
  const [reason, setReason] = useState("");
  const whole = what === null ? null : { ...what, reason };
  const told = useImpact(whole);
  const impact = told !== null && "value" in told ? told.value : null;
  const keeps = what !== null && needsKeeping(what.action, impact);
  const waiting = isWaiting();
  const submit = (event: Event) => {
    event.preventDefault();
    if (waiting || whole === null) return;
    closeForm();
    const confirm = keeps ? { confirmWithinMs: confirmMs } : {};
    void ask(place, deedOf(whole.action).doing, { ...whole, ...confirm });
  };
  return (
    <dialog
      {...modal}
      class="ask"
      aria-labelledby="ask-title"
    >
      <form onSubmit={submit}>
        <h2 id="ask-title">{title}</h2>
        {children}
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
        <ImpactBox told={told} missing={what === null ? (missing ?? null) : null} />
        <footer>
          <p id="ask-after">{waiting ? waits : keeps ? words.keepAfter : words.undoAfter}</p>
          <button type="button" class="button" onClick={closeForm}>
            {words.cancel}
          </button>
          <button
            type="submit"
            class={`button deed ${impact !== null && impact.linksCut > 0 ? "cutting" : ""}`}
            aria-disabled={waiting || what === null}
            aria-describedby="ask-after"
          >
            {deed}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
