/* SPDX-License-Identifier: Apache-2.0 */
/* Which files the list shows, and which of them is opened: others on the page send the reader there. */

import { signal } from "@preact/signals";
import { type Filter, noFilter } from "./select";

export const filter = signal<Filter>(noFilter);
export const opened = signal<string | null>(null);

/** Brings a panel into view, and the focus to its heading. */
export function goTo(id: string): void {
  document.getElementById(id)?.scrollIntoView({ block: "start" });
  const heading = document.getElementById(`${id}-title`);
  if (heading === null) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** That file alone, opened. */
export function showFile(id: string): void {
  filter.value = { ...noFilter, find: id };
  opened.value = id;
  goTo("files");
}
