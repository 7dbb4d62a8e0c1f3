/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Records of our own that no neighbour is known to have. A session that ends without having told us that the other
 * lacks a record shows that it has it, if the record was here when the session began.
 * Owns: its rows, their order and their index, allocated once.
 * Never: forgets one because it was sent: what was sent may have been lost.
 * Full: one more is not waited for; it is exchanged as any other.   Spec: WIRE W20. */

#include "base/map.h"
#include "swarm/reconcile/block_set.h"

struct waiting_row {
    struct set_item item;
    uint64_t kept_in; /* the session that began last before it was kept */
    uint64_t told_in; /* the last in which the other lacked it; 0 = none */
};
struct waiting_table {
    struct map *places; /* by id */
    struct block_set *order;
    struct waiting_row *rows;
    size_t capacity, count;
};
bool waiting_table_init(struct waiting_table *table, size_t capacity, uint64_t seed); /* false without memory */
void waiting_table_deinit(struct waiting_table *table);
/* Sessions have numbers that grow; `session` is the newest. */
void waiting_table_add(struct waiting_table *table, const struct set_item *item, uint64_t session);
void waiting_table_remove(struct waiting_table *table, const struct object_id *id);
/* The other lacks it, as that session says. False: it is none of these. */
bool waiting_table_tell(struct waiting_table *table, const struct object_id *id, uint64_t session);
/* The session has compared all from `since` on: what it did not tell of does not wait any more. How many. */
size_t waiting_table_confirm(struct waiting_table *table, uint64_t session, uint64_t since);
struct set_item waiting_table_item(const struct waiting_table *table, size_t index); /* the oldest first */
