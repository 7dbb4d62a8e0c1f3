/* SPDX-License-Identifier: Apache-2.0 */
/* What the caretaker can do, and how it is said before, while and after. */

import type { Operation } from "../data/model";
import { countdown, plural, span } from "./format";

export const controlsTitle = "Controls";
export const controlsNote = "each takes effect at once";
export const progressTitle = "In progress";
export const progressNote = "you can take these back";
export const waits = "waits until the daemon answers";
export const on = "On";
export const off = "Off";

/** Name and meaning; the order is the order in which they are shown. */
export const switches: Readonly<Record<string, readonly [string, string]>> = {
  network: ["Network", "Off closes every link, with a goodbye; this page stays"],
  mesh: ["Mesh routing", "Finds peers and heals by itself; off: links stay, you dial by hand"],
  autoconnect: ["Auto-connect", "Dials new peers by itself; off: only by hand"],
  signaling: ["Signaling", "Off: links stay, only known addresses are dialled"],
  isolate: ["Isolate", "Approved peers stay, other links are closed, nobody is looked for"],
  "pause-inbound": ["Pause incoming", "Takes no link from callers; links stay, it still dials"],
  "pause-outbound": ["Pause outgoing", "Dials nobody; links stay, callers are taken"],
  "pause-all": ["Pause all", "No new links either way; links stay"],
};

interface Deed {
  readonly what: string;
  readonly done: string;
  readonly doing: string;
  readonly deed: string;
}

function turn(what: string, to: "on" | "off"): Deed {
  const deed = `Turn ${what.charAt(0).toLowerCase()}${what.slice(1)} ${to}`;
  return { what, done: `turned ${to}`, doing: `Turning ${to}…`, deed };
}

function pause(what: string, deed: string): Deed {
  return { what, done: "paused", doing: "Pausing…", deed };
}

const deeds: Readonly<Record<string, Deed>> = {
  "network.enable": turn("Network", "on"),
  "network.disable": turn("Network", "off"),
  "mesh.enable": turn("Mesh routing", "on"),
  "mesh.disable": turn("Mesh routing", "off"),
  "autoconnect.on": turn("Auto-connect", "on"),
  "autoconnect.off": turn("Auto-connect", "off"),
  "isolate.on": { ...turn("Isolate", "on"), deed: "Isolate this node" },
  "isolate.off": turn("Isolate", "off"),
  "signaling.stop": { what: "Signaling", done: "stopped", doing: "Stopping…", deed: "Stop signaling" },
  "signaling.resume": { what: "Signaling", done: "resumed", doing: "Resuming…", deed: "Resume signaling" },
  "pause.inbound": pause("Incoming links", "Pause incoming"),
  "pause.outbound": pause("Outgoing links", "Pause outgoing"),
  "pause.all": pause("New links", "Pause all"),
  "link.disconnect": { what: "Link", done: "ended", doing: "Disconnecting…", deed: "Disconnect" },
  "block.add": { what: "Block", done: "added", doing: "Blocking…", deed: "Block" },
  "block.remove": { what: "Block", done: "removed", doing: "Removing…", deed: "Remove block" },
  resume: { what: "Pauses", done: "ended", doing: "Resuming…", deed: "Resume" },
};

/** One that this page has no words for is called by its name. */
export function deedOf(action: string): Deed {
  return deeds[action] ?? { what: action, done: "done", doing: "Working…", deed: action };
}

export function doneTitle(action: string): string {
  const { what, done } = deedOf(action);
  return `${what} ${done}`;
}

export function failedTitle(action: string): string {
  const { what, done } = deedOf(action);
  return `${what} ${what.endsWith("s") ? "were" : "was"} not ${done}`;
}

export const failed = "Nothing changed, because it could not be written down first.";
export const applied = (ms: number | null): string =>
  ms === null ? "done" : ms < 1_000 ? `done, in ${Math.round(ms)} ms` : `done, in ${span(ms)}`;
export const kept = "kept";
export const expired = "ended as planned";
export const takenBack = "taken back";
export const backAgain = "back as it was";
export const wentBack = (ms: number): string =>
  `went back by itself: nobody kept it within ${Math.round(ms / 1_000)} s`;
export const by = (author: string | null, clock: string): string =>
  author === null ? clock : `by ${author === "api" ? "you" : author}, ${clock}`;
export const because = (reason: string | null): string =>
  reason === null ? "" : `reason: “${reason}”`;

export function byItself(operation: Operation): string {
  if (operation.state === "awaiting-confirm")
    return `goes back ${operation.settings[0]?.on === true ? "off" : "on"} by itself`;
  return /^(pause|signaling)/.test(operation.action) ? "resumes by itself" : "ends by itself";
}
export const inTime = (what: string, left: number): string => `${what} in ${countdown(left)}`;
export const spoken = (operation: Operation, seconds: number): string =>
  `${doneTitle(operation.action)}: ${byItself(operation)} in ${seconds} s unless it is kept`;

export const spokenOver = (operation: Operation, what: string): string =>
  `${doneTitle(operation.action)}: ${what}`;

export const undo = "Undo";
export const undoing = "Taking back…";
export const goBack = "Go back now";
export const keepWord = (operation: Operation): string =>
  operation.settings[0]?.on === true ? "Keep on" : "Keep off";
export const keeping = "Keeping…";
export const tryAgain = "Try again";
export const about = (button: string, action: string): string => `${button}: ${doneTitle(action)}`;

const listMax = 50; // the daemon tells the newest
export const aboutFailed = (action: string): string => `${tryAgain}: ${deedOf(action).deed}`;

export const nothing = (today: number, back: number): string =>
  today === 0
    ? "Nothing in progress. What you do shows here, with the way back."
    : `Nothing in progress. ${today >= listMax ? "At least " : ""}${plural(today, "operation", "operations")} today, ${back} taken back.`;

export const notAnswered = {
  title: "No answer",
  detail: "The daemon did not answer in time; this page shows what came of it as soon as it does.",
};
export const networkIs = (isOn: boolean): string => `Network is ${isOn ? "on" : "off"}`;
