/* SPDX-License-Identifier: Apache-2.0 */
/* What the caretaker can do, and how it is said before, while and after. */

import type { BlockDirection, Operation, Target } from "../data/model_control";
import { capital, countdown, plural, shortId, span, uncapital } from "./format";

export const controlsTitle = "Controls";
export const controlsNote = "each takes effect at once";
export const progressTitle = "In progress";
export const progressNote = "you can take these back";
export const allOperations = "All operations";
export const waiting = (peers: number): string => `${plural(peers, "peer waits", "peers wait")}`;
export const waits = "waits until the daemon answers";
export const on = "On";
export const off = "Off";

/** Name and meaning; the order is the order in which they are shown. */
export const switches: Readonly<Record<string, readonly [string, string]>> = {
  network: ["Network", "Off closes every link, with a goodbye; this page stays"],
  mesh: ["Mesh routing", "Finds peers and heals by itself; off: links stay, you dial by hand"],
  autoconnect: ["Auto-connect", "Dials new peers by itself; off: only by hand"],
  approval: ["Manual approval", "New peers wait for you; off: whoever calls is linked"],
  signaling: ["Signaling", "Off: links stay, only known addresses are dialled"],
  isolate: ["Isolate", "Approved peers stay, other links are closed, nobody is looked for"],
  "pause-inbound": ["Pause incoming", "Takes no link from callers; links stay, it still dials"],
  "pause-outbound": ["Pause outgoing", "Dials nobody; links stay, callers are taken"],
  "pause-all": ["Pause all", "No new links either way; links stay"],
};

interface Deed {
  /** Null for what is done to somebody: then it is named. */
  readonly what: string | null;
  readonly done: string;
  readonly doing: string;
  readonly deed: string;
}

function turn(what: string, to: "on" | "off"): Deed {
  const deed = `Turn ${uncapital(what)} ${to}`;
  return { what, done: `turned ${to}`, doing: `Turning ${to}…`, deed };
}

function pause(what: string, deed: string): Deed {
  return { what, done: "paused", doing: "Pausing…", deed };
}

function toSomebody(done: string, doing: string, deed: string): Deed {
  return { what: null, done, doing, deed };
}

const deeds: Readonly<Record<string, Deed>> = {
  "network.enable": turn("Network", "on"),
  "network.disable": turn("Network", "off"),
  "mesh.enable": turn("Mesh routing", "on"),
  "mesh.disable": turn("Mesh routing", "off"),
  "mesh.refresh": { what: "Peers", done: "asked for", doing: "Asking…", deed: "Refresh peers" },
  "autoconnect.on": turn("Auto-connect", "on"),
  "autoconnect.off": turn("Auto-connect", "off"),
  "isolate.on": { ...turn("Isolate", "on"), deed: "Isolate this node" },
  "isolate.off": turn("Isolate", "off"),
  "signaling.stop": { what: "Signaling", done: "stopped", doing: "Stopping…", deed: "Stop signaling" },
  "signaling.resume": { what: "Signaling", done: "resumed", doing: "Resuming…", deed: "Resume signaling" },
  "signaling.use": toSomebody("found through", "Changing…", "Use another endpoint"),
  "pause.inbound": pause("Incoming links", "Pause incoming"),
  "pause.outbound": pause("Outgoing links", "Pause outgoing"),
  "pause.all": pause("New links", "Pause all"),
  "approval.on": turn("Manual approval", "on"),
  "approval.off": turn("Manual approval", "off"),
  "link.connect": toSomebody("called", "Calling…", "Connect"),
  "link.disconnect": toSomebody("disconnected", "Disconnecting…", "Disconnect"),
  "pending.approve": toSomebody("approved", "Approving…", "Approve"),
  "pending.reject": toSomebody("rejected", "Rejecting…", "Reject"),
  "block.add": toSomebody("blocked", "Blocking…", "Block"),
  "block.remove": toSomebody("unblocked", "Removing…", "Remove"),
  resume: { what: "Pauses", done: "ended", doing: "Resuming…", deed: "Resume" },
};

