/* SPDX-License-Identifier: Apache-2.0 */
/* What pressing a switch does: at once, after a form, or after a question with the way back open. */

import type { Control, Operation } from "../../data/model_control";
import { capital } from "../../text/format";
import { byItself, inTime, switches } from "../../text/operations";
import { timeLeft } from "../operations/select";

/** Actions that a form comes before, with the length it proposes. */
export const forms: Readonly<Record<string, string>> = {
  "pause.all": "300000",
  "pause.inbound": "180000",
  "pause.outbound": "120000",
  "signaling.stop": "300000",
  "isolate.on": "",
};
/** Actions that a question comes before, with the way back open. */
export const questions = ["network.disable", "mesh.disable"];

export function asksFirst(action: string): boolean {
  return action in forms || questions.includes(action);
}

const actions: Readonly<Record<string, readonly [on: string, off: string]>> = {
  network: ["network.enable", "network.disable"],
  mesh: ["mesh.enable", "mesh.disable"],
  autoconnect: ["autoconnect.on", "autoconnect.off"],
  approval: ["approval.on", "approval.off"],
  signaling: ["signaling.resume", "signaling.stop"],
  isolate: ["isolate.on", "isolate.off"],
  "pause-inbound": ["pause.inbound", "resume"],
  "pause-outbound": ["pause.outbound", "resume"],
  "pause-all": ["pause.all", "resume"],
};

export type Press =
  | { readonly kind: "action"; readonly action: string }
  | { readonly kind: "revert"; readonly id: string };

/** One pause ends by taking it back; `resume` ends all of them, which is for a pause that taking
 * back would leave on. */
export function pressOf(control: Control, operations: readonly Operation[] | null): Press {
  const [on = "", off = ""] = actions[control.name] ?? [];
  if (!control.on) return { kind: "action", action: on };
  const holder = operations?.find(({ id }) => id === control.operation);
  const setting = holder?.settings.find(({ control: name }) => name === control.name);
  if (off === "resume" && holder !== undefined && setting?.wasOn === false)
    return { kind: "revert", id: holder.id };
  return { kind: "action", action: off };
}

/** Those this page can throw, in its own order. */
export function shownControls(controls: readonly Control[]): readonly Control[] {
  return Object.keys(switches).flatMap((name) => controls.filter((row) => row.name === name));
}

/** The meaning of a switch, or in its place when it ends by itself. */
export function meaning(
  control: Control,
  operations: readonly Operation[] | null,
  now: number,
): { readonly words: string; readonly isTimed: boolean } {
  const holder = operations?.find(({ id }) => id === control.operation);
  const left = holder === undefined ? null : timeLeft(holder, now);
  if (holder === undefined || left === null)
    return { words: switches[control.name]?.[1] ?? "", isTimed: false };
  const words = inTime(byItself(holder), left);
  return { words: capital(words), isTimed: true };
}
