/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The blocks that hold, gathered from the operations so that asking is quick.
 * Owns: its rows, from init to deinit.   Never: outlives what the operations say; it is made anew when they change.
 * Full: as many as there can be operations. */

#include "swarm/control/control_target.h"

struct block {
    struct control_target target;
    uint8_t direction;
    uint64_t operation;  /* that holds it */
    uint64_t hits;       /* refused because of it, since the start */
    int64_t last_hit_ms; /* wall clock; 0 = never */
};
struct block_list {
    size_t capacity;
    size_t count;
    struct block *rows;
};
bool block_list_init(struct block_list *list, size_t capacity); /* false without memory */
void block_list_deinit(struct block_list *list);
/* The first block that forbids a link with the peer in that direction (both: any of them); NULL: none. */
struct block *block_list_find(const struct block_list *list, const struct peer_face *face, uint8_t direction);
void block_hit(struct block *block, int64_t wall_ms);
