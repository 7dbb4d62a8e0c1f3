/* SPDX-License-Identifier: Apache-2.0 */
/* Reading single members out of JSON that somebody else wrote. Each reader answers null (or the
 * given fallback) for what is missing or of another type, so one odd member costs one dash on the
 * page and never the page. */

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

export function text(from: Fields, name: string): string | null {
  const value = from[name];
  return typeof value === "string" ? value : null;
}

export function figure(from: Fields, name: string): number | null {
  const value = from[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A time; the daemon may write 0 for "not yet", which is no time we could show. */
export function time(from: Fields, name: string): number | null {
  const value = figure(from, name);
  return value !== null && value > 0 ? value : null;
}

export function oneOf<T extends string, U>(
  from: Fields,
  name: string,
  known: readonly T[],
  otherwise: U,
): T | U {
  const value = from[name];
  return known.find((candidate) => candidate === value) ?? otherwise;
}

export function texts(from: Fields, name: string): string[] {
  const value = from[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** An object of which the daemon may say null, or nothing. */
export function optional<T>(value: unknown, read: (from: Fields) => T): T | null {
  const fields = fieldsOf(value);
  return fields === null ? null : read(fields);
}

/** The items of an array for which `read` has an answer. */
export function rows<T>(value: unknown, read: (item: Fields) => T | null): T[] {
  if (!Array.isArray(value)) return [];
  const found: T[] = [];
  for (const item of value as unknown[]) {
    const row = optional(item, read);
    if (row !== null) found.push(row);
  }
  return found;
}
