/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what is written here can go anywhere. */

import { computed } from "@preact/signals";
import { controls, mesh } from "./store";

/** The caretaker switched the network off. */
export const isOff = computed(() => controls.value?.find(({ name }) => name === "network")?.on === false);
/** It is on, and nobody is linked. */
export const isAlone = computed(() => !isOff.value && mesh.value?.active === 0);
