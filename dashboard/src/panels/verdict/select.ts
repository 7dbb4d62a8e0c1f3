/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict: one line of what is, one sentence of what follows from it. */

import { problems, type LinkFigures } from "../../data/health";
import { assert_never, type Alert, type MeshPanel, type NodePanel } from "../../data/model";
import type { Control } from "../../data/model_control";
import type { RendezvousPanel } from "../../data/model";
import type { Freshness } from "../../data/store";
import type { IconName } from "../../parts/icon";
import * as words from "../../text/verdict";

export interface Verdict {
  readonly icon: IconName;
  readonly tone: "ok" | "warn" | "bad" | "quiet";
  readonly title: string;
  readonly sentence: string;
}

export interface VerdictInput {
  readonly fresh: Freshness;
  readonly node: NodePanel | null;
  readonly alerts: readonly Alert[] | null;
  readonly mesh: MeshPanel | null;
  readonly rendezvous: RendezvousPanel | null;
  readonly controls: readonly Control[] | null;
  readonly figures: LinkFigures;
}

function asking(rendezvous: RendezvousPanel | null): string {
  const sources = rendezvous?.sources ?? [];
  return words.askingSentence(
    sources.filter((source) => source.kind === "beacon").length,
    sources.filter((source) => source.kind === "capsule").length,
  );
}

function linked(figures: LinkFigures, mesh: MeshPanel | null): string {
  const sentence = words.linksSentence(figures);
  const min = mesh?.min ?? null;
  if (min === null || figures.open === 0 || figures.open >= min) return sentence;
  return `${sentence} ${words.wantedSentence(figures.open, min)}`;
}

function servesOnly(node: NodePanel | null): boolean {
  return node !== null && node.roles.length > 0 && !node.roles.includes("node");
}

function working(input: VerdictInput, figures: LinkFigures): Verdict {
  const open = problems(input.alerts);
  const sentence = servesOnly(input.node) ? words.servesOnly : linked(figures, input.mesh);
  if (open.length > 0) {
    const worst = open.some((alert) => alert.level === "error");
    const tone = worst ? "bad" : "warn";
    return { icon: "alert", tone, title: words.withProblems(open.length), sentence };
  }
  if (input.node?.state === "degraded") {
    return { icon: "alert", tone: "warn", title: words.notFully, sentence };
  }
  return {
    icon: "check",
    tone: "ok",
    title: words.allWell,
    sentence: `${sentence} ${words.nothingToDo}`,
  };
}

export function verdictOf(input: VerdictInput): Verdict {
  const { node } = input;
  if (node === null) {
    return input.fresh === "offline"
      ? { icon: "hexagon", tone: "bad", title: words.noAnswerTitle, sentence: "" }
      : { icon: "clock", tone: "quiet", title: words.loadingTitle, sentence: words.loadingText };
  }
  const present = presentVerdict(node, input);
  if (input.fresh !== "stale") return present;
  const sentence = words.before(present.title, present.sentence);
  return { icon: "hexagon", tone: "bad", title: words.noAnswerTitle, sentence };
}

/** Whatever else is said: it is so because the caretaker wanted it. */
function isNetworkOff(controls: readonly Control[] | null): boolean {
  return controls?.some(({ name, on }) => name === "network" && !on) ?? false;
}

function presentVerdict(node: NodePanel, input: VerdictInput): Verdict {
  if (isNetworkOff(input.controls)) {
    const { networkOffTitle: title, networkOffSentence: sentence } = words;
    return { icon: "power", tone: "quiet", title, sentence };
  }
  const { figures } = input;
  switch (node.state) {
    case "starting": {
      const open = problems(input.alerts).length;
      const sentence = figures.open > 0 ? linked(figures, input.mesh) : asking(input.rendezvous);
      return open > 0
        ? { icon: "alert", tone: "warn", title: words.startingWithProblems(open), sentence }
        : { icon: "clock", tone: "quiet", title: words.starting, sentence };
    }
    case "cut-off": {
      const known = input.mesh?.known ?? null;
      const rest = known === null ? "" : ` ${words.knownSentence(known, input.mesh?.dialing ?? 0)}`;
      const sentence = `${words.linksSentence(figures)}${rest}`;
      return { icon: "hexagon", tone: "bad", title: words.cutOff, sentence };
    }
    case "stopping":
      return {
        icon: "power",
        tone: "quiet",
        title: words.stopping,
        sentence: words.stoppingSentence,
      };
    case "network-off": // said above, by the switch itself; an older panel may still be on its way
    case "working":
    case "degraded":
    case "unknown":
      return working(input, figures);
    default:
      return assert_never(node.state);
  }
}
