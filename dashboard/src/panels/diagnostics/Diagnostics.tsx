/* SPDX-License-Identifier: Apache-2.0 */
import { computed } from "@preact/signals";
import { events, node } from "../../data/store";
import { drawerHash, width } from "../../data/view";
import { Awaited, Panel } from "../../parts/panel";
import * as words from "../../text/events";
import { EventLine } from "./EventLine";
import { filterEvents, fold, noEventFilter } from "./select";
import "./diagnostics.css";

/* Where it stands beside other panels it is about as tall as they are. */
const tailLength = { phone: 12, narrow: 12, medium: 18, wide: 18 } as const;
const tail = computed(() =>
  fold(filterEvents(events.value, noEventFilter)).slice(0, tailLength[width.value]),
);

/** The newest events; all of them are in the drawer. */
export function Diagnostics() {
  return (
    <Panel
      id="diagnostics"
      title={words.title}
      note={words.latest}
      stamp={
        <a class="link-button" href={drawerHash("events")}>
          {words.open}
          <span class="hidden-words"> {words.title}</span>
        </a>
      }
    >
      {node.value === null && <Awaited lines={2} />}
      {node.value !== null && tail.value.length === 0 && (
        <p class="panel-body">
          {words.empty} {words.emptyNext}
        </p>
      )}
      <ol class="event-tail">
        {tail.value.map((folded) => (
          <EventLine key={folded.event.id} folded={folded} />
        ))}
      </ol>
    </Panel>
  );
}
