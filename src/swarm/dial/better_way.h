/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A link by WebRTC is given up for a better way: now and then an address of its peer is dialled beside it, and when
 * that opens, it stays (twin.h) and the other one goes. So a node that was reached through a relay while its router was
 * in the way is reached straight when it is not any more. At the same times a link through a relay looks for a path
 * without one beneath itself. The other direction needs nothing: a straight link that is lost is dialled anew, and
 * signaling has its turn.
 * Owns: when each link is tried next.
 * Never: charges or tells a try that fails, dials past the policy.   Spec: WIRE W9 (duplicates), decision 34. */

#include "swarm/engine_inside.h"

void better_way_link_opened(struct engine *engine, struct link_row *link, int64_t now_ms);
void better_way_tick(struct engine *engine, int64_t now_ms);
int64_t better_way_deadline_ms(const struct engine *engine);
