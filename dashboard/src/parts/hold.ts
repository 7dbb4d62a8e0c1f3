/* Whether the pointer or the focus is inside an element: then its order stays as it is. */

import { useState } from "preact/hooks";

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
  const placeOf = (row: Row): number => place.get(keyOf(row)) ?? order.length;
  return [...rows].sort((a, b) => placeOf(a) - placeOf(b));
}
