/* SPDX-License-Identifier: Apache-2.0 */
import type { DoctorStep, StepResult, Visit } from "../../data/doctor";
import type { IconName } from "../../parts/icon";
import * as words from "../../text/doctor";

export const marks: Readonly<Record<StepResult, IconName>> = {
  ok: "check",
  note: "notice",
  warning: "alert",
  problem: "error",
};

function countOf(steps: readonly DoctorStep[], result: StepResult): number {
  return steps.filter((step) => step.result === result).length;
}

/** What is said below the steps; empty before anything is known. */
export function tellingOf({ phase, steps }: Visit): string {
  if (phase === "asked" || phase === "working") return words.working;
  if (phase === "refused") return "";
  return words.outcome(countOf(steps, "problem"), countOf(steps, "warning"), steps.length);
}
