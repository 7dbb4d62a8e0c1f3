/* SPDX-License-Identifier: Apache-2.0 */
/* A <dialog> that is modal for as long as it is there: the browser keeps the focus inside and closes
 * it on Esc; the focus is given back afterwards. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function useModal(): RefObject<HTMLDialogElement | null> {
  const place = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = place.current;
    if (dialog === null) return;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return place;
}
