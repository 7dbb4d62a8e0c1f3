/* SPDX-License-Identifier: Apache-2.0 */
/* Single-letter keys. They never act while somebody types, and they can be switched off. */

import { signal } from "@preact/signals";
import { lookingAt } from "./past";
import { closeDrawer, drawer, go, openDrawer, meshView, page, statsView } from "./view";

const storeKey = "skep-single-keys";
export const singleKeys = signal(true);
const chordMs = 1_500;

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, select, textarea") !== null;
}

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  try {
    localStorage.setItem(storeKey, on ? "on" : "off");
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** The field to find in: of the page, else of the Node Dashboard. */
function find(): void {
  const ofFiles = page.value === "content";
  const focus = () => document.getElementById(ofFiles ? "find-file" : "find-peer")?.focus();
  if (page.value !== "networking") return focus();
  // The page turns only when its address is told.
  addEventListener("hashchange", () => requestAnimationFrame(focus), { once: true });
  go("node");
}

/** Shows as a table what the focus is on, or back: the mesh, else the figures. */
function turn(): void {
  const onMesh = document.activeElement?.closest("#mesh, .mesh-large") != null;
  const view = onMesh ? meshView : statsView;
  view.value = view.value === "table" ? "picture" : "table";
}

function toLive(): void {
  lookingAt.value = null;
}

/** The lines in progress stand newest first. */
function undoNewest(): void {
  document.querySelector<HTMLElement>(".operation .undo")?.click();
}

export function startKeys(): void {
  try {
    singleKeys.value = localStorage.getItem(storeKey) !== "off";
  } catch {
    singleKeys.value = true;
  }
  let gAt = Number.NEGATIVE_INFINITY;
  addEventListener("keydown", (event) => {
    if (!singleKeys.value || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || document.querySelector("dialog.ask, [role=menu]") !== null) return;
    const afterG = performance.now() - gAt < chordMs;
    gAt = Number.NEGATIVE_INFINITY;
    const act = deed(event.key, afterG);
    if (event.key === "g") gAt = performance.now();
    if (act === null) return;
    event.preventDefault();
    act();
  });
}

function deed(key: string, afterG: boolean): (() => void) | null {
  if (afterG && key === "n") return () => go("networking");
  if (afterG && key === "d") return () => go("node");
  if (afterG && key === "c") return () => go("content");
  if (key === "d") return drawer.value === "events" ? closeDrawer : () => openDrawer("events");
  if (key === "t" && (drawer.value === null || drawer.value === "mesh")) return turn;
  if (drawer.value !== null) return null;
  if (key === "l") return lookingAt.value === null ? null : toLive;
  if (key === "/") return find;
  if (key === "?") return () => openDrawer("keys");
  if (key === "u") return undoNewest;
  return null;
}
