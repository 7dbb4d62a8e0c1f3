/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/block_target.h"

#include <string.h>

static const char *const kind_names[] = {[BLOCK_NODE] = "node", [BLOCK_USER] = "user", [BLOCK_CLAIM] = "claim"};
static const char *const direction_names[] = {"none", "in", "out", "all"};

const char *block_kind_name(enum block_kind kind) {
    return kind_names[kind];
}

bool block_kind_find(struct span name, enum block_kind *kind) {
    for (size_t i = 0; i < BLOCK_KIND_COUNT; i++) {
        if (!span_equal_text(name, kind_names[i])) continue;
        *kind = (enum block_kind)i;
        return true;
    }
    return false;
}

const char *block_direction_name(uint8_t direction) {
    return direction_names[direction & BLOCK_ALL];
}

bool block_direction_find(struct span name, uint8_t *direction) {
    for (uint8_t i = BLOCK_INBOUND; i <= BLOCK_ALL; i++) {
        if (!span_equal_text(name, direction_names[i])) continue;
        *direction = i;
        return true;
    }
    return false;
}

bool block_target_equal(const struct block_target *a, const struct block_target *b) {
    if (a->kind != b->kind) return false;
    if (a->kind != BLOCK_USER && !node_id_equal(&a->node_id, &b->node_id)) return false;
    return a->kind == BLOCK_NODE || strcmp(a->user_id, b->user_id) == 0;
}

bool block_target_covers(const struct block_target *target, const struct peer_face *face) {
    const bool is_node = face->node_id != NULL && node_id_equal(&target->node_id, face->node_id);
    const bool is_name = face->user_id != NULL && strcmp(target->user_id, face->user_id) == 0;
    switch (target->kind) {
    case BLOCK_NODE: return is_node;
    case BLOCK_USER: return is_name && face->is_user_proven;
    case BLOCK_CLAIM: return is_node || (is_name && !face->is_user_proven);
    case BLOCK_KIND_COUNT: break;
    }
    return false;
}
