/* SPDX-License-Identifier: Apache-2.0 */
/* What waits to leave, and for whom. */

import type { Waiting } from "../data/outbox";
import { capital, count, plural, shortId } from "./format";
import { visible } from "./visible";

export const title = "Waiting";
export const empty = "Nothing waits: whatever was written here, a neighbour has, and files have the copies they should have.";
export const off =
  "The network is off: nothing leaves until it is on again. All of this is signed and synced on this disk, and goes out in its order then.";
export const alone =
  "No peer is linked: nothing leaves until one is. All of this is signed and synced on this disk, and goes out in its order then.";
export const records = (many: number, since: string): string =>
  `${plural(many, "record of yours waits", "records of yours wait")} for a peer that takes ${many === 1 ? "it" : "them"}${since === "" ? "" : `, the oldest since ${since}`}.`;
export const showMore = "More that waits";
export const lastKnown = (clock: string): string => `You see what waited at ${clock}.`;
export const listLabel = "What waits, and for whom";

const kinds: Record<Waiting["kind"], string> = {
  post: "Post",
  manifest: "File published here",
  advert: "What this node says it holds",
  file: "File",
  other: "Record",
};
export const kindOf = (kind: Waiting["kind"]): string => kinds[kind];
export const nameOf = ({ name, id }: Waiting): string => (name === null ? shortId(id) : visible(name));

/** For whom it waits. */
export function waitsFor({ waitsFor: what, waitsForWord, seen, target }: Waiting): string {
  switch (what) {
    case "a-neighbour":
      return "Waits for a linked peer to take it";
    case "holders":
      return seen === null || target === null
        ? "Waits for more nodes to hold it"
        : `Waits for ${plural(Math.max(0, target - seen), "more node", "more nodes")} to hold it: ${count(seen)} of ${count(target)} do`;
    case "a-provider":
      return "Wanted here, and nobody in sight has it";
    case null:
      return waitsForWord === null ? "For whom is not known" : capital(`waits for ${visible(waitsForWord).replace(/-/g, " ")}`);
  }
}
