/* SPDX-License-Identifier: Apache-2.0 */
import { range, stepMs } from "../../data/past";
import type { Sample } from "../../data/samples";
import { clock, count, millis, momentText, percent, rateText, span } from "../../text/format";
import { level } from "../../text/history";
import * as words from "../../text/stats_table";
import { statsRows } from "./table_rows";
import { points } from "./window";

/** Of a stretch: its figure, and the worst within it. */
function figureAnd(
  text: (value: number | null) => string,
  value: number | null,
  peak: number | null | undefined,
): string {
  return peak == null || value === null || peak <= value ? text(value) : words.upTo(text(value), text(peak));
}

function Row({ at, sample }: { at: number; sample: Sample }) {
  const { peaks, links, inRate, outRate, roundTrip, slowest, loss, health } = sample;
  return (
    <tr>
      <th scope="row">{range.value === "15m" ? clock(at) : momentText(at, range.value)}</th>
      <td>{count(links)}</td>
      <td>{figureAnd(rateText, inRate, peaks?.inRate)}</td>
      <td>{figureAnd(rateText, outRate, peaks?.outRate)}</td>
      <td>{millis(roundTrip)}</td>
      <td>{figureAnd(millis, slowest, peaks?.slowest)}</td>
      <td>{figureAnd(percent, loss, peaks?.loss)}</td>
      <td>{level(health)}</td>
    </tr>
  );
}

/** The same points as the charts, for reading instead of looking. */
export function StatsTable() {
  const label = words.tableLabel(span(stepMs.value));
  const heads = range.value === "15m" ? words.tableHeads : words.keptHeads;
  return (
    <div class="stats-table" role="region" aria-label={label} tabIndex={0}>
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {statsRows(points.value, stepMs.value).map(({ at, sample }) => (
            <Row key={at} at={at} sample={sample} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
