/* SPDX-License-Identifier: Apache-2.0 */
/* The script and the styles that come when something of them is first opened. When they do not come
 * the place says so, and whatever is opened next asks for them again. */

import { signal } from "@preact/signals";
import type * as Part from "../late";

export type LatePart = typeof Part;

/* "slow": asked for a moment ago. "away": nobody gave it. "newer": the node now has another build. */
export type LateState = "none" | "asked" | "slow" | "away" | "newer" | "here";

export const latePart = signal<LatePart | null>(null);
export const lateState = signal<LateState>("none");

const slowMs = 200;
let tries = 0;

/** A browser remembers an address that failed: another try gets another address. */
function address(name: string): string {
  return new URL(tries === 1 ? name : `${name}?${tries}`, document.baseURI).href;
}

function loadStyles(): Promise<void> {
  return new Promise((done, failed) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address("late.css");
    link.onload = () => done();
    link.onerror = () => {
      link.remove();
      failed(new Error(link.href));
    };
    document.head.append(link);
  });
}

async function load(): Promise<void> {
  tries += 1;
  const script = address("late.js");
  // Who saw that it did not come sees that it is asked for again.
  lateState.value = tries === 1 ? "asked" : "slow";
  const timer = setTimeout(() => {
    lateState.value = "slow";
  }, slowMs);
  try {
    const [part] = await Promise.all([import(script) as Promise<LatePart>, loadStyles()]);
    latePart.value = part;
    lateState.value = "here";
  } catch (error) {
    // What it takes from this script is not there: they are of two builds.
    lateState.value = error instanceof SyntaxError ? "newer" : "away";
  } finally {
    clearTimeout(timer);
  }
}

export function needLate(): void {
  const state = lateState.value;
  if (state === "none" || state === "away" || state === "newer") void load();
}
