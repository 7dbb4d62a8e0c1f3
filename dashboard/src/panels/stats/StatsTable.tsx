/* SPDX-License-Identifier: Apache-2.0 */
import type { Sample } from "../../data/samples";
import { clock, count, millis, percent, rateText } from "../../text/format";
import * as words from "../../text/stats";
import { statsRows } from "./table_rows";

/** The same points as the charts, for reading instead of looking. */
export function StatsTable({ points }: { points: readonly Sample[] }) {
  return (
    <div class="stats-table" role="region" aria-label={words.tableLabel} tabIndex={0}>
      <table>
        <caption>{words.tableLabel}</caption>
        <thead>
          <tr>
            {words.tableHeads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {statsRows(points).map(({ at, sample }) => (
            <tr key={at}>
              <th scope="row">{clock(at)}</th>
              <td>{count(sample.links)}</td>
              <td>{rateText(sample.inRate)}</td>
              <td>{rateText(sample.outRate)}</td>
              <td>{millis(sample.roundTrip)}</td>
              <td>{millis(sample.slowest)}</td>
              <td>{percent(sample.loss)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
