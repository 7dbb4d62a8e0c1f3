/* SPDX-License-Identifier: Apache-2.0 */
import { span, wholeSpan } from "./format";

export const navLabel = "Pages";
export const menuLabel = "Menu";
export const diagnostics = "Diagnostics";
export const live = "Live";
export const connecting = "Connecting";
export const noAnswer = "No answer";
export const signedOut = "Signed out";

export function heardAgo(silentMs: number): string {
  return `${span(Math.max(100, silentMs))} ago`;
}

export function noAnswerFor(silentMs: number): string {
  return `No answer for ${wholeSpan(silentMs)}`;
}

export function unseenLabel(unseen: number): string {
  return `${unseen} warnings and errors you have not looked at`;
}

export function copyNodeId(id: string): string {
  return `Copy the node id ${id}`;
}

export function switchTheme(to: "light" | "dark"): string {
  return to === "dark" ? "Use dark colours" : "Use light colours";
}

export const staleTitle = (clock: string, silent: string): string =>
  `The daemon does not answer. You see the state of ${clock}, ${silent} ago.`;
export const offlineTitle = "The daemon does not answer. There are no figures to show yet.";
export const noAnswerSpoken = "The daemon does not answer. The page shows its last state.";
export const tryNow = "Try now";
export const retrying = (nextMs: number): string =>
  nextMs <= 0
    ? "Trying again every 2 s, now."
    : `Trying again every 2 s, next in ${Math.min(2, Math.ceil(nextMs / 1000))} s.`;
export const waitingOpen =
  "The connection is open and silent; a new one is opened after 15 s of silence.";
export const busy = "It answers, but gives this page no stream: too many pages may be open.";
export const onTheMachine = "On the machine:";
export const machineCommands = "skep status · journalctl -u skep";

export const stoppingTitle = "The node is stopping.";
export const stoppingText =
  "It says goodbye to its peers and ends. This page goes on when the node is started again.";
