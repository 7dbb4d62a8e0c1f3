/* SPDX-License-Identifier: Apache-2.0 */
/* The menu of one row, and where it hangs. */

import { signal } from "@preact/signals";
import type { Subject } from "../controls/deeds";

export interface PeerMenuAt extends Subject {
  readonly nodeId: string;
  readonly isLinked: boolean;
  readonly button: HTMLElement;
}

export const peerMenu = signal<PeerMenuAt | null>(null);

export function closeMenu(): void {
  peerMenu.value = null;
}
