/* SPDX-License-Identifier: Apache-2.0 */
/* The frame every panel has: a named section, a heading, a stamp at the right, a body. It draws
 * the loading and the offline state, so that no panel has to invent its own. */

import type { ComponentChildren } from "preact";
import { asOf, freshness, openFor } from "../data/store";
import { asOfClock, noAnswerYet, waitingFor } from "../text/common";
import { span, unknown } from "../text/format";
import "./panel.css";

interface PanelProps {
  id: string;
  title: string;
  note?: ComponentChildren;
  stamp?: ComponentChildren;
  children: ComponentChildren;
}

export function Panel({ id, title, note, stamp, children }: PanelProps) {
  return (
    <section class="panel" id={id} aria-labelledby={`${id}-title`}>
      <header class="panel-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {note !== undefined && <p class="panel-note">{note}</p>}
        <div class="panel-stamp">{stamp}</div>
      </header>
      {children}
    </section>
  );
}

/** Stands where a panel's figures will be. After 2 s it says what is awaited. */
export function Awaited({ lines }: { lines: number }) {
  if (freshness.value === "offline") return <p class="panel-body quiet">{noAnswerYet}</p>;
  return (
    <div class="panel-body">
      {Array.from({ length: lines }, (_, line) => (
        <div class="awaited" key={line}>
          <span class="block block-figure" />
          <span class="block block-line" />
        </div>
      ))}
      {openFor.value > 2_000 && <p class="quiet">{waitingFor(span(openFor.value))}</p>}
    </div>
  );
}

interface FigureProps {
  value: string;
  unit?: string;
  tone?: "in" | "out" | "warn" | undefined;
}

/** A figure with its unit; a dash when it is not known. */
export function Figure({ value, unit, tone }: FigureProps) {
  return (
    <span class={`figure ${tone === undefined ? "" : `tone-${tone}`}`}>
      <b>{value}</b>
      {unit !== undefined && unit !== "" && value !== unknown && <span class="unit"> {unit}</span>}
    </span>
  );
}

/** Under every figure while the page is stale: the moment it was true. */
export function StaleStamp() {
  if (freshness.value !== "stale" || asOf.value === null) return null;
  return <p class="stale-stamp">{asOfClock(asOf.value)}</p>;
}

export function Hidden({ children }: { children: ComponentChildren }) {
  return <span class="hidden-words">{children}</span>;
}
