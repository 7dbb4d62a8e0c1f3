/* SPDX-License-Identifier: Apache-2.0 */
import { signal } from "@preact/signals";

/** The moment under the pointer, shared by all charts of the page; null without a pointer. */
export const cursorAt = signal<number | null>(null);
