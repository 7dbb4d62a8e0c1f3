/* SPDX-License-Identifier: Apache-2.0 */
/* What the node has kept, as it answers it. Each point of a series covers one step; the page takes
 * it for its middle. Series that are missing or of another length are not known. */

import { readLink } from "./decode_rows";
import { type Fields, fieldsOf, figure, rows, text, texts, time } from "./fields";
import type { Health } from "./health";
import type { Link } from "./model";
import type { Kept, Moment, Range } from "./past";
import type { Sample } from "./samples";

/** More points than this are not read. */
const pointsMax = 360;

const healths: readonly Health[] = ["calm", "warn", "bad"];

function healthAt(level: number | null): Health | null {
  return level === null ? null : (healths[level] ?? null);
}

/** The figures of one point: `read` says what stands under a name. */
function sampleOf(
  at: number,
  read: (name: string) => number | null,
  peak: (name: string) => number | null,
): Sample {
  return {
    at,
    inRate: read("inBytesPerSecond"),
    outRate: read("outBytesPerSecond"),
    links: read("links"),
    wanted: read("linksWanted"),
    roundTrip: read("rttP50Ms"),
    slowest: read("rttP95Ms"),
    loss: read("lossIn"),
    lossOut: read("lossOut"),
    health: healthAt(read("level")),
    peaks: {
      inRate: peak("inBytesPerSecond"),
      outRate: peak("outBytesPerSecond"),
      slowest: peak("rttP95Ms"),
      loss: peak("lossIn"),
    },
  };
}

function cell(from: Fields | null, name: string, at: number): number | null {
  const list = from?.[name];
  const value: unknown = Array.isArray(list) ? list[at] : null;
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function readKept(from: Fields): Kept | null {
  const fromAt = time(from, "fromAt");
  const stepMs = figure(from, "stepMs");
  if (fromAt === null || stepMs === null || stepMs <= 0) return null;
  const many = Math.min(pointsMax, Math.max(0, Math.floor(figure(from, "points") ?? 0)));
  const series = fieldsOf(from["series"]);
  const peaks = fieldsOf(from["peaks"]);
  const points = Array.from({ length: many }, (_, at) =>
    sampleOf(
      Math.round(fromAt + (at + 0.5) * stepMs),
      (name) => cell(series, name, at),
      (name) => cell(peaks, name, at),
    ),
  );
  return { stepMs, points };
}

/** What it keeps of a link, under the node at its other end; the rest is not known. */
function readPastLink(from: Fields): Link | null {
  return readLink({ ...from, id: from["nodeId"], state: "open" });
}

/** `asked`: the moment that was asked for; the node answers with the step that it lies in. */
export function readMoment(from: Fields, asked: number): Moment {
  const links = Array.isArray(from["links"]) ? rows(from["links"], readPastLink) : null;
  // Of a series "links" is how many there were, here it is the links themselves.
  const read = (name: string): number | null => figure(from, name === "links" ? "linkCount" : name);
  return {
    at: asked,
    sample: sampleOf(asked, read, () => null),
    links,
    findings: texts(from, "findings"),
  };
}

export type Got<T> = { readonly value: T } | { readonly trouble: string };

async function get<T>(path: string, read: (from: Fields) => T | null): Promise<Got<T>> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 10_000);
  try {
    const answer = await fetch(path, { cache: "no-store", signal: stop.signal });
    const told = fieldsOf(await answer.json());
    const value = answer.ok && told !== null ? read(told) : null;
    if (value !== null) return { value };
    return { trouble: told === null ? "" : (text(told, "detail") ?? text(told, "title") ?? "") };
  } catch {
    return { trouble: "" };
  } finally {
    clearTimeout(timer);
  }
}

export function getKept(range: Range): Promise<Got<Kept>> {
  return get(`api/v1/history?range=${range}`, readKept);
}

export function getMoment(at: number): Promise<Got<Moment>> {
  return get(`api/v1/history/moment?at=${Math.round(at)}`, (from) => readMoment(from, at));
}
