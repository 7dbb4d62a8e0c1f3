/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Is our clock right? Peers never set it; but when the median of at least three of them differs from it by more than
 * tickets bear, the caretaker is told.
 * Owns: nothing; each link's row holds what its hello said.   Never: changes the clock.   Spec: WIRE W3. */

#include "swarm/engine_inside.h"

/* The clock of the middle one of our peers less ours, of how many peers; 0: too few to say. */
size_t clock_skew_median(const struct engine *engine, int64_t *skew_ms);
/* A link opened: judges anew, and tells at most once in ten minutes. */
void clock_skew_judge(struct engine *engine, int64_t now_ms);
