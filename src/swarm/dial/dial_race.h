/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Several ways, one dial: a node is dialled by IPv6 first, then by IPv4, then through signaling, as far as it can be;
 * the next way begins when the one before has not answered within 250 ms (1.5 s before signaling, which costs a server
 * and ICE) or has failed. Who answers first stays; the others are given up and nobody is charged for them. Owns: each
 * row's time to start its rival, and which ways were tried. Never: dials more at once than LIMIT_DIALS_AT_ONCE, past
 * the dial policy, or twice the same way. Spec: WIRE W6; RFC 8305 (section 5), with an attempt each. */

#include "swarm/engine_inside.h"

enum dial_way { DIAL_WAY_IPV6 = 1, DIAL_WAY_IPV4 = 2, DIAL_WAY_SIGNALING = 4 };

/* This dial has begun: its rival may follow, if there is another way to the target, which has these addresses. */
void dial_race_begun(const struct engine *engine, struct link_row *link, const struct address *addrs, size_t count,
                     int64_t now_ms);
/* Starts the rivals whose time has come. */
void dial_race_tick(struct engine *engine, int64_t now_ms);
int64_t dial_race_deadline_ms(const struct engine *engine);
/* This dial has failed: its rival starts at once, if it has not yet. */
void dial_race_failed(struct engine *engine, struct link_row *link, int64_t now_ms);
/* This dial has proved its peer: the others to the same target are given up. */
void dial_race_won(struct engine *engine, const struct link_row *link, int64_t now_ms);
/* Another dial to the target of this one is still under way, and decides. */
bool dial_race_goes_on(const struct engine *engine, const struct link_row *link);
