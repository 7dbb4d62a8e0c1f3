/* SPDX-License-Identifier: Apache-2.0 */
/* The list: find, sort, open. */

import { useState } from "preact/hooks";
import { type Shelf, shelf } from "../../data/content";
import { Choice, SearchField } from "../../parts/controls";
import { useHold, useOrder } from "../../parts/hold";
import { Awaited, Panel } from "../../parts/panel";
import { count, plural } from "../../text/format";
import * as words from "../../text/content";
import { filterAll, filterLabel, stateWords } from "../../text/copies";
import { FilesTable } from "./FilesTable";
import { type Filter, filterFiles, newestFirst, noFilter, type Sort, sortFiles } from "./select";
import { filter } from "./shown";

const shownFirst = 25;
const shownMore = 100;

function Empty() {
  return (
    <div class="empty">
      <p class="empty-title">{words.emptyTitle}</p>
      <p>{words.emptyNext}</p>
    </div>
  );
}

interface CopiesChoiceProps {
  value: Filter["copies"];
  onChoose: (value: Filter["copies"]) => void;
}

const copiesChoices = ["any", "under", "ok", "over", "unknown"] as const;

function CopiesChoice({ value, onChoose }: CopiesChoiceProps) {
  return (
    <select
      class="text-field copies-choice"
      aria-label={filterLabel}
      value={value}
      onChange={(event) => onChoose(copiesChoices.find((one) => one === event.currentTarget.value) ?? "any")}
    >
      {copiesChoices.map((one) => (
        <option key={one} value={one}>
          {one === "any" ? filterAll : stateWords[one]}
        </option>
      ))}
    </select>
  );
}

function change(some: Partial<Filter>): void {
  filter.value = { ...filter.value, ...some };
}

function List({ known }: { known: Shelf }) {
  const wanted = filter.value;
  const [sort, setSort] = useState<Sort>(newestFirst);
  const [shown, setShown] = useState(shownFirst);
  const { held, watch } = useHold();
  const way = JSON.stringify([sort, wanted]);
  const found = filterFiles(known.files, wanted);
  const { rows } = useOrder(found, (all) => sortFiles(all, sort), ({ id }) => id, held, way);
  const elsewhere = known.known ?? known.files.filter(({ state }) => state === "known").length;
  const tellsCopies = known.files.some(({ redundancy }) => redundancy !== null);
  const more = Math.min(shownMore, rows.length - shown);
  return (
    <>
      <div class="peer-filters">
        <SearchField
          id="find-file"
          label={words.findLabel}
          placeholder={words.findPlaceholder}
          value={wanted.find}
          onInput={(find) => change({ find })}
        />
        <Choice
          label={words.stateLabel}
          value={wanted.which}
          onChoose={(which) => change({ which })}
          options={[
            ["all", words.stateFilter.all],
            ["held", `${words.stateFilter.held} ${count(known.held)}`],
            ["fetching", `${words.stateFilter.fetching} ${count(known.fetching)}`],
            ...(elsewhere > 0 ? [["known", `${words.stateFilter.known} ${count(elsewhere)}`] as const] : []),
          ]}
        />
        {tellsCopies && <CopiesChoice value={wanted.copies} onChoose={(copies) => change({ copies })} />}
      </div>
      {rows.length === 0 ? (
        <p class="panel-body">
          {words.nothingMatches}{" "}
          <button type="button" class="link-button" onClick={() => change(noFilter)}>
            {words.clearFilters}
          </button>
        </p>
      ) : (
        <div {...watch}>
          <FilesTable files={rows.slice(0, shown)} total={rows.length} sort={sort} onSort={setSort} />
        </div>
      )}
      {more > 0 && (
        <p class="list-foot">
          <button type="button" class="link-button" onClick={() => setShown(shown + shownMore)}>
            {words.showMore(more)}
          </button>
        </p>
      )}
      {known.isPart && (
        <p class="list-foot">
          {words.isPart(known.files.length)}
        </p>
      )}
    </>
  );
}

export function Files() {
  const known = shelf.value;
  const many = known === null || known.files.length === 0 ? undefined : plural(known.files.length, "file", "files");
  return (
    <Panel id="files" title={words.listTitle} {...(many === undefined ? {} : { note: many })}>
      {known === null ? <Awaited lines={3} /> : known.files.length === 0 ? <Empty /> : <List known={known} />}
    </Panel>
  );
}