/** One that this page has no words for is called by its name. */
export function deedOf(action: string): Deed {
  return deeds[action] ?? { what: action, done: "done", doing: "Working…", deed: action };
}

/** "tjq4…w6mz", "user u:b2ye…q5sd", "192.0.2.1:8782", "wss://a.example/". */
export function targetName({ kind, nodeId, userId, address, endpoint }: Target): string {
  if (kind === "endpoint") return endpoint ?? "the best endpoint";
  if (kind === "user") return `user u:${shortId(userId ?? "")}`;
  return nodeId === null ? (address ?? "") : shortId(nodeId);
}

const sideWords: Record<BlockDirection, string> = { all: "", in: ", incoming", out: ", outgoing" };

export function doneTitle({ action, target, direction }: Operation): string {
  const { what, done } = deedOf(action);
  if (what !== null) return `${what} ${done}`;
  const whom = target === null ? "" : ` ${targetName(target)}`;
  return `${capital(done)}${whom}${direction === null ? "" : sideWords[direction]}`;
}

export function failedTitle({ action, target }: Operation): string {
  const { what, done } = deedOf(action);
  const whom = what ?? (target === null ? "" : targetName(target));
  return `${whom} ${what?.endsWith("s") === true ? "were" : "was"} not ${done}`;
}

export const failed = "Nothing changed, because it could not be written down first.";
export const applied = (ms: number | null): string =>
  ms === null ? "done" : ms < 1_000 ? `done, in ${Math.round(ms)} ms` : `done, in ${span(ms)}`;
export const kept = "kept";
export const expired = "ended as planned";
export const superseded = "something later took its place";
export const takenBack = "taken back";
export const backAgain = "back as it was";
export const wentBack = (ms: number): string =>
  `went back by itself: nobody kept it within ${Math.round(ms / 1_000)} s`;
export const by = (author: string | null, clock: string): string =>
  author === null ? clock : `by ${author === "api" ? "you" : author}, ${clock}`;
export const because = (reason: string | null): string =>
  reason === null ? "" : `reason: “${reason}”`;

export function byItself(operation: Operation): string {
  const to = operation.settings[0]?.wasOn;
  if (operation.state === "awaiting-confirm")
    return `goes back ${to === undefined ? "" : to ? "on " : "off "}by itself`;
  return /^(pause|signaling)/.test(operation.action) ? "resumes by itself" : "ends by itself";
}
export const inTime = (what: string, left: number): string => `${what} in ${countdown(left)}`;
export const spoken = (operation: Operation, seconds: number): string =>
  `${doneTitle(operation)}: ${byItself(operation)} in ${seconds} s unless it is kept`;

export const spokenOver = (operation: Operation, what: string): string =>
  `${doneTitle(operation)}: ${what}`;

export const undo = "Undo";
export const undoing = "Taking back…";
export const goBack = "Go back now";
export const keepWord = (operation: Operation): string =>
  operation.settings[0] === undefined ? "Keep it" : operation.settings[0].on ? "Keep on" : "Keep off";
export const keeping = "Keeping…";
export const tryAgain = "Try again";
export const about = (button: string, operation: Operation): string =>
  `${button}: ${doneTitle(operation)}`;

const listMax = 50; // the daemon tells the newest
export const aboutFailed = ({ action, target }: Operation): string =>
  `${tryAgain}: ${deedOf(action).deed}${target === null ? "" : ` ${targetName(target)}`}`;
export const connectAgain = "Connect again";

export const nothing = "Nothing in progress. What you do shows here, with the way back.";
export const today = ({ all, failed: lost, back }: { all: number; failed: number; back: number }): string =>
  `${all >= listMax ? "at least " : ""}${plural(all, "operation", "operations")} today, ${lost} failed, ${back} taken back`;

export const notAnswered = {
  title: "No answer",
  detail: "The daemon did not answer in time; this page shows what came of it as soon as it does.",
};
export const networkIs = (isOn: boolean): string => `Network is ${isOn ? "on" : "off"}`;
