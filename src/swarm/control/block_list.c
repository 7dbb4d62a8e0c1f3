/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/block_list.h"

#include "base/memory.h"

bool block_list_init(struct block_list *list, size_t capacity) {
    *list = (struct block_list){.capacity = capacity};
    list->rows = memory_try_zeroed(capacity, sizeof *list->rows);
    return list->rows != NULL;
}

void block_list_deinit(struct block_list *list) {
    memory_free(list->rows);
    list->rows = NULL;
}

struct block *block_list_find(const struct block_list *list, const struct peer_face *face, uint8_t direction) {
    for (size_t i = 0; i < list->count; i++) {
        struct block *block = &list->rows[i];
        if ((block->direction & direction) != 0 && control_target_covers(&block->target, face)) return block;
    }
    return NULL;
}

void block_hit(struct block *block, int64_t wall_ms) {
    block->hits++;
    block->last_hit_ms = wall_ms;
}
