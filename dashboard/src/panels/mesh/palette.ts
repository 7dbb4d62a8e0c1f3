/* SPDX-License-Identifier: Apache-2.0 */
/* The colours of the drawing: those of the page, or the system's where a reader has forced them. */

const tokens = {
  ink: ["--ink", "CanvasText"],
  second: ["--ink-2", "CanvasText"],
  third: ["--ink-3", "CanvasText"],
  reported: ["--control", "CanvasText"],
  grid: ["--line-2", "GrayText"],
  ground: ["--surface", "Canvas"],
  self: ["--accent", "Highlight"],
  warn: ["--warn", "CanvasText"],
  mark: ["--warn-mark", "Highlight"],
} as const;

export type Palette = Readonly<Record<keyof typeof tokens, string>>;

/** As they are for `element`: a stale page has others. */
export function paletteOf(element: HTMLElement): Palette {
  const forced = matchMedia("(forced-colors: active)").matches;
  const style = getComputedStyle(element);
  const probe = document.createElement("i");
  probe.hidden = true;
  element.append(probe);
  const system = (name: string): string => {
    probe.style.color = name;
    return getComputedStyle(probe).color;
  };
  const read = Object.entries(tokens).map(([name, [token, word]]) => [
    name,
    forced ? system(word) : style.getPropertyValue(token).trim(),
  ]);
  probe.remove();
  return Object.fromEntries(read) as Palette;
}
