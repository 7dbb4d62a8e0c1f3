/* SPDX-License-Identifier: Apache-2.0 */
/* What the fake node has kept of the time before now: the same for the same moment, however it is
 * asked. 38 min ago it lost packets for 40 s, an hour is missing yesterday, and it is 20 days old. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/* How long, in steps of what, made of rows of what. */
const ranges = {
  "15m": [15 * minute, 5 * second, second],
  "1h": [hour, 10 * second, second],
  "24h": [day, 4 * minute, minute],
  "30d": [30 * day, 2 * hour, hour],
};
const bornMs = 20 * day;
const linksKeptMs = 24 * hour;

const series = [
  "links",
  "linksWanted",
  "inBytesPerSecond",
  "outBytesPerSecond",
  "rttP50Ms",
  "rttP95Ms",
  "lossIn",
  "lossOut",
  "rendezvousAttempts",
  "rendezvousSuccesses",
  "level",
];
const peaks = ["inBytesPerSecond", "outBytesPerSecond", "rttP95Ms", "lossIn"];

/** 0..1, the same for the same second. */
function chance(at, salt) {
  const x = Math.sin(Math.floor(at / second) * 12.9898 + salt) * 43758.5453;
  return x - Math.floor(x);
}

function isMissing(age) {
  return age > bornMs || (age > 20 * hour && age < 21 * hour);
}

function figuresAt(node, at, now) {
  const age = now - at;
  if (isMissing(age)) return null;
  const bad = age > 37.6 * minute && age < 38.3 * minute;
  const warn = node.shape.beaconFails && age < 7 * minute;
  const wave = 1 + 0.4 * Math.sin(at / (11 * minute)) + 0.2 * Math.sin(at / (3 * hour));
  return {
    links: node.shape.links,
    linksWanted: 8,
    inBytesPerSecond: Math.round(1_100_000 * wave * (0.8 + 0.4 * chance(at, 1))),
    outBytesPerSecond: Math.round(420_000 * wave * (0.8 + 0.4 * chance(at, 2))),
    rttP50Ms: Math.round(38 + 6 * chance(at, 3)),
    rttP95Ms: Math.round((bad ? 480 : 110) + (warn ? 100 : 0) + 40 * chance(at, 4)),
    lossIn: !node.shape.loss ? null : bad ? 0.041 : warn ? 0.017 : 0.003 * chance(at, 5),
    lossOut: node.shape.loss ? 0.002 * chance(at, 6) : null,
    rendezvousAttempts: 2,
    rendezvousSuccesses: warn ? 1 : 2,
    level: bad ? 2 : warn ? 1 : 0,
  };
}

/** Of a stretch: the worst level, the worst of what has a peak, and else what was in its middle. */
function pointOf(node, from, stepMs, now) {
  const looks = Array.from({ length: 8 }, (_, at) => figuresAt(node, from + ((at + 0.5) / 8) * stepMs, now));
  const seen = looks.filter((figures) => figures !== null);
  if (seen.length === 0) return { value: null, peak: null };
  const most = (name) =>
    seen.reduce((worst, { [name]: one }) => (one === null ? worst : Math.max(worst ?? one, one)), null);
  const value = { ...seen[seen.length >> 1], level: most("level") };
  return { value, peak: Object.fromEntries(peaks.map((name) => [name, most(name)])) };
}

/** Null when there is no such range. */
export function historyOf(node, range, now) {
  if (ranges[range] === undefined) return null;
  const [length, stepMs, tierMs] = ranges[range];
  const count = length / stepMs;
  const toAt = Math.ceil(now / stepMs) * stepMs;
  const fromAt = toAt - count * stepMs;
  const points = Array.from({ length: count }, (_, at) => pointOf(node, fromAt + at * stepMs, stepMs, now));
  const column = (which, name) => points.map((point) => point[which]?.[name] ?? null);
  return {
    asOf: now,
    fromAt,
    toAt,
    stepMs,
    tierMs,
    points: count,
    series: Object.fromEntries(series.map((name) => [name, column("value", name)])),
    peaks: Object.fromEntries(peaks.map((name) => [name, column("peak", name)])),
  };
}

const linksMax = 16;

/** Null when nothing is kept of that moment. */
export function momentOf(node, at, now) {
  const figures = figuresAt(node, at, now);
  if (figures === null) return null;
  const open = node.links.filter(({ state }) => state === "open");
  const links = open.map(({ nodeId, strength, rttMs, lossIn, path, direction }, place) => ({
    nodeId,
    strength: figures.level === 2 && place < 3 ? 41 : strength,
    rttMs,
    lossIn,
    path,
    direction,
  }));
  return {
    asOf: now,
    at,
    stepMs: second,
    ...figures,
    linkCount: figures.links,
    links: now - at > linksKeptMs ? null : links.slice(0, linksMax),
    findings: [[], ["beacon-silent"], ["link-loss-high"]][figures.level],
  };
}
