/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How two nodes greet: what our hello says, and what becomes of a link when the peer's has come: it opens, takes the
 * place of its twin, turns out to be a test of an address, or is refused.
 * Never: opens a link that admission does not let in, or that has no place.   Spec: WIRE W9. */

#include "swarm/engine_inside.h"

/* Sends our hello; `wish` is the dialler's, the acceptor says none. */
void greeting_say(struct engine *engine, struct link_row *link, enum mesh_wish wish, int64_t now_ms);
