/* SPDX-License-Identifier: Apache-2.0 */
/* The files of this node: what is here, on its way, and how one comes here. */

import type { Wanted } from "../data/content";
import type { Readers, StoredFile } from "../data/stored_file";
import { bytesText, count, plural, shortId, unknown } from "./format";
import { visible } from "./visible";

export const totalsLabel = "All files";
export const held = "Files here";
export const fetching = "On the way";
export const onDisk = "On this disk";
export const traffic = "All links now";
export const noBudget = "no budget is set: as much as the disk holds";
export const ofBudget = (max: number, share: string): string => `of ${bytesText(max)}, ${share} %`;
export const heldMeans = "whole, and checked";
export const fetchingMeans = (many: number | null): string =>
  many === 0 ? "nothing is awaited" : "wanted, and not whole yet";
export const into = "in";
export const out = "out";
export const networkOff =
  "The network is off. What is here stays here, what is published is published here; it travels when the network is on again.";
export const notKept = "Which files this node held at that moment is not kept. Back to live shows those it holds now.";
export const unreadable = {
  title: "The node's answer was not understood",
  detail: "It may be of another version: load the page again.",
} as const;
export const lastKnown = (clock: string): string => `You see the files as of ${clock}.`;

export const placesLabel = "On this page";
export const listTitle = "Files";
export const findLabel = "Find a file by name, id, author or who may read it";
export const findPlaceholder = "Name, id, author";
export const stateLabel = "Which files";
export const stateFilter = { all: "All", held: "Here", fetching: "On the way", known: "Not here" } as const;
export const nothingMatches = "No file matches.";
export const clearFilters = "Show all files";
export const emptyTitle = "This node holds no files yet";
export const emptyNext = "Publish one from this browser, or fetch one by its id. What is held is checked and given to whoever asks.";
export const showMore = (more: number): string => `Show ${plural(more, "more file", "more files")}`;
export const isPart = (shown: number): string =>
  `This page knows the first ${count(shown)} files, and there are more. On the machine, skep list shows all.`;

export const heads = {
  name: "Name",
  size: "Size",
  readers: "Who may read it",
  author: "By",
  at: "Published",
  copies: "Copies",
  state: "On this node",
} as const;

export function nameOf({ name, state }: StoredFile): string {
  if (name !== null) return visible(name);
  return state === "fetching" ? "Name not known yet" : "Sealed for others";
}

const readersShort: Record<Readers, string> = {
  public: "Anybody",
  community: "The community",
  users: "Chosen users",
};
const readersLong: Record<Readers, string> = {
  public: "anybody in the swarm",
  community: "whoever has the secret of the community it was published for",
  users: "its author, and the users its author chose",
};
export const readersOf = (readers: Readers | null): string =>
  readers === null ? unknown : readersShort[readers];
export const readersMeans = ({ readers, state }: StoredFile): string =>
  readers !== null ? readersLong[readers] : state === "fetching" ? "not known yet" : "not this node's user";
export const authorOf = ({ author, isOurs }: StoredFile): string =>
  isOurs ? "you" : author === null ? unknown : shortId(author);

/** How far it is, in words. */
export function progressOf({ state, stage, chunks, chunksHere }: StoredFile): string {
  if (state === "held") return "Here";
  if (state === "known") return "Not here";
  switch (stage) {
    case "manifest":
      return "Its manifest is awaited";
    case "lists":
      return "Its list of chunks is awaited";
    case "chunks":
      return chunks === null ? "Its chunks are awaited" : `${count(chunksHere)} of ${plural(chunks, "chunk", "chunks")}`;
    default:
      return "Waits for its turn";
  }
}
export const barLabel = (name: string): string => `${name}: how much is here`;

export const idName = "Id";
export const copyId = (name: string): string => `Copy the id of ${name}`;
export const authorName = "Author";
export const copyAuthor = (name: string): string => `Copy the id of the author of ${name}`;
export const ours = "this node's user";
export const publishedName = "Published";
export const byItsClock = "by its author's clock";
export const sizeName = "Size";
export const exactly = (bytes: number): string => `${plural(bytes, "byte", "bytes")}`;
export const kindName = "Kind";
export const chunksName = "Chunks here";
export const chunksOf = (here: number | null, all: number): string => `${count(here)} of ${count(all)}`;
export const sourcesName = "Sources";
export const sourcesOf = (peers: number): string =>
  `${plural(peers, "linked peer says it has it, or is", "linked peers say they have it, or are")} asked for it`;
export const troubleName = "In the way";
export const download = "Download";
export const downloadOf = (name: string): string => `Download ${name}`;
export const sealed = "It is sealed for others: this node keeps it for them, and nobody here can open it.";
export const detailsOf = (name: string): string => `Details of ${name}`;

export const fetchTitle = "Fetch by id";
export const fetchLabel = "Ids of files, one or several";
export const fetchHint =
  "Each has 64 digits, 0 to 9 and a to f. Several with spaces or lines between.";
export const fetchDeed = (many: number): string => (many > 1 ? `Fetch ${count(many)} files` : "Fetch file");
export const fetchDoing = "Asking…";
export const fetchNone = "Type or paste the id of a file first.";
export const fetchOdd = (word: string, more: number): string =>
  `${word.length > 24 ? `${word.slice(0, 24)}…` : word} is no id of a file${more > 0 ? `, and ${more} more are none` : ""}: an id has 64 digits, 0 to 9 and a to f. Nothing was asked for.`;

/** What came of asking for files. */
export function wantedText({ held, fetching, refused }: Wanted): string {
  const parts = [];
  if (fetching > 0) parts.push(`${plural(fetching, "file is", "files are")} on the way.`);
  if (held > 0) parts.push(`${plural(held, "is", "are")} here already.`);
  if (refused > 0)
    parts.push(`${plural(refused, "was", "were")} not taken: this node knows as many files as it can.`);
  return parts.join(" ");
}
export const showFileOf = (name: string): string => `Show ${name} in the list of files`;
