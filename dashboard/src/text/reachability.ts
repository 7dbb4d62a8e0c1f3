/* SPDX-License-Identifier: Apache-2.0 */
import type { ReachState } from "../data/model";
import { countdown } from "./format";

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
export const unseen = "no peer sees this node at a public address of this family";
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
  "It works all the same: links that it dials itself are not touched by that. " +
  "But two such nodes cannot link with each other.";
export const whatToDo = "To be reached";
export const openPort = (port: string): string =>
  port === "" ? "Open the TCP port of --listen" : `Open TCP port ${port}`;
export const openPortWhere = " on the router and in the firewall, towards this machine.";
export const advertise = "Or say where it is open already: start with";
export const advertiseOption = "--advertise ADDR:PORT";
export const short = (parts: readonly string[]): string =>
  `Reached from outside: ${parts.join(" · ")}`;
export const outageTitle = (clock: string): string =>
  `No network: every dial fails${clock === "" ? "" : ` since ${clock}`}.`;
export const outageNext = (left: number | null): string =>
  left === null || left <= 0
    ? "It tries again now, and goes on by itself."
    : `It tries again in ${countdown(left)}, and goes on by itself.`;
export const outageSpoken = "No network: every dial of this node fails.";
