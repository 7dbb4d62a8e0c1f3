/* SPDX-License-Identifier: Apache-2.0 */
/* Switches and buttons that change the node. While the page is stale, or their call is on its way,
 * they stay where they are and wait: dashed, with the reason in words. */

import type { ComponentChildren } from "preact";
import { type Refusal, refusalAt } from "../data/operations";
import { freshness } from "../data/store";
import { capital } from "../text/format";
import { off, on, waits } from "../text/operations";
import { Icon } from "./icon";
import "./deed.css";

export function isWaiting(): boolean {
  return freshness.value !== "live";
}

interface DeedProps {
  label: string;
  class?: string;
  busy: boolean;
  onPress: () => void;
  children: ComponentChildren;
}

export function DeedButton({ label, class: extra, busy, onPress, children }: DeedProps) {
  const waiting = isWaiting();
  return (
    <button
      type="button"
      class={`button ${extra ?? ""}`}
      aria-label={waiting ? `${label}; ${waits}` : label}
      aria-disabled={waiting || busy}
      title={waiting ? waits : undefined}
      onClick={(event) => {
        if (waiting || busy) return;
        // The button may leave with what it did: the focus stays on its line.
        event.currentTarget.closest<HTMLElement>("li")?.focus();
        onPress();
      }}
    >
      {children}
    </button>
  );
}

interface SwitchProps {
  /** Of the elements that hold its name and its meaning. */
  labelId: string;
  describedBy: string;
  isOn: boolean;
  /** What is being done to it, or null. */
  doing: string | null;
  onPress: () => void;
}

export function Switch({ labelId, describedBy, isOn, doing, onPress }: SwitchProps) {
  const waiting = isWaiting();
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={isOn}
      aria-labelledby={labelId}
      aria-describedby={describedBy}
      aria-disabled={waiting || doing !== null}
      title={waiting ? waits : undefined}
      onClick={() => !waiting && doing === null && onPress()}
    >
      <span>{doing ?? (isOn ? on : off)}</span>
      <span class="switch-track" />
    </button>
  );
}

function Why({ title, detail }: Refusal) {
  return (
    <p class="deed-refused" role="alert">
      <Icon name="error" class="bad" />
      <span>
        <b>{title}.</b> {detail}
      </span>
    </p>
  );
}

/** Under the control that was refused: why, in the daemon's words. */
export function Refused({ place }: { place: string }) {
  const refusal = refusalAt(place);
  return refusal === null ? null : <Why {...refusal} />;
}

/** The same, in the form that asked and keeps the answer itself. */
export function RefusalLine({ refusal: { title, detail } }: { refusal: Refusal }) {
  return <Why title={title} detail={capital(detail)} />;
}
