/* SPDX-License-Identifier: Apache-2.0 */
/* A diagnosis of one peer, which the node makes when it is asked: begun here, then looked at until
 * it has ended. Part of what comes on demand; the page's own stream passes it by. */

import { signal } from "@preact/signals";
import { unreadable } from "../text/doctor";
import { call, posted, refusalOf } from "./call";
import { type Fields, fieldsOf, oneOf, rows, text, time } from "./fields";
import type { Refusal } from "./operations";

const results = ["ok", "note", "warning", "problem"] as const;
export type StepResult = (typeof results)[number];

export interface DoctorStep {
  readonly title: string;
  readonly result: StepResult;
  readonly text: string;
  readonly advice: string | null;
}

export interface Visit {
  readonly nodeId: string;
  /** "asked": the node has not said yet that it begins. */
  readonly phase: "asked" | "working" | "done" | "refused";
  readonly steps: readonly DoctorStep[];
  readonly refusal: Refusal | null;
}

/** The one that was begun last on this page; null: none was. */
export const visit = signal<Visit | null>(null);

const lookAgainMs = 300;
/** The node ends one within some ten seconds; after this it is not waited for. */
const patienceMs = 30_000;

function readStep(from: Fields): DoctorStep {
  return {
    title: text(from, "title") ?? "",
    result: oneOf(from, "result", results, "note"),
    text: text(from, "text") ?? "",
    advice: text(from, "advice"),
  };
}

export interface Told {
  readonly id: string;
  readonly nodeId: string;
  readonly isOver: boolean;
  readonly steps: readonly DoctorStep[];
}

/** The diagnoses of the panel, newest first. */
export function readDoctor(panel: unknown): readonly Told[] {
  return rows(fieldsOf(panel)?.["items"], (from) => {
    const id = text(from, "id");
    const nodeId = text(from, "nodeId");
    if (id === null || nodeId === null) return null;
    return { id, nodeId, isOver: time(from, "endedAt") !== null, steps: rows(from["steps"], readStep) };
  });
}

const pause = () => new Promise((done) => setTimeout(done, lookAgainMs));

/** Looks until it is over. `isIt` finds it among those of the panel. */
async function follow(mine: object, nodeId: string, isIt: (told: Told) => boolean): Promise<void> {
  const began = performance.now();
  while (running === mine) {
    const answer = await call("doctor");
    if (running !== mine) return;
    const told = readDoctor(answer.told).find(isIt);
    const isLost = !answer.ok || told === undefined;
    if (isLost && performance.now() - began > patienceMs) {
      const refusal = answer.ok ? unreadable : refusalOf(answer.told);
      visit.value = { nodeId, phase: "refused", steps: visit.value?.steps ?? [], refusal };
      return;
    }
    if (told !== undefined) {
      const phase = told.isOver ? "done" : "working";
      visit.value = { nodeId, phase, steps: told.steps, refusal: null };
      if (told.isOver) return;
    }
    await pause();
  }
}

/** A later one takes the place of this. */
let running: object | null = null;

export async function runDoctor(nodeId: string): Promise<void> {
  const mine = {};
  running = mine;
  visit.value = { nodeId, phase: "asked", steps: [], refusal: null };
  const answer = await call("doctor", posted({ nodeId }));
  if (running !== mine) return;
  const id = answer.told === null ? null : text(answer.told, "id");
  const isUnderWay = answer.told !== null && text(answer.told, "code") === "diagnosis-under-way";
  if (answer.ok && id !== null) return follow(mine, nodeId, (told) => told.id === id);
  if (isUnderWay) return follow(mine, nodeId, (told) => told.nodeId === nodeId);
  visit.value = { nodeId, phase: "refused", steps: [], refusal: refusalOf(answer.told) };
}
