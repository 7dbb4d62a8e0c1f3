/* SPDX-License-Identifier: Apache-2.0 */
/* How operations become state. What the daemon answers to a call counts at once: the next message
 * of the stream may be a second away, and until then a switch would fall back to where it was. */

import type { Block, Control, Operation, OperationState, Pending, Target } from "./model_control";

type List = readonly Operation[] | null;

interface Held {
  readonly controls: readonly Control[] | null;
  readonly operations: List;
  readonly blocks: readonly Block[] | null;
  readonly pending: readonly Pending[] | null;
}

const inForce: readonly OperationState[] = ["applied", "awaiting-confirm", "confirmed"];

export function isInForce(operation: Operation): boolean {
  return inForce.includes(operation.state);
}

/** An operation that is over has no deadline any more; the one that it had is kept. */
export function rememberDeadlines(before: List, next: List): List {
  if (before === next || before === null || next === null) return next;
  const known = new Map(before.map((operation) => [operation.id, operation.keepBy]));
  return next.map((operation) => {
    const keepBy = operation.keepBy ?? known.get(operation.id) ?? null;
    return keepBy === operation.keepBy ? operation : { ...operation, keepBy };
  });
}

function thrown(control: Control, operation: Operation): Control {
  const setting = operation.settings.find(({ control: name }) => name === control.name);
  const holds = isInForce(operation);
  if (setting === undefined || (!holds && control.operation !== operation.id)) return control;
  const on = holds ? setting.on : setting.wasOn;
  return {
    ...control,
    on,
    resting: control.resting === (control.on === on),
    operation: holds ? operation.id : null,
    endsAt: operation.endsAt,
    revertsAt: operation.revertsAt,
  };
}

function isSameTarget(a: Target, b: Target | null): boolean {
  return a.kind === b?.kind && a.nodeId === b.nodeId && a.userId === b.userId;
}

/** Who is not blocked, or does not wait, any more. */
function isGone(operation: Operation, action: RegExp): boolean {
  return action.test(operation.action) && isInForce(operation);
}

export function answered(held: Held, operation: Operation): Held {
  const { controls, operations, blocks, pending } = held;
  const { target } = operation;
  const rows = operations ?? [];
  const next = rows.some(({ id }) => id === operation.id)
    ? rows.map((row) => (row.id === operation.id ? operation : row))
    : [operation, ...rows];
  return {
    controls: controls?.map((control) => thrown(control, operation)) ?? null,
    operations: rememberDeadlines(operations, next),
    blocks: isGone(operation, /^block\.remove$/)
      ? (blocks?.filter((block) => !isSameTarget(block.target, target)) ?? null)
      : blocks,
    pending: isGone(operation, /^pending\./)
      ? (pending?.filter(({ nodeId }) => nodeId !== target?.nodeId) ?? null)
      : pending,
  };
}
