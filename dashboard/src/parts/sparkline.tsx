/* SPDX-License-Identifier: Apache-2.0 */
import { type Frame, type Point, sparkEnd, sparkPath, thin } from "./spark";
import "./sparkline.css";

interface SparklineProps {
  points: readonly Point[];
  /** Drawn thinner, behind. */
  behind?: readonly Point[];
  from: number;
  to: number;
  width: number;
  height: number;
  tone?: "in" | "out" | "warn" | "ink";
}

/** A line, a dot for now, a base line at zero. It is decoration beside the figure it belongs to. */
export function Sparkline({ points, behind = [], tone = "ink", ...size }: SparklineProps) {
  const top = Math.max(...[...points, ...behind].map((point) => point.value ?? 0), 0);
  const frame: Frame = { ...size, top: top * 1.1 };
  const limit = size.width;
  const end = sparkEnd(points, frame);
  return (
    <svg
      class={`spark spark-${tone}`}
      width={size.width + 6}
      height={size.height + 6}
      viewBox={`-1 -3 ${size.width + 6} ${size.height + 6}`}
      aria-hidden="true"
      focusable="false"
    >
      <path class="base" d={`M0 ${size.height}H${size.width}`} />
      <path class="behind" d={sparkPath(thin(behind, limit), frame)} />
      <path class="line" d={sparkPath(thin(points, limit), frame)} />
      {end !== null && <circle class="end" cx={end.x} cy={end.y} r="2" />}
    </svg>
  );
}
