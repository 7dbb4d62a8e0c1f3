/* SPDX-License-Identifier: Apache-2.0 */
/* The list: find, sort, open. */

import { useState } from "preact/hooks";
import { type Shelf, shelf } from "../../data/content";
import { Choice, SearchField } from "../../parts/controls";
import { useHold, useOrder } from "../../parts/hold";
import { Awaited, Panel } from "../../parts/panel";
import { count, plural } from "../../text/format";
import * as words from "../../text/content";
import { FilesTable } from "./FilesTable";
import { filterFiles, newestFirst, noFilter, type Sort, sortFiles } from "./select";

const shownFirst = 100;

function Empty() {
  return (
    <div class="empty">
      <p class="empty-title">{words.emptyTitle}</p>
      <p>{words.emptyNext}</p>
    </div>
  );
}

function List({ known }: { known: Shelf }) {
  const [filter, setFilter] = useState(noFilter);
  const [sort, setSort] = useState<Sort>(newestFirst);
  const [shown, setShown] = useState(shownFirst);
  const { held, watch } = useHold();
  const way = JSON.stringify([sort, filter]);
  const found = filterFiles(known.files, filter);
  const { rows } = useOrder(found, (all) => sortFiles(all, sort), ({ id }) => id, held, way);
  const more = Math.min(shownFirst, rows.length - shown);
  return (
    <>
      <div class="peer-filters">
        <SearchField
          id="find-file"
          label={words.findLabel}
          placeholder={words.findPlaceholder}
          value={filter.find}
          onInput={(find) => setFilter({ ...filter, find })}
        />
        <Choice
          label={words.stateLabel}
          value={filter.which}
          onChoose={(which) => setFilter({ ...filter, which })}
          options={[
            ["all", words.stateFilter.all],
            ["held", `${words.stateFilter.held} ${count(known.held)}`],
            ["fetching", `${words.stateFilter.fetching} ${count(known.fetching)}`],
          ]}
        />
      </div>
      {rows.length === 0 ? (
        <p class="panel-body">
          {words.nothingMatches}{" "}
          <button type="button" class="link-button" onClick={() => setFilter(noFilter)}>
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
          <button type="button" class="link-button" onClick={() => setShown(shown + shownFirst)}>
            {words.showMore(more)}
          </button>
        </p>
      )}
      {known.isPart && (
        <p class="list-foot">
          {words.isPart(known.files.length, (known.held ?? 0) + (known.fetching ?? 0))}
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
