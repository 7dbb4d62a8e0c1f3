/* SPDX-License-Identifier: Apache-2.0 */
import type { ReachState } from "../data/model";
import { countdown, plural } from "./format";

export const title = "Can peers reach this node?";
export const families = { ipv4: "IPv4", ipv6: "IPv6" } as const;
export const states: Record<ReachState, string> = {
  public: "Public",
  private: "Private",
  unknown: "Not known yet",
};
export const inOneWord: Record<ReachState, string> = {
  public: "public",
  private: "private",
  unknown: "not known yet",
};
export const since = (age: string): string => `for ${age}`;
export const confirmed = (names: string): string => `got through: ${names}`;
export const failed = (names: string): string => `did not get through: ${names}`;
export const witness = (who: string, age: string): string => `${who} ${age}`;
export const unseen = "no peer sees this node by this family";
export const unasked = "no peer has tried to dial it yet";
export const seenAt = (address: string): string => `seen at ${address}`;
export const nextProbe = (left: number): string => `asked again in ${countdown(left)}`;
export const familiesLabel = "By family of addresses";
export const verdicts = {
  reached: "Peers can dial this node.",
  partly: (open: string, closed: string): string =>
    `Peers can dial this node by ${open}, not by ${closed}.`,
  closed: "Peers cannot dial this node.",
  unknown: "Nobody has said yet whether peers can dial this node.",
} as const;
export const works =
  "It works all the same: links that it dials itself are not touched by that. But two such nodes cannot link.";
export const whatToDo = "To be reached";
export const openPort = (port: string): string =>
  port === "" ? "Open the TCP port of --listen" : `Open TCP port ${port}`;
export const openPortWhere = " on the router and in the firewall, towards this machine.";
export const advertise = "Or say where it is open already: start with";
export const advertiseOption = "--advertise ADDR:PORT";
export const short = (parts: readonly string[]): string => `Reached from outside: ${parts.join(" · ")}`;
export const tried = (peers: number): string => `tried by ${plural(peers, "peer", "peers")}`;
export const outageTitle = (clock: string): string =>
  clock === ""
    ? "No network: every dial fails."
    : `No network: every dial fails since ${clock}.`;
export const outageText =
  "No link is up and nobody answers, so this node’s own network seems to be down: look at its cable, router or provider. It goes on by itself.";
export const outageNext = (left: number | null): string =>
  left === null || left <= 0 ? "The next dial is under way." : `Next dial in ${countdown(left)}.`;
export const outageSpoken = "No network: every dial of this node fails.";
