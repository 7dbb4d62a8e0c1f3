/* SPDX-License-Identifier: Apache-2.0 */
/* How operations become state. What the daemon answers to a call counts at once: the next message
 * of the stream may be a second away, and until then a switch would fall back to where it was. */

import type { Control, Operation, OperationState } from "./model";

type List = readonly Operation[] | null;

interface Held {
  readonly controls: readonly Control[] | null;
  readonly operations: List;
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

export function answered({ controls, operations }: Held, operation: Operation): Held {
  const rows = operations ?? [];
  const next = rows.some(({ id }) => id === operation.id)
    ? rows.map((row) => (row.id === operation.id ? operation : row))
    : [operation, ...rows];
  return {
    controls: controls?.map((control) => thrown(control, operation)) ?? null,
    operations: rememberDeadlines(operations, next),
  };
}
