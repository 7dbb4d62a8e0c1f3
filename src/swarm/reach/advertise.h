/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What our tickets say about where we can be dialled: what the host names, and, unless the caretaker fixed it, what
 * probes have found: an address at which we are public joins it, the addresses of a family that is private leave it.
 * Owns: the addresses of self, and of the dial policy those that are ours.   Spec: WIRE W9 (advertised). */

#include "swarm/engine_inside.h"

/* What the host names, where we listen, and whether probes may change the list. */
void advertise_base(struct engine *engine, const struct input *input, int64_t now_ms);
/* Reachability has changed. */
void advertise_update(struct engine *engine, int64_t now_ms);
