/* SPDX-License-Identifier: Apache-2.0 */
import { kept, keptTrouble, lookingAt, range, ranges } from "../../data/past";
import { figures, node, openFor } from "../../data/store";
import { statsView, width } from "../../data/view";
import { Choice } from "../../parts/controls";
import { Late } from "../../parts/late";
import { Awaited, Panel } from "../../parts/panel";
import { wholeSpan } from "../../text/format";
import * as past from "../../text/history";
import * as words from "../../text/stats";
import { HealthStrip } from "./HealthStrip";
import { Bandwidth, Loss, RoundTrip } from "./StatsFigures";
import { Links } from "./StatsLinks";
import "./stats.css";

/** What the lines are made of. */
function note(): string {
  const which = range.value;
  const trouble = keptTrouble.value.get(which);
  const record = kept.value.get(which);
  if (which !== "15m") {
    if (record !== undefined) return past.keptBy(which);
    return trouble === undefined ? past.keptAwaited : past.keptMissing(trouble);
  }
  const open = openFor.value;
  if (open >= 15 * 60_000) return words.lastQuarter;
  const since = wholeSpan(open);
  return record === undefined ? words.sinceOpened(since) : words.sinceOpenedKept(since);
}

const rangeOptions = ranges.map((which) => [which, past.ranges[which]] as const);

/** Another stretch begins with its present. */
function choose(which: (typeof ranges)[number]): void {
  lookingAt.value = null;
  range.value = which;
}

function RangeChoice() {
  if (width.value !== "phone")
    return (
      <Choice label={past.rangeLabel} options={rangeOptions} value={range.value} onChoose={choose} />
    );
  return (
    <select
      class="text-field stats-range"
      aria-label={past.rangeLabel}
      value={range.value}
      onChange={({ currentTarget: { value } }) => choose(ranges.find((one) => one === value) ?? "15m")}
    >
      {rangeOptions.map(([which, name]) => (
        <option key={which} value={which}>
          {name}
        </option>
      ))}
    </select>
  );
}

export function Stats() {
  const known = node.value !== null;
  const view = statsView.value;
  const choices = (
    <>
      <RangeChoice />
      <Choice
        label={words.viewLabel}
        options={[
          ["picture", words.views.charts],
          ["table", words.views.table],
        ]}
        value={view}
        onChoose={(next) => (statsView.value = next)}
      />
    </>
  );
  return (
    <Panel id="stats" title={words.title} note={known ? note() : undefined} stamp={choices}>
      {!known && <Awaited lines={2} />}
      {known && <HealthStrip />}
      {known && (
        <div class="stats-grid">
          <Links figures={figures.value} />
          <Bandwidth />
          <RoundTrip figures={figures.value} />
          <Loss figures={figures.value} />
        </div>
      )}
      {known && view === "table" && (
        <Late draw={({ StatsTable }) => <StatsTable />} />
      )}
    </Panel>
  );
}
