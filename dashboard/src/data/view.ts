/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to this page and not to the node: where it is, how wide it is, what is opened. */

import { computed, signal } from "@preact/signals";
import { type Drawer, hashOf, type Page, parseRoute } from "./route";

export const route = signal(parseRoute(""));
export const page = computed(() => route.value.page);
export const drawer = computed(() => route.value.drawer);
export const drawerOf = computed(() => route.value.of);

export type Width = "phone" | "narrow" | "medium" | "wide";
export const width = signal<Width>("wide");

/* Each picture has a table twin. */
export type Twin = "picture" | "table";
export const statsView = signal<Twin>("picture");
export const meshView = signal<Twin>("picture");

/** Events up to this moment have been looked at. */
export const eventsSeenAt = signal(0);

export function go(to: Page): void {
  location.hash = hashOf({ page: to, drawer: null, of: null });
}

export function drawerHash(which: Drawer | null, of: string | null = null): string {
  return hashOf({ page: page.value, drawer: which, of });
}

/* A drawer opened on this page is one step of the history, and Back closes it. One that was in the
 * address from the start has no page behind it: closing then replaces the address. */
let opensOnThisPage = false;
/* Back is told later: a second press meanwhile would leave the page. */
let isLeaving = false;

export function openDrawer(which: Drawer, of: string | null = null): void {
  location.hash = drawerHash(which, of);
}

export function closeDrawer(): void {
  if (drawer.value === null || isLeaving) return;
  isLeaving = opensOnThisPage;
  if (isLeaving) history.back();
  else {
    history.replaceState(null, "", drawerHash(null));
    route.value = parseRoute(location.hash);
  }
}

function follow(): void {
  const next = parseRoute(location.hash);
  isLeaving = false;
  if (drawer.value === null) opensOnThisPage = next.drawer !== null;
  route.value = next;
}

export function startView(): void {
  const steps: readonly (readonly [Width, string])[] = [
    ["phone", "(max-width: 640px)"],
    ["narrow", "(max-width: 900px)"],
    ["medium", "(max-width: 1439px)"],
  ];
  const lists = steps.map(([name, query]) => [name, matchMedia(query)] as const);
  const measure = (): void => {
    width.value = lists.find(([, list]) => list.matches)?.[0] ?? "wide";
  };
  for (const [, list] of lists) list.addEventListener("change", measure);
  measure();
  addEventListener("hashchange", follow);
  route.value = parseRoute(location.hash);
}
