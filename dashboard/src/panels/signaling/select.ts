/* SPDX-License-Identifier: Apache-2.0 */
/* One line of words for each endpoint, and for the whole. Pure. */

import { assert_never, type Endpoint, type SignalingPanel } from "../../data/model";
import type { Control, Operation } from "../../data/model_control";
import type { IconName } from "../../parts/icon";
import { reasonText } from "../../text/common";
import { capital, clock, dotted, millis, shortSpan } from "../../text/format";
import { because, by, byItself, inTime } from "../../text/operations";
import * as words from "../../text/signaling";
import { timeLeft } from "../operations/select";

export interface EndpointLine {
  readonly icon: IconName;
  readonly tone: "warn" | "quiet";
  readonly state: string;
  readonly words: string;
  readonly figure: string;
}

const icons: Record<Endpoint["state"], IconName> = {
  "in-use": "check",
  connecting: "clock",
  standby: "dot",
  waiting: "alert",
};

function trouble({ failedAt, error, state, nextAttemptAt }: Endpoint, now: number): string {
  const failed = failedAt === null ? (error ?? "") : words.failedAgo(shortSpan(now - failedAt), error);
  const next = state !== "waiting" || nextAttemptAt === null ? "" : words.nextTry(Math.max(0, nextAttemptAt - now));
  return state === "in-use" ? "" : dotted([failed, next]);
}

export function endpointLine(endpoint: Endpoint, now: number): EndpointLine {
  const { state, chosen, latencyMs } = endpoint;
  return {
    icon: icons[state],
    tone: state === "waiting" ? "warn" : "quiet",
    state: words.states[state],
    words: dotted([words.states[state], chosen ? words.yours : "", trouble(endpoint, now)]),
    figure: latencyMs === null ? "" : `${millis(latencyMs)} ms`,
  };
}

function sentence(text: string): string {
  const start = capital(text);
  return start === "" || start.endsWith(".") ? start : `${start}.`;
}

/** By whom, why, and how long it lasts. */
function holderText(holder: Operation, now: number): string {
  const left = timeLeft(holder, now);
  return dotted([
    by(holder.author, clock(holder.askedAt ?? now)),
    because(holder.reason),
    left === null ? "" : inTime(byItself(holder), left),
  ]);
}

/** What holds signaling back, as the caretaker did it. */
export function holderOf(
  panel: SignalingPanel,
  controls: readonly Control[] | null,
  operations: readonly Operation[] | null,
): Operation | null {
  const id = controls?.find(({ name }) => name === panel.stoppedBy)?.operation ?? null;
  return operations?.find((operation) => operation.id === id) ?? null;
}

export function summary(panel: SignalingPanel, holder: Operation | null, now: number): string {
  const { state, since, why, heartbeatAt, failoversToday } = panel;
  const lost = failoversToday === null || failoversToday === 0 ? "" : words.failovers(failoversToday);
  switch (state) {
    case "off":
    case "waiting":
    case "unknown":
      return panel.reason === null ? words.withoutReason : sentence(reasonText(panel.reason));
    case "stopped":
      return dotted([capital(panel.reason ?? ""), holder === null ? "" : holderText(holder, now)]);
    case "connecting":
      return lost === "" ? words.badges.connecting : lost;
    case "connected":
      return capital(
        dotted([
          since === null ? "" : words.usedFor(shortSpan(now - since)),
          why ?? "",
          heartbeatAt === null ? "" : words.heartbeat(shortSpan(Math.max(0, now - heartbeatAt))),
          lost,
        ]),
      );
    default:
      return assert_never(state);
  }
}
