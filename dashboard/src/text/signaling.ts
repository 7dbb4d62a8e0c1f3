/* SPDX-License-Identifier: Apache-2.0 */
import type { EndpointState, SignalingPanel } from "../data/model";
import { countdown, plural } from "./format";

export const title = "Signaling endpoint";
export const badges: Record<SignalingPanel["state"], string> = {
  off: "Off",
  connected: "Connected",
  connecting: "Connecting",
  waiting: "No answer",
  stopped: "Stopped",
  unknown: "Not known",
};
export const states: Record<EndpointState, string> = {
  "in-use": "In use",
  connecting: "Connecting",
  standby: "Stands by",
  waiting: "Waits",
};
export const withoutReason = "No reason is given.";
export const paused = "Paused: it stays known there, and no call passes.";
export const usedFor = (span: string): string => `in use for ${span}`;
export const heartbeat = (age: string): string => `heartbeat ${age} ago`;
export const failovers = (times: number): string => `${plural(times, "failover", "failovers")} in 24 h`;
export const yours = "your choice";
export const failedAgo = (age: string, error: string | null): string =>
  `failed ${age} ago${error === null ? "" : `: ${error}`}`;
export const nextTry = (left: number): string => `next try in ${countdown(left)}`;
export const listLabel = "Signaling endpoints";
export const another = "Use another…";
export const stop = "Stop signaling…";
export const resume = "Resume signaling";
