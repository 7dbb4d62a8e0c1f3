/* SPDX-License-Identifier: Apache-2.0 */
/* The rendezvous panel's figures and one line of words per source. Pure. */

import { assert_never, type Attempt, type RendezvousPanel, type Source } from "../../data/model";
import type { IconName } from "../../parts/icon";
import { reasonText } from "../../text/common";
import { dotted, millis, shortSpan, unknown, wholePercent } from "../../text/format";
import * as words from "../../text/rendezvous";

/** All requests to all sources in the order they were made, the newest `limit`. */
export function attempts(panel: RendezvousPanel, limit: number): readonly Attempt[] {
  const all = panel.sources.flatMap((source) => source.recent);
  return all.sort((a, b) => a.at - b.at).slice(-limit);
}

export interface SourceLine {
  readonly icon: IconName;
  readonly tone: "warn" | "quiet";
  readonly state: string;
  readonly words: string;
  readonly figure: string;
  readonly share: string;
}

function planned(at: number | null, now: number): string {
  return at === null || at < now ? "" : words.nextTry(at - now);
}

function shareOf(source: Source): string {
  return source.attempts === null || source.successes === null || source.attempts === 0
    ? ""
    : words.ofAttempts(source.successes, source.attempts);
}

/** How much of what is linked now this source told of; nothing when that is none. */
function linksOf(source: Source): string {
  if (source.links === null || source.links === 0 || source.linkShare === null) return "";
  return words.linksFrom(source.links, wholePercent(source.linkShare));
}

export function sourceLine(source: Source, now: number): SourceLine {
  const state = words.stateWords[source.state];
  const delay = source.latencyMs === null ? unknown : `${millis(source.latencyMs)} ms`;
  const share = shareOf(source);
  const held = source.tickets === null ? "" : words.tickets(source.tickets);
  const succeeded = source.lastSuccessAt;
  switch (source.state) {
    case "ok": {
      const age = succeeded === null ? "" : words.answered(shortSpan(now - succeeded));
      return {
        icon: "check",
        tone: "quiet",
        state,
        words: dotted([held, age, linksOf(source)]),
        figure: delay,
        share,
      };
    }
    case "failing": {
      const silent =
        succeeded === null ? words.neverAnswered : words.silentFor(shortSpan(now - succeeded));
      const reason = source.reason === null ? "" : reasonText(source.reason);
      const next = planned(source.nextAttemptAt, now);
      const text = dotted([silent, reason, next, linksOf(source)]);
      return { icon: "alert", tone: "warn", state, words: text, figure: unknown, share };
    }
    case "waiting": {
      const reason = source.reason === null ? words.notAsked : reasonText(source.reason);
      const text = dotted([reason, planned(source.nextAttemptAt, now)]);
      return { icon: "clock", tone: "quiet", state, words: text, figure: unknown, share };
    }
    case "ready": {
      const kept = source.tickets === null ? "" : words.cached(source.tickets);
      return { icon: "check", tone: "quiet", state, words: kept, figure: words.ready, share };
    }
    default:
      return assert_never(source.state);
  }
}

export function attemptCounts(list: readonly Attempt[]): {
  readonly ok: number;
  readonly failed: number;
} {
  const ok = list.filter((attempt) => attempt.ok).length;
  return { ok, failed: list.length - ok };
}
