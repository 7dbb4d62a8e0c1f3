/* SPDX-License-Identifier: Apache-2.0 */
/* A <dialog> that is modal for as long as it is there: the browser keeps the focus inside; the focus
 * is given back afterwards. Esc asks to close it, as the other ways do. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export interface Modal {
  readonly ref: RefObject<HTMLDialogElement | null>;
  readonly onCancel: (event: Event) => void;
}

/** The properties of the <dialog>. */
export function useModal(onClose: () => void): Modal {
  const ref = useRef<HTMLDialogElement>(null);
  // Before it is painted: a key that is pressed at once is its own.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const onCancel = (event: Event): void => {
    event.preventDefault();
    onClose();
  };
  return { ref, onCancel };
}
