/* SPDX-License-Identifier: Apache-2.0 */
/* Every icon of the page, as strokes on a 16 by 16 field. An icon says nothing to a screen reader:
 * the words beside it do, or hidden words. */

const strokes = {
  alert: "M8 5v3.6M8 11.2v.1M8 1.9l6.6 11.8H1.4Z",
  error: "M8 4.6v4M8 11.3v.1M8 1.7a6.3 6.3 0 1 0 0 12.6A6.3 6.3 0 0 0 8 1.7Z",
  notice: "M8 7.4v4M8 4.7v.1M8 1.7a6.3 6.3 0 1 0 0 12.6A6.3 6.3 0 0 0 8 1.7Z",
  check: "M5.3 8.2l1.9 1.9 3.6-4M8 1.7a6.3 6.3 0 1 0 0 12.6A6.3 6.3 0 0 0 8 1.7Z",
  clock: "M8 4.6V8l2.2 1.6M8 1.7a6.3 6.3 0 1 0 0 12.6A6.3 6.3 0 0 0 8 1.7Z",
  back: "M6.2 3.2L3 6.4l3.2 3.2M3 6.4h6.4a3.6 3.6 0 0 1 0 7.2H6.6",
  barred: "M3.6 3.6l8.8 8.8M8 1.7a6.3 6.3 0 1 0 0 12.6A6.3 6.3 0 0 0 8 1.7Z",
  dot: "M8 6.6a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8Z",
  hexagon: "M8 1.6l5.6 3.2v6.4L8 14.4l-5.6-3.2V4.8Z",
  power: "M8 1.8v5.6M4.6 4a5.5 5.5 0 1 0 6.8 0",
  pulse: "M1.2 8.6h2.6L6 3.2l3.4 9.6 2-4.2h3.4",
  copy: "M6 6h7.4v7.4H6ZM3.4 10H2.6V2.6H10v.8",
  moon: "M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7Z",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1v1.4M8 13.6V15M1 8h1.4M13.6 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  log: "M2 3h12v10.4H2ZM2 6.2h12M6 6.2v7.2",
  close: "M3.6 3.6l8.8 8.8M12.4 3.6l-8.8 8.8",
  more: "M3 8h.7M7.7 8h.7M12.4 8h.7",
  menu: "M2 4.2h12M2 8h12M2 11.8h12",
  chevron: "M6 3.6L10.4 8 6 12.4",
  search: "M7 2.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6ZM10.5 10.5L14 14",
  pause: "M5.6 3.4v9.2M10.4 3.4v9.2",
  play: "M5 3.4v9.2L12.4 8Z",
  key: "M5 8.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2ZM7 9.2l6.4-6.4M10.6 5.6l2 2",
  direct:
    "M3 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2ZM13 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2ZM4.6 8h6.8",
  relayed:
    "M3 10.6a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2ZM13 10.6a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2ZM8 2.2l1.9 1.9L8 6 6.1 4.1ZM7 5.2l-3.2 5.5M9 5.2l3.2 5.5",
  home: "M2.4 7.4L8 2.4l5.6 5M4 6.4v7h8v-7",
  peers:
    "M5.2 3.2a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM1.6 13c.2-2.6 1.6-4 3.6-4s3.4 1.4 3.6 4M10.6 4.4a1.7 1.7 0 1 1 0 3.3M11 9.6c1.8.2 3 1.4 3.3 3.4",
  source:
    "M8 9.4a1.4 1.4 0 1 0 0-2.8 1.4 1.4 0 0 0 0 2.8ZM8 9.4V14M4.8 11.2a4.5 4.5 0 0 1 0-6.4M11.2 4.8a4.5 4.5 0 0 1 0 6.4",
} as const;

export type IconName = keyof typeof strokes;

export function Icon({ name, class: extra }: { name: IconName; class?: string }) {
  return (
    <svg class={`icon ${extra ?? ""}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={strokes[name]} />
    </svg>
  );
}

/** A skep, the woven basket, with its door, on a 20 by 20 field. */
export const skepStrokes =
  "M8.6 3.2Q10 2 11.4 3.2M6.4 7.2Q10 3.6 13.6 7.2M4.6 11.2Q10 6.6 15.4 11.2M3.2 15.4Q5.4 12.6 7.6 11.9M16.8 15.4Q14.6 12.6 12.4 11.9M8.2 17.4V15.6Q8.2 13.8 10 13.8T11.8 15.6V17.4";

/** The mark of the program. */
export function SkepMark() {
  return (
    <svg class="icon mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={skepStrokes} />
    </svg>
  );
}
