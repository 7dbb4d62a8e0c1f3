/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Is it them or is it us? A node without a single link whose dials all come to nothing, while no source answers and no
 * signaling server is in use either, has lost its own network. Then nobody is charged for the failures, and dials go on
 * steadily, every second one to those who are likeliest to answer, so that the return of the network is noticed within
 * seconds, however long it was away.
 * Owns: the engine's `outage`.
 * Never: dials itself, exceeds the dial policy (once in 10 s for each address) or one dial a second.
 * Spec: WIRE W6, W16. */

#include "swarm/engine_inside.h"

bool outage_is_on(const struct engine *engine);
/* When the next dial may begin; 0 = it need not wait. */
int64_t outage_next_dial_ms(const struct engine *engine);
void outage_dialled(struct engine *engine, int64_t now_ms);
/* A dial came to nothing on its way. */
void outage_dial_failed(struct engine *engine, const struct link_row *link, int64_t now_ms);
/* A peer has proved its key, to us or by refusing us: the way is open. */
void outage_disproved(struct engine *engine, int64_t now_ms);
void outage_source_failed(struct engine *engine, int64_t now_ms);
void outage_source_answered(struct engine *engine, int64_t now_ms);
