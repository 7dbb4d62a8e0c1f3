/* SPDX-License-Identifier: Apache-2.0 */
import { useEffect, useRef, useState } from "preact/hooks";
import { assert_never } from "../../data/model";
import { singleKeys } from "../../data/keys";
import { latePart } from "../../data/late";
import { acts } from "../../data/store";
import { openDrawer, width } from "../../data/view";
import { isWaiting } from "../../parts/deed";
import { Late } from "../../parts/late";
import { stepRows } from "../../parts/row_steps";
import { showAll } from "../../text/common";
import { count } from "../../text/format";
import * as words from "../../text/peers";
import { act, askBlock, peerPlace } from "../controls/deeds";
import { type Column, columnsAt, groupHeight, rowHeight, sortColumnOf } from "./columns";
import { type TableEntry, tableEntries } from "./entries";
import { PeerLine } from "./PeerLine";
import { linkAction } from "./RowDeeds";
import type { Group, PeerRow, Sort } from "./rows";
import { sliceFor } from "./window";

interface TableProps {
  rows: readonly PeerRow[];
  /** Rows before filters and folding, for screen readers. */
  total: number;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/* Which way a first press sorts: the problem comes first. */
const fallsFirst: Partial<Record<string, boolean>> = { roundTrip: true, loss: true, traffic: true };

function HeadCell({
  column,
  sort,
  onSort,
}: { column: Column } & Pick<TableProps, "sort" | "onSort">) {
  const by = sortColumnOf(column);
  const head = words.heads[column];
  const title = Object.entries(words.headTitles).find(([name]) => name === column)?.[1];
  if (by === null) {
    const hidden = column === "open";
    return (
      <th scope="col" class={`col-${column}`} title={title}>
        {hidden ? <span class="hidden-words">{head}</span> : head}
      </th>
    );
  }
  const active = sort.column === by;
  const aria = active ? (sort.falling ? "descending" : "ascending") : "none";
  const press = () =>
    onSort({ column: by, falling: active ? !sort.falling : (fallsFirst[by] ?? false) });
  return (
    <th scope="col" class={`col-${column}`} aria-sort={aria} title={title}>
      <button type="button" class="sort-button" onClick={press}>
        {head}
        <span aria-hidden="true">{active ? (sort.falling ? " ↓" : " ↑") : ""}</span>
      </button>
    </th>
  );
}

/** What a letter does to the row that has the focus. */
const rowKeys: Readonly<Record<string, (row: PeerRow, nodeId: string) => void>> = {
  w: (_row, nodeId) => openDrawer("why", nodeId),
  b: (row) => {
    if (acts.value) askBlock(row);
  },
  x: (row, nodeId) => {
    if (linkAction(row) === "link.disconnect" && acts.value && !isWaiting())
      void act(peerPlace(nodeId), "link.disconnect", { nodeId });
  },
};

function press(
  event: KeyboardEvent & { currentTarget: HTMLElement },
  rows: readonly PeerRow[],
): void {
  if (stepRows(event)) return;
  if (!singleKeys.value || event.ctrlKey || event.metaKey || event.altKey) return;
  const line = event.target instanceof Element ? event.target.closest<HTMLElement>("tr") : null;
  const row = rows.find(({ key }) => key === line?.dataset["key"]);
  if (row === undefined || row.nodeId === null) return;
  rowKeys[event.key]?.(row, row.nodeId);
}

interface Sight {
  readonly top: number;
  readonly bottom: number;
}

/** Which stretch of the body can be seen, in its own pixels. */
function useSight(body: { readonly current: HTMLElement | null }): Sight {
  const [sight, setSight] = useState<Sight>({ top: 0, bottom: innerHeight });
  useEffect(() => {
    let asked = false;
    const measure = () => {
      asked = false;
      const top = -(body.current?.getBoundingClientRect().top ?? 0);
      setSight((old) => (Math.abs(old.top - top) < 40 ? old : { top, bottom: top + innerHeight }));
    };
    const ask = () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(measure);
    };
    addEventListener("scroll", ask, { passive: true });
    addEventListener("resize", ask);
    measure();
    return () => {
      removeEventListener("scroll", ask);
      removeEventListener("resize", ask);
    };
  }, []);
  return sight;
}

function DetailRow({
  row,
  span,
  onHeight,
}: {
  row: PeerRow;
  span: number;
  onHeight: (h: number) => void;
}) {
  const place = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (place.current !== null) onHeight(place.current.offsetHeight);
  }, [latePart.value]);
  return (
    <tr class="detail-row" ref={place}>
      <td colSpan={span}>
        <Late draw={({ PeerDetail }) => <PeerDetail row={row} />} />
      </td>
    </tr>
  );
}

export function PeersTable({ rows, total, sort, onSort }: TableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const [whole, setWhole] = useState<ReadonlySet<Group>>(new Set());
  const [detail, setDetail] = useState(190);
  const sight = useSight(body);
  const columns = columnsAt[width.value];
  const span = columns.length;
  const heights = { row: rowHeight[width.value], group: groupHeight, detail };
  const entries = tableEntries(rows, opened, whole, heights);
  const slice = sliceFor(entries, sight.top, sight.bottom);

  const toggle = (key: string) => setOpened((old) => (old === key ? null : key));
  const toggleWhole = (group: Group) => {
    const next = new Set(whole);
    if (!next.delete(group)) next.add(group);
    setWhole(next);
  };
  const draw = (entry: TableEntry) => {
    switch (entry.kind) {
      case "group":
        return (
          <tr class="group-row" key={`group ${entry.group}`}>
            <th scope="colgroup" colSpan={span}>
              {words.groups[entry.group]} · {count(entry.count)}
            </th>
          </tr>
        );
      case "row":
        return (
          <PeerLine
            key={entry.row.key}
            row={entry.row}
            columns={columns}
            index={entry.index}
            opened={entry.row.key === opened}
            onToggle={toggle}
          />
        );
      case "detail":
        return (
          <DetailRow
            key={`detail ${entry.row.key}`}
            row={entry.row}
            span={span}
            onHeight={setDetail}
          />
        );
      case "rest":
        return (
          <tr class="rest-row" key={`rest ${entry.group}`}>
            <td colSpan={span}>
              <button type="button" class="link-button" onClick={() => toggleWhole(entry.group)}>
                {entry.whole ? words.showFewer : showAll(entry.count)}
              </button>
            </td>
          </tr>
        );
      default:
        return assert_never(entry);
    }
  };
  return (
    <table
      class={`peers-table peers-${width.value}`}
      aria-label={words.tableLabel}
      aria-rowcount={total + 1}
    >
      <thead>
        <tr aria-rowindex={1}>
          {columns.map((column) => (
            <HeadCell key={column} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={(event) => press(event, rows)}>
        <Space height={slice.above} />
        {entries.slice(slice.first, slice.end).map(draw)}
        <Space height={slice.below} />
      </tbody>
    </table>
  );
}

/** Stands for the rows that are not drawn. */
function Space({ height }: { height: number }) {
  return height === 0 ? null : (
    <tr class="space-row" aria-hidden="true" style={{ height: `${height}px` }} />
  );
}
