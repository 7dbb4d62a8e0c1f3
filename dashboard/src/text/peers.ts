/* SPDX-License-Identifier: Apache-2.0 */
import type { Direction, Path, UserProof } from "../data/model";
import type { StrengthWord } from "../data/health";
import { plural } from "./format";

export const title = "Active peers";
export const connectTo = "Connect to…";
export const summary = (connected: number, trying: number, not: number): string =>
  `${connected} connected · ${trying} trying · ${not} not connected`;
export const groups = {
  connected: "Connected",
  trying: "Trying",
  not: "Not connected",
} as const;
export const groupFilter = { all: "All", ...groups } as const;
export const pathFilter = {
  any: "Any path",
  lan: "LAN",
  direct: "Direct",
  relayed: "Relayed",
} as const;
export const filterLabel = "Show";
export const pathFilterLabel = "Path";
export const findLabel = "Find a peer by node, user or address";
export const findPlaceholder = "Node, user, address";
export const copyCsv = "Copy as CSV";
export const orderHeld = (changed: number): string => `order held, ${changed} changed`;
export const showFewer = "Show fewer";
export const tableLabel = "Active peers";

export const heads = {
  peer: "Peer",
  strength: "Strength",
  meters: "delay loss jit. age",
  roundTrip: "Round trip",
  trend: "ms, 10 min",
  loss: "Loss, %",
  traffic: "Traffic, KiB/s",
  path: "Path",
  handshake: "Handshake",
  learned: "Learned from",
  open: "Details",
} as const;
export const headTitles = {
  roundTrip: "Median / 95th percentile, in milliseconds",
  loss: "In / out. Not known until 200 numbered packets went over the link in 60 s",
  traffic: "In / out, 1 KiB = 1024 bytes",
  handshake: "When the peer last proved that it is alive",
} as const;
export const strengthWords: Record<StrengthWord, string> = {
  strong: "Strong",
  fair: "Fair",
  weak: "Weak",
  unknown: "not known yet",
};
export const meters = {
  delay: "Delay",
  loss: "Loss",
  jitter: "Jitter",
  handshakeAge: "Handshake age",
} as const;
export const meterSpoken = (parts: readonly (readonly [string, number | null])[]): string =>
  parts.map(([name, value]) => `${name.toLowerCase()} ${value ?? "not known"}`).join(", ");

export const paths: Record<Path, string> = {
  direct: "Direct",
  relayed: "Relayed",
  lan: "LAN",
  unknown: "Not known",
};
export const transports: Readonly<Record<string, string>> = {
  tls: "TLS",
  webrtc: "WebRTC",
  memory: "memory",
};
export const directions: Record<Direction, string> = {
  outbound: "we called",
  inbound: "they called",
  unknown: "",
};
export const proofs: Record<UserProof, string> = { proven: "proven", claimed: "claimed" };
export const userPrefix = "u:";
export const noUser = "no user named";
export const noId = "id not known yet";
export const openRow = (who: string): string => `Details of ${who}`;

export const why = "Why?";
export const block = "Block…";
export const copyId = "Copy id";
export const menuTitle = "What you can do";
export const menuOf = (who: string): string => `More for ${who}`;

export const stateWords = {
  connected: "Connected",
  weak: "Weak link",
  trying: "Trying",
  not: "Not connected",
} as const;
export const dialing = "Calling";
export const handshaking = "Answered, proving who it is";
export const forSpan = (span: string): string => `for ${span}`;
export const heldBack = "held back";
export const nextTry = (left: string): string => `Next try in ${left}`;
export const triedInVain = (failures: number): string =>
  failures === 0 ? "" : failures === 1 ? "tried once in vain" : `tried ${failures} times in vain`;
export const dueNow = "Next in line to be called";
export const closedAgo = (age: string): string => `Closed ${age} ago`;
export const notCalled = "Known, not called";
export const lastSeen = (age: string): string => `last seen ${age} ago`;
export const ticketEnded = (age: string): string => `ticket ended ${age} ago`;
export const noAddress = "no address known";

export const emptyTitle = "No peers yet";
export const emptyStarted = (age: string): string => `Started ${age} ago.`;
export const emptyNext =
  "Peers that beacons, capsules or the own cache name are called as soon as they are known.";
export const nothingMatches = "No peer matches these filters.";
export const clearFilters = "Clear filters";

export const csvHeads =
  "state,nodeId,userId,userProof,strength,rttMs,rttP95Ms,lossIn,lossOut," +
  "inBytesPerSecond,outBytesPerSecond,path,transport,direction,address," +
  "lastHandshakeAt,learnedFrom,reason,learnedAt,place,wait,nextAttemptAt,failures";
export const csvCopied = (rows: number): string => `Copied ${plural(rows, "row", "rows")}`;
export const legend = {
  direct: "Direct: straight to the peer",
  relayed: "Relayed: another carries it, sealed",
  lan: "LAN: direct, inside the local network",
  pairs: "Pairs: median / p95, in / out",
  proof: "Proven: signed by the user’s key · Claimed: it only says so",
} as const;
