/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the table of figures. */

export const tableLabel = (step: string): string =>
  `The same figures, newest first, one row per ${step}`;
export const upTo = (value: string, peak: string): string => `${value}, up to ${peak}`;
export const keptHeads = [
  "Time",
  "Links",
  "In",
  "Out",
  "Median round trip, ms",
  "p95, ms",
  "Loss in, %",
  "Health",
] as const;
export const tableHeads = [
  "Time",
  "Links",
  "In",
  "Out",
  "Middle round trip, ms",
  "Slowest, ms",
  "Worst loss, %",
  "Health",
] as const;
