/* SPDX-License-Identifier: Apache-2.0 */
/* The room that content takes, and the reading back of it. */

import { bytesText, count, plural, rateText, unknown, wholePercent } from "./format";

export const title = "Storage";
export const barLabel = "Room used";
export const ofBudget = (used: number | null, max: number, share: number | null): string =>
  `${bytesText(used)} of the ${bytesText(max)} that it may use${share === null ? "" : `, ${wholePercent(share)} %`}`;
export const noBudget = (used: number | null): string =>
  `${bytesText(used)}. No budget is set: as much as the disk holds (storage-max sets one).`;
export const freeName = "Free on the disk";
export const filesName = "Files";
export const filesOf = (files: number | null): string => (files === null ? unknown : `${count(files)} with a place of their own on the disk`);
export const replicasName = "For the swarm";
export const replicasOf = (replicas: number | null): string =>
  replicas === null ? unknown : replicas === 0 ? "no file is carried" : `${plural(replicas, "file is", "files are")} carried, and make room first`;
export const objectsName = "Objects";
export const objectsOf = (objects: number | null): string =>
  objects === null ? unknown : `${count(objects)} manifests, posts and other records, lists, small files`;
export const tight = "It is nearly full: files carried for the swarm make room first, as far as enough others hold them.";

export const scrubName = "Reading back";
export const scrubUnknown = `${unknown} this node does not tell`;
export const scrubFaults = (faults: number | null): string =>
  faults === null ? "faults not known" : faults === 0 ? "no faults" : `${plural(faults, "fault", "faults")} found, and fetched again`;
export const scrubRuns = (bytes: number | null, rate: number | null): string =>
  `Runs now: ${bytesText(bytes)} read${rate === null ? "" : `, at most ${rateText(rate)}`}`;
export const scrubOff = "Off: scrub-rate is 0";
export const scrubEnded = (when: string, bytes: number | null): string => `Ended ${when}: ${bytesText(bytes)} read`;
export const scrubNever = "Has not run yet";
export const passesOf = (passes: number | null): string =>
  passes === null ? "" : `${plural(passes, "pass", "passes")} ever`;
