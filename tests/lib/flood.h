/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Strangers who tell an engine on the bench all that they can, by each way there is to tell of somebody; and what the
 * engine's dials come to.
 * Never: sends what the gate of a link would not let through in the long run. */

#include "lib/engine_rig.h"

enum flood_way { FLOOD_BEACON, FLOOD_PEX, FLOOD_FORWARD_JOIN, FLOOD_WAY_COUNT };
const char *flood_way_name(enum flood_way way);

/* A guest: a link outside the mesh, from where the peer lives. 0: it was turned away. */
uint32_t flood_guest(struct rig *rig, const struct rig_peer *peer);
/* How many tickets one telling holds, and how long the next one has to wait to be heeded. */
size_t flood_portion(enum flood_way way);
int64_t flood_pause_ms(enum flood_way way);
/* One telling. `link`: on which, if it is not by the beacon, which is source 0. */
void flood_tell(struct rig *rig, enum flood_way way, uint32_t link, const struct ticket *tickets, size_t count);
/* Every dial under way fails for this reason, and those that follow at once. Gives how many. */
size_t flood_fail_dials(struct rig *rig, enum reason reason);
/* The most dials to this IP, whatever port, within any time so long. */
size_t flood_most_dials(const struct rig *rig, const struct address *ip, int64_t window_ms);
