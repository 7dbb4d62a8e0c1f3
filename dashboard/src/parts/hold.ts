/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the pointer or the focus is inside an element: then its order stays as it is. */

import { useRef, useState } from "preact/hooks";

export interface Hold {
  readonly held: boolean;
  readonly watch: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
    readonly onFocusIn: () => void;
    readonly onFocusOut: (event: FocusEvent & { readonly currentTarget: Element }) => void;
  };
}

export function useHold(): Hold {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  return {
    held: pointer || focus,
    watch: {
      onPointerEnter: () => setPointer(true),
      onPointerLeave: () => setPointer(false),
      onFocusIn: () => setFocus(true),
      onFocusOut: (event) => {
        const next = event.relatedTarget;
        setFocus(next instanceof Node && event.currentTarget.contains(next));
      },
    },
  };
}

/** Keeps rows where they are while somebody reads or aims: what is gone leaves, what is new comes
 * last. */
export function heldOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  order: readonly string[],
): readonly Row[] {
  const place = new Map(order.map((key, at) => [key, at]));
  const known: Row[][] = order.map(() => []);
  const fresh: Row[] = [];
  for (const row of rows) (known[place.get(keyOf(row)) ?? order.length] ?? fresh).push(row);
  return [...known.flat(), ...fresh];
}

const sortEveryMs = 2_000;

interface Kept {
  keys: readonly string[];
  way: string;
  at: number;
}

/** The rows in order, sorted at most every 2 s and not while `held`; `way` names the order asked for,
 * and a new one takes effect at once. `changed` counts the rows that would lie elsewhere. */
export function useOrder<Row>(
  rows: readonly Row[],
  sort: (rows: readonly Row[]) => readonly Row[],
  keyOf: (row: Row) => string,
  held: boolean,
  way: string,
): { readonly rows: readonly Row[]; readonly changed: number } {
  const kept = useRef<Kept>({ keys: [], way: "", at: 0 });
  const now = performance.now();
  const asked = kept.current.way !== way;
  const due = !held && now - kept.current.at >= sortEveryMs;
  if (asked || due || kept.current.keys.length === 0) {
    const sorted = sort(rows);
    kept.current = { keys: sorted.map(keyOf), way, at: now };
    return { rows: sorted, changed: 0 };
  }
  const inPlace = heldOrder(rows, keyOf, kept.current.keys);
  kept.current.keys = inPlace.map(keyOf);
  if (!held) return { rows: inPlace, changed: 0 };
  const sorted = sort(rows);
  const changed = inPlace.filter((row, at) => {
    const there = sorted[at];
    return there === undefined || keyOf(there) !== keyOf(row);
  }).length;
  return { rows: inPlace, changed };
}
