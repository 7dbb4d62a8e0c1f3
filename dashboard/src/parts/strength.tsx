/* SPDX-License-Identifier: Apache-2.0 */
/* Strength as four rising bars, and its four inputs as small meters. */

import { strengthWord, type StrengthWord } from "../data/health";
import type { StrengthInputs } from "../data/model";
import { meterSpoken, meters } from "../text/peers";
import { Hidden } from "./panel";
import "./strength.css";

function barsLit(strength: number | null): number {
  if (strength === null) return 0;
  if (strength >= 80) return 4;
  if (strength >= 65) return 3;
  return strength >= 50 ? 2 : 1;
}

export function StrengthBars({ strength, word }: { strength: number | null; word?: StrengthWord }) {
  const lit = barsLit(strength);
  return (
    <svg
      class={`bars bars-${word ?? strengthWord(strength)}`}
      viewBox="0 0 18 14"
      aria-hidden="true"
      focusable="false"
    >
      {[0, 1, 2, 3].map((bar) => (
        <rect
          key={bar}
          class={bar < lit ? "lit" : "unlit"}
          x={bar * 4.8}
          y={10 - bar * 3.3}
          width="3"
          height={4 + bar * 3.3}
          rx="0.8"
        />
      ))}
    </svg>
  );
}

/** In the order in which they are shown. */
export const strengthInputs = ["delay", "loss", "jitter", "handshakeAge"] as const;

export function Meters({ inputs }: { inputs: StrengthInputs }) {
  return (
    <span class="meters">
      <svg viewBox="0 0 62 4" aria-hidden="true" focusable="false">
        {strengthInputs.map((name, at) => {
          const value = inputs[name];
          return (
            <g key={name} class={`meter-${strengthWord(value)}`}>
              <rect class="well" x={at * 16} y="0" width="14" height="4" rx="1" />
              {value !== null && (
                <rect class="level" x={at * 16} y="0" width={0.14 * value} height="4" rx="1" />
              )}
            </g>
          );
        })}
      </svg>
      <Hidden>{meterSpoken(strengthInputs.map((name) => [meters[name], inputs[name]]))}</Hidden>
    </span>
  );
}
