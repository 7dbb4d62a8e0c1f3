/* SPDX-License-Identifier: Apache-2.0 */
/* Filtering and folding of events. Pure. */

import type { Level, NodeEvent } from "../../data/model";

export interface Folded {
  /** The newest of the run. */
  readonly event: NodeEvent;
  readonly times: number;
  readonly firstAt: number;
}

/* Figures differ from one repeat to the next ("in 41 ms", "in 43 ms"); whom it is about does not. */
function storyOf({ code, level, source, message, context }: NodeEvent): string {
  const about = context.filter(([, value]) => !/^-?\d+(\.\d+)?$/.test(value)).flat();
  return [code, level, source, ...(about.length > 0 ? about : [message])].join("\n");
}

/* Something that comes back within this is still the same story, whatever else came between. */
const repeatMs = 60_000;

/** Repeats become one line at the place of the newest; `events` are newest first. */
export function fold(events: readonly NodeEvent[]): readonly Folded[] {
  const folded: Folded[] = [];
  const places = new Map<string, number>();
  for (const event of events) {
    const key = storyOf(event);
    const place = places.get(key);
    const run = place === undefined ? undefined : folded[place];
    if (place !== undefined && run !== undefined && run.firstAt - event.at <= repeatMs) {
      folded[place] = { event: run.event, times: run.times + 1, firstAt: event.at };
    } else {
      places.set(key, folded.length);
      folded.push({ event, times: 1, firstAt: event.at });
    }
  }
  return folded;
}

export interface EventFilter {
  readonly text: string;
  readonly levels: ReadonlySet<Level>;
  readonly source: string;
  readonly code: string;
}

/** Debug is for developers: off until asked for. */
export const noEventFilter: EventFilter = {
  text: "",
  levels: new Set<Level>(["error", "warn", "info"]),
  source: "",
  code: "",
};

function contains(event: NodeEvent, text: string): boolean {
  const context = event.context.map(([name, value]) => `${name} ${value}`);
  return [event.message, event.code, event.source, ...context]
    .join(" ")
    .toLowerCase()
    .includes(text);
}

export function filterEvents(
  events: readonly NodeEvent[],
  filter: EventFilter,
): readonly NodeEvent[] {
  const text = filter.text.trim().toLowerCase();
  return events.filter(
    (event) =>
      filter.levels.has(event.level) &&
      (filter.source === "" || event.source === filter.source) &&
      (filter.code === "" || event.code === filter.code) &&
      (text === "" || contains(event, text)),
  );
}
