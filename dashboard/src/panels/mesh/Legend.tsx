/* SPDX-License-Identifier: Apache-2.0 */
import * as words from "../../text/mesh";

/* Each sign as it is drawn, on a field of 34 by 12. */
const signs: readonly (readonly [keyof typeof words.legend, string, string])[] = [
  ["own", "sign-own", "M1 6H33"],
  ["weak", "sign-weak", "M1 6H24M25 6a4 4 0 1 0 8 0a4 4 0 1 0 -8 0"],
  ["relayed", "sign-relayed", "M1 6H33"],
  ["reported", "sign-reported", "M1 6H33"],
  ["old", "sign-old", "M1 6H33"],
  ["bridge", "sign-bridge", "M1 6H33M14 1V11M20 1V11"],
  ["single", "sign-single", "M12 6a5 5 0 1 0 10 0a5 5 0 1 0 -10 0"],
  ["ring", "sign-ring", "M3 6a14 5 0 1 0 28 0a14 5 0 1 0 -28 0"],
];

export function Legend() {
  return (
    <ul class="mesh-legend" aria-label={words.legendLabel}>
      {signs.map(([name, sign, path]) => (
        <li key={name}>
          <svg class={sign} viewBox="0 0 34 12" aria-hidden="true" focusable="false">
            <path d={path} />
          </svg>
          {words.legend[name]}
        </li>
      ))}
    </ul>
  );
}
