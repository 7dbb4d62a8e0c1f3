/* SPDX-License-Identifier: Apache-2.0 */
/* Light or dark: the system's choice until the button overrides it; the choice is remembered. */

import { signal } from "@preact/signals";

export type Theme = "light" | "dark";

const key = "skep-theme";

export const theme = signal<Theme>("light");

/** A browser may refuse storage; then the choice lasts as long as the page. */
function remembered(): Theme | null {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null;
  }
}

function apply(next: Theme): void {
  document.documentElement.dataset["theme"] = next;
  theme.value = next;
}

export function chooseTheme(next: Theme): void {
  try {
    localStorage.setItem(key, next);
  } catch {
    // Nothing to do: the page still changes.
  }
  apply(next);
}

export function startTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const follow = (): void => apply(remembered() ?? (system.matches ? "dark" : "light"));
  system.addEventListener("change", follow);
  follow();
}
