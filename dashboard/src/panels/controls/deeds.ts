/* SPDX-License-Identifier: Apache-2.0 */
/* Doing things: a press goes to the daemon, or opens the form that comes first. */

import { signal } from "@preact/signals";
import type { Control } from "../../data/model";
import { ask, keep, takeBack } from "../../data/operations";
import { operations } from "../../data/store";
import { deedOf, keeping, undoing } from "../../text/operations";
import { asksFirst, pressOf } from "./select";

export interface Asked {
  readonly action: string;
  /** Where it was pressed: there it says what comes of it. */
  readonly place: string;
}

/** The action whose form is open. */
export const asked = signal<Asked | null>(null);

export function start(place: string, action: string): void {
  if (asksFirst(action)) asked.value = { action, place };
  else void ask(place, deedOf(action).doing, { action });
}

export function throwSwitch(control: Control): void {
  const press = pressOf(control, operations.value);
  if (press.kind === "action") start(control.name, press.action);
  else void takeBack(control.name, deedOf("resume").doing, press.id);
}

export function undo(id: string): void {
  void takeBack(id, undoing, id);
}

export function keepIt(id: string): void {
  void keep(id, keeping, id);
}
