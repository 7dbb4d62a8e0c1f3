/* SPDX-License-Identifier: Apache-2.0 */
import type { StoredFile } from "../../data/stored_file";
import { now } from "../../data/store";
import { type Width, width } from "../../data/view";
import { Bar } from "../../parts/bar";
import { Icon } from "../../parts/icon";
import { stepRows } from "../../parts/row_steps";
import { ago, bytesText, capital, dotted, fullTime, shortId } from "../../text/format";
import * as words from "../../text/content";
import { roleOf } from "../../text/copies";
import { Copies } from "./Copies";
import { FetchButton } from "./FetchButton";
import { FileDetail } from "./FileDetail";
import { type Column, shareOf, type Sort } from "./select";
import { opened } from "./shown";

interface TableProps {
  files: readonly StoredFile[];
  /** Those that match, shown or not. */
  total: number;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/* What falls away on narrow screens stands in the opened row. */
const columns: Readonly<Record<Width, readonly Column[]>> = {
  phone: ["name", "state"],
  narrow: ["name", "size", "copies", "state"],
  medium: ["name", "size", "readers", "author", "at", "copies", "state"],
  wide: ["name", "size", "readers", "author", "at", "copies", "state"],
};

function HeadCell({ column, sort, onSort }: { column: Column } & Pick<TableProps, "sort" | "onSort">) {
  const active = sort.column === column;
  const aria = active ? (sort.falling ? "descending" : "ascending") : "none";
  const isFigure = column === "size" || column === "at";
  const press = () => onSort({ column, falling: active ? !sort.falling : isFigure });
  return (
    <th scope="col" class={`file-${column}`} aria-sort={aria}>
      <button type="button" class="sort-button" onClick={press}>
        {words.heads[column]}
        <span aria-hidden="true">{active ? (sort.falling ? " ↓" : " ↑") : ""}</span>
      </button>
    </th>
  );
}

function State({ file }: { file: StoredFile }) {
  const told = words.progressOf(file);
  if (file.state === "held")
    return (
      <span class="file-here">
        <Icon name="check" class="ok" />
        <span>
          {told} {file.role !== null && <span class="second">{roleOf(file.role)}</span>}
        </span>
      </span>
    );
  if (file.state === "known")
    return (
      <span class="file-away">
        {told} <FetchButton id={file.id} name={words.nameOf(file)} />
      </span>
    );
  return (
    <>
      <span>{told}</span>
      <Bar label={words.barLabel(words.nameOf(file))} share={shareOf(file)} words={told} />
      {file.trouble !== null && <span class="warn-words">{capital(file.trouble)}</span>}
    </>
  );
}

function cellOf(file: StoredFile, column: Column) {
  switch (column) {
    case "size":
      return bytesText(file.size);
    case "readers":
      return words.readersOf(file.readers);
    case "author":
      return words.authorOf(file);
    case "at":
      return <span title={file.at === null ? undefined : fullTime(file.at)}>{ago(file.at, now.value)}</span>;
    case "copies":
      return <Copies redundancy={file.redundancy} />;
    case "state":
      return <State file={file} />;
    default:
      return null;
  }
}

interface RowProps {
  file: StoredFile;
  shown: readonly Column[];
  at: number;
  isOpen: boolean;
  onPress: () => void;
}

function FileRow({ file, shown, at, isOpen, onPress }: RowProps) {
  const name = words.nameOf(file);
  const isPhone = shown.length === 2;
  const isKnown = file.name !== null;
  const under = isPhone && isKnown ? dotted([bytesText(file.size), words.readersOf(file.readers)]) : shortId(file.id);
  return (
    <>
      <tr class={`file-row ${isOpen ? "file-opened" : ""}`} aria-rowindex={at + 2} onClick={onPress}>
        <th scope="row" class="file-name">
          <div class="file-called">
            <button
              type="button"
              class="icon-button row-button"
              aria-expanded={isOpen}
              aria-label={words.detailsOf(isKnown ? name : `${name}, ${shortId(file.id)}`)}
              onClick={(event) => {
                event.stopPropagation();
                onPress();
              }}
            >
              <Icon name="chevron" class={isOpen ? "turned" : ""} />
            </button>
            <span class="file-names">
              <bdi class={isKnown ? "file-title" : "second"}>{name}</bdi>
              <span class="second">{under}</span>
            </span>
          </div>
        </th>
        {shown.slice(1).map((column) => (
          <td key={column} class={`file-${column}`}>
            {cellOf(file, column)}
            {isPhone && file.redundancy !== null && <Copies redundancy={file.redundancy} />}
          </td>
        ))}
      </tr>
      {isOpen && (
        <tr class="detail-row">
          <td colSpan={shown.length}>
            <FileDetail file={file} />
          </td>
        </tr>
      )}
    </>
  );
}

export function FilesTable({ files, total, sort, onSort }: TableProps) {
  const tells = files.some(({ redundancy }) => redundancy !== null);
  const shown = columns[width.value].filter((column) => column !== "copies" || tells);
  return (
    <table class="files-table" aria-rowcount={total + 1}>
      <caption class="hidden-words">{words.listTitle}</caption>
      <thead>
        <tr aria-rowindex={1}>
          {shown.map((column) => (
            <HeadCell key={column} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody onKeyDown={(event) => void stepRows(event)}>
        {files.map((file, at) => (
          <FileRow
            key={file.id}
            file={file}
            shown={shown}
            at={at}
            isOpen={opened.value === file.id}
            onPress={() => (opened.value = opened.value === file.id ? null : file.id)}
          />
        ))}
      </tbody>
    </table>
  );
}
