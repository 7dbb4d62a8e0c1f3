/* SPDX-License-Identifier: Apache-2.0 */
/* Publishing files from this browser. */

import type { Readers } from "../data/stored_file";
import type { Upload } from "../data/uploads";
import { bytesText, plural, shortId, wholePercent } from "./format";

export const title = "Publish";
export const about = "Drop files anywhere on this page. Before anything leaves, you say who may read them.";
export const choose = "Choose files…";
export const dropHere = "Drop to publish";
export const dropMeans = "Who may read it is asked next.";
export const chooseLabel = "Files to publish";

export const formTitle = (many: number): string =>
  many === 0 ? "A folder is not published from here" : `Publish ${plural(many, "file", "files")}`;
export const formFiles = "What is published";
export const andMore = (more: number, size: number): string => `and ${more} more, ${bytesText(size)} in all`;
export const allOf = (size: number): string => `${bytesText(size)} in all`;
export const whoLabel = "Who may read it";
export const readers: Record<Readers, string> = {
  public: "Anybody in the swarm",
  community: "The community",
  users: "Only me",
};
export const readersMean = {
  public: "Everyone who has the id can fetch and read it. What is public cannot be called back.",
  community: (name: string): string =>
    `Whoever has the secret of ${name}. Others may carry it, sealed; they cannot open it.`,
  users: (id: string | null): string =>
    `The user of this node${id === null ? "" : `, ${shortId(id)}`}, alone. Others may carry it, sealed; they cannot open it.`,
} as const;
export const noCommunity = "This node takes part in no community.";
export const targetLabel = "How many nodes should hold it";
export const targetMeans = "Nodes that have room copy it until so many hold it. The list shows how many do.";
export const cancel = "Cancel";
const forWhom: Record<Readers, string> = {
  public: "for anybody",
  community: "for the community",
  users: "for me alone",
};
export const deed = (many: number, who: Readers): string =>
  `Publish ${plural(many, "file", "files")} ${forWhom[who]}`;
export const readersOf = (who: Readers): string => forWhom[who];
export const overRoom = (size: number, left: number): string =>
  `${bytesText(size)} is more than the ${bytesText(left)} that the budget has left: the node will refuse what does not fit.`;
export const foldersLeft = (many: number): string =>
  `${plural(many, "folder was", "folders were")} left out: on the machine, skep add publishes a folder with all in it.`;

export const listLabel = "Files on their way to the node";
export const barLabel = (name: string): string => `${name}: how much has left this browser`;
export const cancelOf = (name: string): string => `Cancel ${name}`;
export const tryAgain = "Try again";
export const tryAgainOf = (name: string): string => `Try ${name} again`;
export const clearOver = "Clear the list";
export const copyId = (name: string): string => `Copy the id of ${name}`;
export const copyWords = "Copy id";
export const cancelled = (name: string): string => `${name} was not published.`;
export const spoken = (done: number, failed: number): string =>
  [
    ...(done > 0 ? [`${plural(done, "file is", "files are")} published.`] : []),
    ...(failed > 0 ? [`${plural(failed, "file was", "files were")} not.`] : []),
  ].join(" ");
export const broken = {
  title: "The connection to the node broke",
  detail: "Nothing was published. It may have had no room for the file, or it is down: try again.",
} as const;

/** What happens with it now. */
export function phaseOf({ phase, bytesSent, size }: Upload): string {
  switch (phase) {
    case "waiting":
      return "Waits for the one before it";
    case "sending":
      return `${bytesText(bytesSent)} of ${bytesText(size)}, ${wholePercent(size === 0 ? 1 : bytesSent / size)} %`;
    case "sent":
      return "The node has all of it, and seals and signs it…";
    case "done":
      return "Published";
    case "failed":
      return "Not published";
  }
}
