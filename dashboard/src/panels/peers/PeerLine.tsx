/* SPDX-License-Identifier: Apache-2.0 */
/* One row of the table. It draws again only when its own link or peer changed; ages and trends
 * inside it follow the clock by themselves. */

import { Component } from "preact";
import { strengthWord } from "../../data/health";
import { type Column, joinedSpan } from "./columns";
import { FigureCell, JoinedCell, LearnedCell, PeerCell } from "./PeerCells";
import { RowDeeds } from "./RowDeeds";
import type { PeerRow } from "./rows";

interface LineProps {
  row: PeerRow;
  columns: readonly Column[];
  index: number;
  opened: boolean;
  onToggle: (key: string) => void;
}

function cellsOf(props: LineProps) {
  const { row, columns } = props;
  const { link } = row;
  const brief = !columns.includes("path");
  const figures = row.group === "connected" && link !== null;
  const joined = !figures && !brief;
  return columns.map((column, at) => {
    if (column === "peer") {
      return (
        <th key={column} scope="row" class="col-peer" colSpan={!figures && brief ? 2 : 1}>
          <PeerCell row={row} brief={brief} />
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
          <LearnedCell row={row} />
        </td>
      );
    }
    if (figures) {
      return (
        <td key={column} class={`col-${column}`}>
          <FigureCell column={column} link={link} />
        </td>
      );
    }
    if (!joined || at !== 1) return null;
    return (
      <td key={column} colSpan={joinedSpan(columns)}>
        <JoinedCell row={row} />
      </td>
    );
  });
}

export class PeerLine extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    const { row, columns, index, opened } = this.props;
    return (
      next.row.link !== row.link ||
      next.row.peer !== row.peer ||
      next.row.group !== row.group ||
      next.columns !== columns ||
      next.index !== index ||
      next.opened !== opened
    );
  }

  private readonly press = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("button, a") !== null) return;
    if (String(getSelection() ?? "") !== "") return;
    this.props.onToggle(this.props.row.key);
  };

  override render(props: LineProps) {
    const weak = strengthWord(props.row.link?.strength ?? null) === "weak";
    const marked = weak && props.row.group === "connected";
    return (
      <tr
        class={`peer-row ${marked ? "peer-weak" : ""} ${props.opened ? "peer-opened" : ""}`}
        aria-rowindex={props.index}
        data-key={props.row.key}
        onClick={this.press}
      >
        {cellsOf(props)}
      </tr>
    );
  }
}
