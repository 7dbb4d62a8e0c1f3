/* SPDX-License-Identifier: Apache-2.0 */
/* Doing things: a press goes to the daemon, or opens the form that comes first. */

import { signal } from "@preact/signals";
import type { UserProof } from "../../data/model";
import type { Control, Operation, Target } from "../../data/model_control";
import { ask, askTarget, type AskTarget, keep, takeBack } from "../../data/operations";
import { operations } from "../../data/store";
import { deedOf, keeping, undoing } from "../../text/operations";
import { asksFirst, pressOf } from "./select";

/** Whom a block would be about, as far as it is known. */
export interface Subject {
  readonly nodeId: string | null;
  readonly userId: string | null;
  readonly userProof: UserProof | null;
}

/** The form that is open: of an action, with the place where it was pressed, which says what comes
 * of it; of a block; or to call somebody. */
export type Form =
  | { readonly kind: "action"; readonly action: string; readonly place: string }
  | { readonly kind: "block"; readonly subject: Subject | null }
  | { readonly kind: "connect" }
  | { readonly kind: "endpoint"; readonly place: string };

export const form = signal<Form | null>(null);

export function closeForm(): void {
  form.value = null;
}

export function askBlock(subject: Subject | null): void {
  form.value = { kind: "block", subject };
}

export function start(place: string, action: string): void {
  if (asksFirst(action)) form.value = { kind: "action", action, place };
  else void ask(place, deedOf(action).doing, { action });
}

/** Does something to somebody, at once. */
export function act(place: string, action: string, target: AskTarget): Promise<void> {
  return ask(place, deedOf(action).doing, { action, target });
}

/** Where the deeds of one peer say what comes of them. */
export const peerPlace = (nodeId: string): string => `peer ${nodeId}`;

/** What failed once more, as far as it is known what was asked for. */
export function tryAgain({ id, action, target }: Operation): void {
  if (target === null) start(id, action);
  else if (action === "block.add") askBlock({ ...target, userProof: proofOf(target) });
  else void act(id, action, askTarget(target));
}

function proofOf({ kind }: Target): UserProof {
  return kind === "user" ? "proven" : "claimed";
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
