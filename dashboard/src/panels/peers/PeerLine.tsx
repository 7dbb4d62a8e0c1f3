/* SPDX-License-Identifier: Apache-2.0 */
/* One row of the table. It draws again when its own link or peer changed, of many rows at its turn
 * (data/turns.ts); ages and trends inside it follow the clock by themselves. */

import { computed, type ReadonlySignal } from "@preact/signals";
import { Component } from "preact";
import { useMemo } from "preact/hooks";
import { strengthWord } from "../../data/health";
import type { Link } from "../../data/model";
import { rowTurns } from "../../data/store";
import { type Column, joinedSpan } from "./columns";
import { FigureCell, JoinedCell, LearnedCell, PeerCell } from "./PeerCells";
import { RowDeeds } from "./RowDeeds";
import type { PeerRow } from "./rows";

/* Rows that lie next to each other have different turns. */
function turnOf(index: number) {
  const turn = rowTurns[index % rowTurns.length];
  if (turn === undefined) throw new RangeError(`no turn for row ${index}`);
  return turn;
}

interface LineProps {
  row: PeerRow;
  columns: readonly Column[];
  index: number;
  opened: boolean;
  onToggle: (key: string) => void;
}

function cellsOf(props: LineProps, now: ReadonlySignal<number>) {
  const { row, columns } = props;
  const { link } = row;
  const brief = !columns.includes("path");
  const figures = row.group === "connected" && link !== null;
  const joined = !figures && !brief;
  return columns.map((column, at) => {
    if (column === "peer") {
      return (
        <th key={column} scope="row" class="col-peer" colSpan={!figures && brief ? 2 : 1}>
          <PeerCell row={row} brief={brief} now={now} />
        </th>
      );
    }
    if (column === "open") {
      return (
        <td key={column} class="col-open">
          <RowDeeds row={row} opened={props.opened} onToggle={props.onToggle} />
        </td>
      );
    }
    if (column === "learned") {
      return (
        <td key={column} class="col-learned">
          <LearnedCell row={row} now={now} />
        </td>
      );
    }
    if (figures) {
      return (
        <td key={column} class={`col-${column}`}>
          <FigureCell column={column} link={link} now={now} />
        </td>
      );
    }
    if (!joined || at !== 1) return null;
    return (
      <td key={column} colSpan={joinedSpan(columns)}>
        <JoinedCell row={row} now={now} />
      </td>
    );
  });
}

/** The row with its link as it was at its turn. */
function useLink(row: PeerRow, links: ReadonlySignal<ReadonlyMap<string, Link>>): PeerRow {
  const id = row.link?.id ?? "";
  const heard = useMemo(() => computed(() => links.value.get(id)), [id, links]);
  const link = heard.value ?? row.link;
  return link === row.link ? row : { ...row, link };
}

function Line(props: LineProps) {
  const turn = turnOf(props.index);
  const row = useLink(props.row, turn.links);
  const weak = strengthWord(row.link?.strength ?? null) === "weak";
  const marked = weak && row.group === "connected";
  const press = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("button, a") !== null) return;
    if (String(getSelection() ?? "") !== "") return;
    props.onToggle(row.key);
  };
  return (
    <tr
      class={`peer-row ${marked ? "peer-weak" : ""} ${props.opened ? "peer-opened" : ""}`}
      aria-rowindex={props.index}
      data-key={row.key}
      onClick={press}
    >
      {cellsOf({ ...props, row }, turn.now)}
    </tr>
  );
}

/** Rows are made anew as often as all are counted: that alone draws none. */
export class PeerLine extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    const { row, columns, index, opened } = this.props;
    return (
      next.row.link?.id !== row.link?.id ||
      next.row.peer !== row.peer ||
      next.row.group !== row.group ||
      next.columns !== columns ||
      next.index !== index ||
      next.opened !== opened
    );
  }

  override render(props: LineProps) {
    return <Line {...props} />;
  }
}
