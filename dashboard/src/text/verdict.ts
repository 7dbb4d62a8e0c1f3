/* SPDX-License-Identifier: Apache-2.0 */
import type { LinkFigures } from "../data/health";
import { count, plural, span, uncapital } from "./format";

export const allWell = "All well";
export const cutOff = "Cut off: no peers";
export const starting = "Starting: looking for peers";
export const stopping = "Stopping";
export const notFully = "Working, but not fully";
export const networkOffTitle = "Network off";
export const networkOffSentence =
  "No peer can reach this node, and it calls nobody. This page goes on working.";
export const noAnswerTitle = "No answer";
export const loadingTitle = "Asking the node";
export const loadingText = "The first figures come with the first message of the stream.";

export function withProblems(problems: number): string {
  return `Working, with ${plural(problems, "problem", "problems")}`;
}

export function startingWithProblems(problems: number): string {
  return `Starting, with ${plural(problems, "problem", "problems")}`;
}

/** "8 links, 6 of them strong." */
export function linksSentence(figures: LinkFigures): string {
  const { open, strong, fair, weak } = figures;
  if (open === 0) return "No link to any peer.";
  const links = plural(open, "link", "links");
  const rated = strong + fair + weak;
  if (rated === 0) return `${links}; how strong is not known yet.`;
  if (strong === open) return open === 1 ? `${links}, strong.` : `${links}, all strong.`;
  if (strong === 0) return `${links}, none of them strong.`;
  return `${links}, ${count(strong)} of them strong.`;
}

export function wantedSentence(active: number, min: number): string {
  return `That is under the ${count(min)} it needs to stay found; it looks for ${
    min - active === 1 ? "one more" : "more"
  }.`;
}

export function knownSentence(known: number, dialing: number): string {
  if (known === 0) return "No peer is known yet.";
  const called = dialing === 0 ? "none is being called now" : `${count(dialing)} being called`;
  return `${plural(known, "peer is", "peers are")} known, ${called}.`;
}

export const before = (title: string, sentence: string): string =>
  `Before that: ${uncapital(title)}. ${sentence}`;

export function askingSentence(beacons: number, capsules: number): string {
  const asked = [
    beacons > 0 ? plural(beacons, "beacon", "beacons") : "",
    capsules > 0 ? plural(capsules, "capsule", "capsules") : "",
  ].filter((word) => word !== "");
  return asked.length === 0
    ? "No beacon and no capsule is set: peers come from the cache, or call."
    : `Asking ${asked.join(" and ")}.`;
}

export const servesOnly = "It serves others, and is no node of the mesh itself.";
export const nothingToDo = "Nothing needs you.";
export const stoppingSentence = "The node says goodbye to its peers and ends.";
export const checked = (ms: number): string => `checked ${span(Math.max(100, ms))} ago`;
export const since = (clock: string): string => `since ${clock}`;
export const andMore = (more: number): string => `and ${more} more`;
export const showFewer = "show fewer";
export const seeWhy = "See why";
export const findingsLabel = "What is wrong, worst first";
export const levelWords = { error: "Error", warn: "Warning", info: "Notice", debug: "Detail" };
export const why = "Why?";
export const review = "Review";
