/* SPDX-License-Identifier: Apache-2.0 */
/* What only the drawer asks of events. Pure. */

import type { Level, NodeEvent } from "../../data/model";
import type { Folded } from "./select";

export function countLevels(events: readonly NodeEvent[]): Record<Level, number> {
  const counts = { debug: 0, info: 0, warn: 0, error: 0 };
  for (const event of events) counts[event.level] += 1;
  return counts;
}

export function sourcesOf(events: readonly NodeEvent[]): readonly string[] {
  return [...new Set(events.map((event) => event.source))].filter((name) => name !== "").sort();
}

/** What came after `held` was taken; 0 when nothing is held. */
export function newerThan(events: readonly NodeEvent[], held: readonly NodeEvent[] | null): number {
  if (held === null) return 0;
  const newest = held[0];
  return newest === undefined ? events.length : events.findIndex((event) => event.id === newest.id);
}

export function eventText(
  { event, times, firstAt }: Folded,
  clock: (at: number) => string,
): string {
  const repeat = times > 1 ? ` ×${times} since ${clock(firstAt)}` : "";
  const context = event.context.map(([name, value]) => ` ${name}=${value}`).join("");
  const where = `${event.level} ${event.code} ${event.source}`;
  return `${clock(event.at)} ${where}: ${event.message}${repeat}${context}`;
}
