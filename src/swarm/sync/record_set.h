/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The records that lie on our disk, by when they were made and by their ids: what is compared with others. It holds
 * the newest; below its floor it knows nothing, and nobody is asked for what is older.
 *
 * Owns: its items, allocated once.
 * Never: holds what the host did not say it keeps.
 * Full: the oldest items go, and the floor rises above them; it does not sink again, also when there is room.
 * Spec: WIRE W20. */

#include "swarm/reconcile/block_set.h"

struct record_set {
    struct block_set *items;
    uint64_t floor; /* 0: it holds all there is */
};
bool record_set_init(struct record_set *set, size_t capacity); /* false without memory */
void record_set_deinit(struct record_set *set);
/* False: it was there, or lies below the floor. */
bool record_set_add(struct record_set *set, const struct set_item *item);
bool record_set_remove(struct record_set *set, const struct set_item *item); /* false: it was not there */
bool record_set_has(const struct record_set *set, const struct set_item *item);
size_t record_set_size(const struct record_set *set);

/* That part of it which a session is about: from `since` on. */
struct record_range {
    const struct record_set *set; /* borrowed */
    uint64_t since;
};
struct ordered_set record_range_view(struct record_range *range); /* borrows the range, where it stands */
