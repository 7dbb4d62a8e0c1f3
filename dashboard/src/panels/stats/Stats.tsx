/* SPDX-License-Identifier: Apache-2.0 */
import { computed } from "@preact/signals";
import { linkFigures } from "../../data/health";
import { links, node, openFor, samples } from "../../data/store";
import { statsView } from "../../data/view";
import { Choice } from "../../parts/controls";
import { Awaited, Panel } from "../../parts/panel";
import { wholeSpan } from "../../text/format";
import * as words from "../../text/stats";
import { HealthStrip } from "./HealthStrip";
import { Bandwidth, Loss, RoundTrip } from "./StatsFigures";
import { Links } from "./StatsLinks";
import { StatsTable } from "./StatsTable";
import "./stats.css";

export const figures = computed(() => linkFigures(links.value.values()));

function note(): string {
  const open = openFor.value;
  return open >= 15 * 60_000 ? words.lastQuarter : words.sinceOpened(wholeSpan(open));
}

export function Stats() {
  const known = node.value !== null;
  const view = statsView.value;
  const choice = (
    <Choice
      label={words.viewLabel}
      options={[
        ["picture", words.views.charts],
        ["table", words.views.table],
      ]}
      value={view}
      onChoose={(next) => (statsView.value = next)}
    />
  );
  return (
    <Panel id="stats" title={words.title} note={known ? note() : undefined} stamp={choice}>
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
      {known && view === "table" && <StatsTable points={samples.value.points} />}
    </Panel>
  );
}
