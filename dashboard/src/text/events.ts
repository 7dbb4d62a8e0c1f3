/* SPDX-License-Identifier: Apache-2.0 */
import type { Level } from "../data/model";
import { count } from "./format";

export const title = "Diagnostics";
export const latest = "latest";
export const open = "Open";
export const empty = "Nothing has happened yet.";
export const emptyNext = "What the node does and what fails appears here as it happens.";
export const levels: Record<Level, string> = {
  error: "Error",
  warn: "Warn",
  info: "Info",
  debug: "Debug",
};
export const times = (n: number): string => `×${count(n)}`;
export const spokenTimes = (n: number): string => `${n} times`;
