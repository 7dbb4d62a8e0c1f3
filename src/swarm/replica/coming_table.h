/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Copies that are on their way: which node has said that it fetches which file to hold it for others.
 * Owns: its rows, from init to deinit.   Never: believes it for longer than the node asked for.
 * Full: LIMIT_COMINGS_PER_LINK of one link, LIMIT_COMINGS_MAX in all; others are not noted, and more copies are made
 * than there have to be.   Spec: WIRE W21. */

#include "swarm/content/object_id.h"
#include "swarm/identity/node_id.h"
#include "swarm/limits.h"

struct coming {
    bool in_use;
    uint32_t link; /* over which it was said */
    struct node_id node;
    struct object_id file;
    int64_t until_ms;
};
struct coming_table {
    struct coming *rows;
    size_t count;
    int64_t next_ms; /* none is over before */
};
bool coming_table_init(struct coming_table *table); /* false without memory */
void coming_table_deinit(struct coming_table *table);
/* One that is there is prolonged. False: no room. */
bool coming_table_add(struct coming_table *table, const struct coming *coming);
struct coming *coming_table_find(const struct coming_table *table, const struct object_id *file,
                                 const struct node_id *node);
size_t coming_table_count_of(const struct coming_table *table, const struct object_id *file);
void coming_table_remove(struct coming_table *table, struct coming *coming);
