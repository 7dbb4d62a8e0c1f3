/* SPDX-License-Identifier: Apache-2.0 */
import { computed } from "@preact/signals";
import { useState } from "preact/hooks";
import { acts, links, node, now, peers } from "../../data/store";
import { width } from "../../data/view";
import { CopyButton, Choice, SearchField } from "../../parts/controls";
import { useHold, useOrder } from "../../parts/hold";
import { Icon } from "../../parts/icon";
import { Awaited, Panel, StaleStamp } from "../../parts/panel";
import { shortSpan } from "../../text/format";
import * as words from "../../text/peers";
import { form, peerPlace } from "../controls/deeds";
import { RefusedAmong } from "../controls/TargetDeed";
import { csvOf } from "./csv";
import { peerMenu } from "./menu";
import { PeersTable } from "./PeersTable";
import {
  countGroups,
  type Filter,
  filterRows,
  groupOrder,
  noFilter,
  type PeerRow,
  peerRows,
  type Sort,
  sortRows,
} from "./rows";
import "./peers.css";
import "./peers_table.css";
import "./peer_cells.css";

const rows = computed(() => peerRows(links.value.values(), peers.value));
const keyOf = (row: PeerRow): string => row.key;
const weakestFirst: Sort = { column: "strength", falling: false };

interface FiltersProps {
  filter: Filter;
  onChange: (filter: Filter) => void;
  changed: number;
  shown: readonly PeerRow[];
}

function Filters({ filter, onChange, changed, shown }: FiltersProps) {
  const all = rows.value;
  const counts = countGroups(all);
  const paths = ["lan", "direct", "relayed"] as const;
  const inUse = paths.filter((path) =>
    all.some((row) => row.group === "connected" && row.link?.path === path),
  );
  return (
    <div class="peer-filters">
      <SearchField
        id="find-peer"
        label={words.findLabel}
        placeholder={words.findPlaceholder}
        value={filter.text}
        onInput={(text) => onChange({ ...filter, text })}
      />
      <Choice
        label={words.filterLabel}
        value={filter.group}
        onChoose={(group) => onChange({ ...filter, group })}
        options={[
          ["all", `${words.groupFilter.all} ${all.length}`],
          ...groupOrder.map((group) => [group, `${words.groups[group]} ${counts[group]}`] as const),
        ]}
      />
      {width.value !== "phone" && (inUse.length > 1 || filter.path !== "any") && (
        <Choice
          label={words.pathFilterLabel}
          value={filter.path}
          onChoose={(path) => onChange({ ...filter, path })}
          options={[
            ["any", words.pathFilter.any],
            ...inUse.map((path) => [path, words.pathFilter[path]] as const),
          ]}
        />
      )}
      <span class="peer-tools">
        {changed > 0 && <span class="badge">{words.orderHeld(changed)}</span>}
        <CopyButton
          text={() => csvOf(shown)}
          label={words.copyCsv}
          words={words.copyCsv}
          doneWords={words.csvCopied(shown.length)}
        />
      </span>
    </div>
  );
}

function Empty() {
  const startedAt = node.value?.startedAt ?? null;
  return (
    <div class="empty">
      <Icon name="relayed" />
      <p class="empty-title">{words.emptyTitle}</p>
      <p>
        {startedAt !== null && `${words.emptyStarted(shortSpan(now.value - startedAt))} `}
        {words.emptyNext}
      </p>
    </div>
  );
}

function Legend() {
  return (
    <ul class="peer-legend">
      <li>
        <Icon name="direct" />
        {words.legend.direct}
      </li>
      <li>
        <Icon name="relayed" />
        {words.legend.relayed}
      </li>
      <li>
        <Icon name="home" />
        {words.legend.lan}
      </li>
      <li>{words.legend.pairs}</li>
      <li>{words.legend.proof}</li>
    </ul>
  );
}

function Body() {
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [sort, setSort] = useState<Sort>(weakestFirst);
  const { held, watch } = useHold();
  const found = filterRows(rows.value, filter);
  const way = `${sort.column} ${sort.falling} ${JSON.stringify(filter)}`;
  const order = useOrder(found, (all) => sortRows(all, sort), keyOf, held || peerMenu.value !== null, way);
  if (rows.value.length === 0) return <Empty />;
  return (
    <>
      <Filters filter={filter} onChange={setFilter} changed={order.changed} shown={order.rows} />
      {order.rows.length === 0 ? (
        <p class="panel-body">
          {words.nothingMatches}{" "}
          <button type="button" class="link-button" onClick={() => setFilter(noFilter)}>
            {words.clearFilters}
          </button>
        </p>
      ) : (
        <div {...watch}>
          <PeersTable rows={order.rows} total={rows.value.length} sort={sort} onSort={setSort} />
        </div>
      )}
      <Legend />
    </>
  );
}

export function Peers() {
  const known = node.value !== null;
  const counts = countGroups(rows.value);
  return (
    <Panel
      id="peers"
      title={words.title}
      note={known ? words.summary(counts.connected, counts.trying, counts.not) : undefined}
      stamp={
        <>
          <StaleStamp />
          {acts.value && (
            <button
              type="button"
              class="button"
              onClick={() => {
                form.value = { kind: "connect" };
              }}
            >
              {words.connectTo}
            </button>
          )}
        </>
      }
    >
      <RefusedAmong prefix={peerPlace("")} />
      {known ? <Body /> : <Awaited lines={3} />}
    </Panel>
  );
}
