/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Two families, one dial: a node with addresses of both is dialled by IPv6 first, and by IPv4 too when that has not
 * answered within 250 ms or has failed. Who answers first stays; the other is given up and nobody is charged for it.
 * Owns: each row's time to start its rival.
 * Never: dials more at once than LIMIT_DIALS_AT_ONCE, past the dial policy, or twice the same family.
 * Spec: WIRE W6; RFC 8305 (section 5), with two attempts. */

#include "swarm/engine_inside.h"

/* This dial has begun: its rival may follow, if the target has addresses of the other family. */
void dial_race_begun(struct link_row *link, const struct address *addrs, size_t count, int64_t now_ms);
/* Starts the rivals whose time has come. */
void dial_race_tick(struct engine *engine, int64_t now_ms);
int64_t dial_race_deadline_ms(const struct engine *engine);
/* This dial has failed: its rival starts at once, if it has not yet. */
void dial_race_failed(struct engine *engine, struct link_row *link, int64_t now_ms);
/* This dial has proved its peer: the others to the same target are given up. */
void dial_race_won(struct engine *engine, const struct link_row *link, int64_t now_ms);
/* Another dial to the target of this one is still under way, and decides. */
bool dial_race_goes_on(const struct engine *engine, const struct link_row *link);
