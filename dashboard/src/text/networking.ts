/* SPDX-License-Identifier: Apache-2.0 */
import { plural } from "./format";

export const linked = (links: number): string =>
  links === 0 ? "Linked to no peer" : `Linked to ${plural(links, "peer", "peers")}`;
export const runningFor = (span: string): string => `the node runs for ${span}`;
export const signalingOff = "signaling is off";
export const strength = "Connection strength";
export const ofLinks = (strong: number, open: number): string =>
  `${strong} of ${plural(open, "link", "links")} ${strong === 1 ? "is" : "are"} strong`;
export const noLinks = "no link is open";
export const connected = "Connected";
export const peersUnit = (n: number): string => (n === 1 ? "peer" : "peers");
export const known = (n: number): string => `${n} known`;
export const dialing = (n: number): string => `${n} being called`;
export const waiting = (n: number): string => `${n} waiting`;
export const latestPeers = "Peers linked last";
export const thisNode = "This node:";
export const toDashboard = "View Node Dashboard";
export const ageOfLink = (span: string): string => `for ${span}`;
export const whatToDo = "What to do";
export const whoSaysSo = "Who says so";
