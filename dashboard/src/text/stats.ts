/* SPDX-License-Identifier: Apache-2.0 */
import { count, dotted, plural, rateText, millis, percent, span } from "./format";

export const title = "Networking stats";
export const sinceOpened = (openFor: string): string =>
  `since this page was opened, ${openFor} ago`;
export const sinceOpenedKept = (openFor: string): string =>
  `seen by this page for ${openFor}; before that kept by the node`;
export const lastQuarter = "last 15 min, seen by this page";
export const views = { charts: "Charts", table: "Table" } as const;
export const viewLabel = "Show the figures as";

export const health = "Health";
export function healthSummary(seen: string, warn: number, bad: number): string {
  if (warn + bad === 0) return `Calm in all of the ${seen} that is known.`;
  const shares = `problems ${wholeShare(warn)}, trouble ${wholeShare(bad)} of the time`;
  return `In the ${seen} that is known: ${shares}.`;
}

function wholeShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export const links = "Links";
export const ofWanted = (target: number | null): string =>
  target === null ? "open" : `of ${count(target)} wanted`;
export const strengths = { strong: "strong", fair: "fair", weak: "weak" } as const;
export const strengthUnknown = "strength not known yet";
export const strengthUnkept = "how strong each was is not known";
export const noLinks = "no link is open";
export const perLink = (links: number, known: number | null): string => {
  const parts = [links > 0 ? "strength per link" : ""];
  if (known !== null) parts.push(`${plural(known, "peer", "peers")} known`);
  return dotted(parts);
};
export const barTitle = (who: string, strength: number | null): string =>
  strength === null ? `${who}: strength not known yet` : `${who}: strength ${strength}`;
export const moreLinks = (shown: number): string => `the ${shown} weakest`;

export const bandwidth = "Bandwidth";
export const totals = (inward: string, outward: string, since: string | null): string =>
  since === null ? `${inward} in · ${outward} out` : `${inward} in · ${outward} out since ${since}`;
export const into = "in";
export const out = "out";

export const roundTrip = "Round trip";
export const middleUnit = "ms middle link";
export const slowestUnit = "ms slowest";
export const jitter = (ms: string, links: number): string =>
  `jitter ${ms} ms · ${plural(links, "link", "links")} measured`;
export const noRoundTrip = "no link has answered a ping yet";
export const lineMiddle = "middle";
export const lineSlowest = "slowest";
export const lineMedian = "p50";
export const lineP95 = "p95";
export const medianUnit = "ms median";
export const p95Unit = "ms p95";
export const lossInUnit = "% in";

export const loss = "Packet loss";
export const lossUnknown = "not known: a link has to send 200 numbered packets in 60 s first";
export const lossNoLinks = "not known: no link is open";
export const worstIn = "% in, worst link";
export const percentUnit = "%";
export const worstLink = (who: string): string => `in, worst link ${who}`;
export const worstOut = "% out";
export const lossKnown = (known: number, open: number, who: string): string =>
  `${who} · known on ${count(known)} of ${plural(open, "link", "links")}`;

export const charts = {
  bandwidth: "Traffic in above the line and out below it, in bytes per second",
  roundTrip: "Round trip of the middle and of the slowest link, in milliseconds",
  loss: "Share of packets lost on the worst link, in percent",
  keptRoundTrip: "Round trip, median and 95th percentile, in milliseconds",
  keptLoss: "Share of packets lost on the way in, in percent",
};
export const noLine = "no line yet: one figure has come, or none";
export const noLossLine = "no line while the loss is not known";

export const reading = {
  rates: (at: string, inward: number | null, outward: number | null): string =>
    `${at}: ${rateText(inward)} in, ${rateText(outward)} out`,
  roundTrip: (at: string, middle: number | null, slowest: number | null): string =>
    `${at}: ${millis(middle)} ms middle, ${millis(slowest)} ms slowest`,
  keptRoundTrip: (at: string, median: number | null, p95: number | null): string =>
    `${at}: ${millis(median)} ms median, ${millis(p95)} ms p95`,
  loss: (at: string, share: number | null): string => `${at}: ${percent(share)} %`,
};

export const seenSpan = (ms: number): string => span(ms);
