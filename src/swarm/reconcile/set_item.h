/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One member of a set that is reconciled: when it was made, and its id. Both nodes order their sets in the same way, by
 * time and then by id, so that a pair of places in that order means the same range to both. A place need not be taken:
 * a bound is an item, too.
 * Owns: nothing.   Spec: Negentropy protocol v1, Preparation and Bound. */

#include "swarm/content/object_id.h"

/* No item has it: the place behind all items. Of records, whose times are integers of JSON, none can. */
#define SET_TIMESTAMP_INFINITY UINT64_MAX

struct set_item {
    uint64_t timestamp; /* in the unit of the caller; records: ms */
    struct object_id id;
};
#define SET_ITEM_FIRST    ((struct set_item){0})
#define SET_ITEM_INFINITY ((struct set_item){.timestamp = SET_TIMESTAMP_INFINITY})

int set_item_compare(const struct set_item *a, const struct set_item *b); /* <0, 0, >0 */
/* The shortest place that is behind `a` and not behind `b`, its next one: so few bytes of an id are sent. */
struct set_item set_item_between(const struct set_item *a, const struct set_item *b);
