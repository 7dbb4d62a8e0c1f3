/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The passive view: a small set of verified, known tickets of peers we are not linked with. What travels by peer
 * exchange comes from here, and what is dialled first. A peer leaves it when a link with it opens or a dial to it
 * fails, and comes back when the link ends in order.
 * Owns: its tickets, allocated once.
 * Never: holds two tickets of one node, or one that is no longer known (WIRE W3); lets one network hold more than an
 * eighth of it, or one introducer more than half (loopback and private networks exempt).
 * Full: the ticket issued longest ago goes, of the network or the introducer that has its share if it is for one of
 * those; a ticket that is older still than all of them is not taken.   Spec: WIRE W10; HyParView. */

#include "base/prng.h"
#include "swarm/identity/ticket.h"
#include "swarm/peer/book_row.h"

struct passive_peer {
    struct ticket ticket;
    struct learned_from from; /* who told of it first */
};
struct passive_view {
    struct passive_peer *peers;
    size_t count;
    size_t capacity;
};
enum passive_put { PASSIVE_NEW, PASSIVE_NEWER, PASSIVE_SAME, PASSIVE_STALE, PASSIVE_FULL };

bool passive_view_init(struct passive_view *view, size_t capacity); /* false without memory */
void passive_view_deinit(struct passive_view *view);
const struct ticket *passive_view_find(const struct passive_view *view, const struct node_id *id);
enum passive_put passive_view_put(struct passive_view *view, const struct ticket *ticket,
                                  const struct learned_from *from); /* both copied */
bool passive_view_remove(struct passive_view *view, const struct node_id *id);
void passive_view_forget_old(struct passive_view *view, int64_t wall_ms);
/* Picks up to `max` different tickets at random, never that of `except`. Gives how many. */
size_t passive_view_sample(const struct passive_view *view, struct prng *prng, const struct node_id *except, size_t max,
                           const struct ticket **picked);
