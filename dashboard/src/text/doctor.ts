/* SPDX-License-Identifier: Apache-2.0 */
/* What the node's doctor says of one peer. */

import type { StepResult } from "../data/doctor";
import { count, plural } from "./format";

export const title = "From both ends";
export const about =
  "The node looks at its own blocks and controls, tries the peer's addresses, and asks the other end how it sees the link. It changes nothing.";
export const run = "Run doctor";
export const runAgain = "Run again";
export const labelOf = (word: string, who: string): string => `${word}: ${who}`;
export const working = "Looking…";
export const results: Readonly<Record<StepResult, string>> = {
  ok: "well",
  note: "to know",
  warning: "needs a look",
  problem: "problem",
};
export const adviceLead = "What to do: ";

export const unreadable = {
  title: "The diagnosis is gone",
  detail: "The node knows nothing of it any more: was it restarted? Run it again.",
} as const;

/** How it ended, in one line, also for those who listen. */
export function outcome(problems: number, warnings: number, steps: number): string {
  if (problems + warnings === 0) return `All ${plural(steps, "step", "steps")} are well.`;
  const bad = problems === 0 ? [] : [plural(problems, "problem", "problems")];
  const weak = warnings === 0 ? [] : [`${count(warnings)} to look at`];
  return `${[...bad, ...weak].join(", ")}, of ${plural(steps, "step", "steps")}.`;
}
