/* SPDX-License-Identifier: Apache-2.0 */
/* How much of something is done, as a bar. Without a share nobody knows how much: its track is dashed. */

import "./bar.css";

interface BarProps {
  label: string;
  /** 0..1 */
  share: number | null;
  /** What a screen reader says of it. */
  words: string;
  /** Of a level that stays, not of something on its way. */
  isMeter?: boolean;
}

export function Bar({ label, share, words, isMeter = false }: BarProps) {
  const percent = share === null ? undefined : Math.floor(100 * share);
  return (
    <svg
      class={`bar ${share === null ? "bar-unknown" : ""}`}
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      role={isMeter ? "meter" : "progressbar"}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={words}
      focusable="false"
    >
      <rect class="bar-track" width="100" height="4" />
      {share !== null && <rect class="bar-done" width={100 * share} height="4" />}
    </svg>
  );
}
