/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Peer exchange: tickets travel from neighbour to neighbour, so that nobody can invent a peer and no beacon is needed
 * once a node is in. After the shuffle of HyParView.
 * Never: passes on a ticket that is not known (W3), answers a peer more than once in 10 s.   Spec: WIRE W9, W16. */

#include "swarm/engine_inside.h"

void exchange_start(struct engine *engine, int64_t now_ms);
void exchange_tick(struct engine *engine, int64_t now_ms);
/* Sends some tickets without asking for any. */
void exchange_offer(struct engine *engine, struct link_row *link, size_t ticket_count, int64_t now_ms);
/* Tells a peer whose place another process of the same node takes, or has, of that one: if both live, they are to know.
 */
void exchange_show_twin(struct engine *engine, const struct link_row *link, const struct ticket *twin);
/* Sends our newest ticket on every open link. */
void exchange_announce_ticket(struct engine *engine);
