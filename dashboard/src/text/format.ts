/* SPDX-License-Identifier: Apache-2.0 */
/* Units and times, formatted in one place. Every function takes null for "not known" and answers
 * with a dash: a figure nobody measured is never written as 0. */

export const unknown = "—";

/* One way to write numbers for every reader, so that two people can compare screens. */
const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en-GB", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export function count(value: number | null): string {
  return value === null ? unknown : whole.format(value);
}

export function plural(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A round trip: one decimal under 10, where it matters. */
export function millis(value: number | null): string {
  if (value === null) return unknown;
  return value < 9.95 ? tenths.format(value) : whole.format(value);
}

/** A share as a percentage with one decimal, without its sign. */
export function percent(share: number | null): string {
  return share === null ? unknown : tenths.format(share * 100);
}

export function wholePercent(share: number | null): string {
  return share === null ? unknown : whole.format(share * 100);
}

/** A rate for the table, whose head names the unit KiB/s. */
export function kibRate(bytesPerSecond: number | null): string {
  if (bytesPerSecond === null) return unknown;
  const kib = bytesPerSecond / 1024;
  if (kib > 0 && kib < 0.05) return "< 0.1";
  return kib === 0 ? "0" : kib < 9.95 ? tenths.format(kib) : whole.format(kib);
}

export interface Quantity {
  readonly figure: string;
  readonly unit: string;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

export function bytes(value: number | null): Quantity {
  if (value === null) return { figure: unknown, unit: "" };
  let scaled = value;
  let step = 0;
  while (scaled >= 1000 && step < units.length - 1) {
    scaled /= 1024;
    step += 1;
  }
  const figure = step > 0 && scaled < 9.95 ? tenths.format(scaled) : whole.format(scaled);
  return { figure, unit: units[step] ?? "B" };
}

export function bytesText(value: number | null): string {
  const { figure, unit } = bytes(value);
  return unit === "" ? figure : `${figure} ${unit}`;
}

export function rate(bytesPerSecond: number | null): Quantity {
  const { figure, unit } = bytes(bytesPerSecond);
  return { figure, unit: unit === "" ? "" : `${unit}/s` };
}

export function rateText(bytesPerSecond: number | null): string {
  const { figure, unit } = rate(bytesPerSecond);
  return unit === "" ? figure : `${figure} ${unit}`;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

function pair(value: number, big: number, bigUnit: string, small: number, smallUnit: string) {
  const whole = Math.floor(value / big);
  const rest = Math.floor((value - whole * big) / small);
  return rest === 0 ? `${whole} ${bigUnit}` : `${whole} ${bigUnit} ${rest} ${smallUnit}`;
}

/** A span of time: "0.4 s", "41 s", "6 min 12 s", "2 h 14 min", "2 d 4 h". */
export function span(value: number | null): string {
  if (value === null) return unknown;
  const ms = Math.max(0, value);
  if (ms < 9_950) return `${tenths.format(ms / second)} s`;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return pair(ms, minute, "min", second, "s");
  if (ms < day) return pair(ms, hour, "h", minute, "min");
  return pair(ms, day, "d", hour, "h");
}

/** The same by whole seconds, for what is counted up in front of the reader. */
export function wholeSpan(value: number): string {
  const ms = Math.max(0, value);
  return ms < 9_950 ? `${Math.floor(ms / second)} s` : span(Math.floor(ms / second) * second);
}

/** An age in one unit, for narrow places: "19 s", "4 min", "3 h". */
export function shortSpan(value: number | null): string {
  if (value === null) return unknown;
  const ms = Math.max(0, value);
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} d`;
}

export function ago(at: number | null, now: number): string {
  return at === null ? unknown : `${shortSpan(now - at)} ago`;
}

/** Time left: "0:47", "12:41", "23 h 58 min". Never below 0:00. */
export function countdown(value: number): string {
  const left = Math.max(0, Math.ceil(value / second));
  if (left >= 3_600) return pair(left * second, hour, "h", minute, "min");
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** The clock of the reader, 24 h. */
export function clock(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function clockMinutes(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function dayMonth(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${months[date.getMonth()] ?? ""}`;
}

/** A moment, as exactly as one step of the stretch that it lies in. */
export function momentText(at: number, range: "15m" | "1h" | "24h" | "30d"): string {
  if (range === "30d" || range === "24h") return `${dayMonth(at)} ${clockMinutes(at)}`;
  return clock(at);
}

/** The same under an axis of so many ms. */
export function tickText(at: number, window: number): string {
  if (window > 2 * day) return dayMonth(at);
  return window < 5 * minute ? clock(at) : clockMinutes(at);
}

/** Date, time and zone, for titles. */
export function fullTime(at: number): string {
  const date = new Date(at);
  const shift = -date.getTimezoneOffset();
  const sign = shift < 0 ? "-" : "+";
  const zone = `${sign}${two(Math.floor(Math.abs(shift) / 60))}:${two(Math.abs(shift) % 60)}`;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${clock(at)} UTC${zone}`;
}

/** First 4 … last 4 of an id; ids that are short already stay whole. */
export function shortId(id: string): string {
  return id.length <= 12 ? id : `${id.slice(0, 4)}…${id.slice(-4)}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function uncapital(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What there is to say, with dots between: "reset · tried twice"; empty parts are left out. */
export function dotted(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" · ");
}
