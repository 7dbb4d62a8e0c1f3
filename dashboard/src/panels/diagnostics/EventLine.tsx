/* SPDX-License-Identifier: Apache-2.0 */
import type { Level } from "../../data/model";
import type { IconName } from "../../parts/icon";
import { Icon } from "../../parts/icon";
import { Hidden } from "../../parts/panel";
import { clock, fullTime } from "../../text/format";
import * as words from "../../text/events";
import type { Folded } from "./select";

const icons: Record<Level, { name: IconName; tone: string }> = {
  error: { name: "error", tone: "bad" },
  warn: { name: "alert", tone: "warn" },
  info: { name: "check", tone: "quiet" },
  debug: { name: "dot", tone: "quiet" },
};

export function EventTime({ at }: { at: number }) {
  return (
    <time class="event-time mono" title={fullTime(at)} dateTime={new Date(at).toISOString()}>
      {clock(at)}
    </time>
  );
}

export function EventIcon({ level }: { level: Level }) {
  const { name, tone } = icons[level];
  return (
    <>
      <Icon name={name} class={tone} />
      <Hidden>{words.levels[level]}: </Hidden>
    </>
  );
}

export function Times({ times }: { times: number }) {
  if (times === 1) return null;
  return (
    <span class="event-times">
      <span aria-hidden="true">{words.times(times)}</span>
      <Hidden>{words.spokenTimes(times)}</Hidden>
    </span>
  );
}

/** One line of the tail. */
export function EventLine({ folded }: { folded: Folded }) {
  const { event, times } = folded;
  return (
    <li class="event-line">
      <EventTime at={event.at} />
      <EventIcon level={event.level} />
      <span class="event-message">
        <span>{event.message}</span> <Times times={times} />
      </span>
      <code class="event-code">{event.code}</code>
    </li>
  );
}
