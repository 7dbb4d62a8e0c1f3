/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs of a strength, one by one, in the opened row. */

import { strengthWeights } from "skep-defs:strength";
import { strengthWord } from "../data/health";
import type { StrengthInputs } from "../data/model";
import { strengthInputs } from "./strength";
import "./meter_line.css";

/** The input whose lack costs the strength most; null when none costs anything. */
export function worstInput(inputs: StrengthInputs): keyof StrengthInputs | null {
  const cost = (name: keyof StrengthInputs): number =>
    (100 - (inputs[name] ?? 100)) * strengthWeights[name];
  const worst = [...strengthInputs].sort((a, b) => cost(b) - cost(a))[0];
  return worst === undefined || cost(worst) === 0 ? null : worst;
}

interface MeterLineProps {
  name: string;
  weight: number;
  value: number | null;
  measured: string;
}

/** One input in the opened row: name, a bar as long as it weighs, value, what was measured. */
export function MeterLine({ name, weight, value, measured }: MeterLineProps) {
  const length = 2 * weight;
  return (
    <>
      <dt>{name}</dt>
      <dd class={`meter-line meter-${strengthWord(value)}`}>
        <svg viewBox="0 0 70 5" aria-hidden="true" focusable="false">
          <rect class="well" x="0" y="0" width={length} height="5" rx="2" />
          {value !== null && (
            <rect class="level" x="0" y="0" width={(length * value) / 100} height="5" rx="2" />
          )}
        </svg>
        <b>{value ?? "—"}</b>
        <span>{measured}</span>
      </dd>
    </>
  );
}
