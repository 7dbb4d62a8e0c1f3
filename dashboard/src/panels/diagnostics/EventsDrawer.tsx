/* SPDX-License-Identifier: Apache-2.0 */
/* Everything this page knows to have happened, newest first, 25 at a time. */

import { useEffect, useState } from "preact/hooks";
import type { Level, NodeEvent } from "../../data/model";
import { events } from "../../data/store";
import { drawerOf, eventsSeenAt } from "../../data/view";
import { CopyButton, SearchField } from "../../parts/controls";
import { Drawer } from "../../parts/drawer";
import { Icon } from "../../parts/icon";
import { copyWord } from "../../text/common";
import { clock } from "../../text/format";
import * as words from "../../text/event_drawer";
import { empty, levels as levelNames, title } from "../../text/events";
import { EventIcon, EventTime, Times } from "./EventLine";
import { countLevels, eventText, newerThan, sourcesOf } from "./drawer_select";
import { type EventFilter, filterEvents, fold, type Folded, noEventFilter } from "./select";
import "./drawer.css";

const pageLength = 25;
const levels: readonly Level[] = ["error", "warn", "info", "debug"];

interface FilterProps {
  filter: EventFilter;
  onChange: (filter: EventFilter) => void;
  list: readonly NodeEvent[];
}

function Filters({ filter, onChange, list }: FilterProps) {
  const counts = countLevels(list);
  const toggle = (level: Level) => {
    const next = new Set(filter.levels);
    if (!next.delete(level)) next.add(level);
    onChange({ ...filter, levels: next });
  };
  return (
    <div class="event-filters">
      <SearchField
        id="find-event"
        label={words.findLabel}
        value={filter.text}
        onInput={(text) => onChange({ ...filter, text })}
      />
      <div class="event-chips" role="group" aria-label={words.levelLabel}>
        {levels.map((level) => (
          <button
            key={level}
            type="button"
            class="button"
            aria-pressed={filter.levels.has(level)}
            onClick={() => toggle(level)}
          >
            {levelNames[level]} {counts[level]}
          </button>
        ))}
        <select
          class="text-field"
          aria-label={words.sourceLabel}
          value={filter.source}
          onChange={(event) => onChange({ ...filter, source: event.currentTarget.value })}
        >
          <option value="">{words.anySource}</option>
          {sourcesOf(list).map((source) => (
            <option key={source} value={source}>
              {source}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

interface RowProps {
  folded: Folded;
  opened: boolean;
  onToggle: () => void;
  onOnlyCode: (code: string) => void;
}

function EventRow({ folded, opened, onToggle, onOnlyCode }: RowProps) {
  const { event, times, firstAt } = folded;
  return (
    <li class={`event-row ${opened ? "event-opened" : ""}`}>
      <button type="button" class="event-head" aria-expanded={opened} onClick={onToggle}>
        <EventTime at={event.at} />
        <EventIcon level={event.level} />
        <span class="event-text">
          <span>
            {event.message} <Times times={times} />
          </span>
          <span class="second">
            <code>{event.code}</code> · {event.source}
          </span>
        </span>
      </button>
      {opened && (
        <div class="event-more">
          <dl>
            {event.context.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            {times > 1 && (
              <div>
                <dt>{words.first}</dt>
                <dd>
                  {clock(firstAt)} · {words.last} {clock(event.at)}
                </dd>
              </div>
            )}
          </dl>
          <button type="button" class="link-button" onClick={() => onOnlyCode(event.code)}>
            {words.onlyThisCode}
          </button>
          <CopyButton text={() => eventText(folded, clock)} label={copyWord} words={copyWord} />
        </div>
      )}
    </li>
  );
}

function isNarrowed(filter: EventFilter): boolean {
  return (
    filter.text !== "" ||
    filter.code !== "" ||
    filter.source !== "" ||
    filter.levels.size !== noEventFilter.levels.size ||
    filter.levels.has("debug")
  );
}

export function EventsDrawer() {
  const [held, setHeld] = useState<readonly NodeEvent[] | null>(null);
  const [filter, setFilter] = useState<EventFilter>({
    ...noEventFilter,
    text: drawerOf.value ?? "",
  });
  const [pages, setPages] = useState(1);
  const [opened, setOpened] = useState<string | null>(null);
  const list = held ?? events.value;
  const newest = events.value[0]?.at ?? 0;
  useEffect(() => {
    eventsSeenAt.value = newest;
  }, [newest]);
  const matching = fold(filterEvents(list, filter));
  const shown = matching.slice(0, pages * pageLength);
  const waiting = newerThan(events.value, held);
  const change = (next: EventFilter) => {
    setFilter(next);
    setPages(1);
  };
  const hold = (
    <button
      type="button"
      class="button"
      aria-pressed={held !== null}
      onClick={() => setHeld(held === null ? events.value : null)}
    >
      <Icon name={held === null ? "pause" : "play"} />
      {held === null ? words.hold : words.goOn}
      {waiting > 0 && ` · ${words.waiting(waiting)}`}
    </button>
  );
  const foot = (
    <>
      {shown.length < matching.length ? (
        <button type="button" class="link-button" onClick={() => setPages(pages + 1)}>
          {words.older}
        </button>
      ) : (
        <span>{words.allShown}</span>
      )}
      <span>{words.shown(shown.length, matching.length)}</span>
    </>
  );
  return (
    <Drawer
      id="events"
      title={title}
      note={words.total(list.length)}
      tools={hold}
      foot={foot}
    >
      <Filters filter={filter} onChange={change} list={list} />
      <p class="event-count">
        <span>
          {filter.code === "" ? words.matches(matching.length) : words.allCodes(filter.code)}
        </span>
        {isNarrowed(filter) && (
          <button type="button" class="link-button" onClick={() => change(noEventFilter)}>
            {words.clearFilters}
          </button>
        )}
        <span class="event-order">{words.newestFirst}</span>
      </p>
      {shown.length === 0 && (
        <p class="panel-body">{list.length === 0 ? empty : words.noMatch}</p>
      )}
      <ol>
        {shown.map((folded) => (
          <EventRow
            key={folded.event.id}
            folded={folded}
            opened={opened === folded.event.id}
            onToggle={() => setOpened(opened === folded.event.id ? null : folded.event.id)}
            onOnlyCode={(code) => change({ ...noEventFilter, levels: new Set(levels), code })}
          />
        ))}
      </ol>
    </Drawer>
  );
}
