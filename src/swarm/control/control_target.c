/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/control_target.h"

#include <string.h>

static const char *const kind_names[] = {[TARGET_NODE] = "node",
                                         [TARGET_USER] = "user",
                                         [TARGET_CLAIM] = "claim",
                                         [TARGET_ADDRESS] = "address",
                                         [TARGET_ENDPOINT] = "endpoint"};
static const char *const direction_names[] = {"none", "in", "out", "all"};

const char *target_kind_name(enum target_kind kind) {
    return kind_names[kind];
}

bool target_kind_find(struct span name, enum target_kind *kind) {
    for (size_t i = 0; i < TARGET_KIND_COUNT; i++) {
        if (!span_equal_text(name, kind_names[i])) continue;
        *kind = (enum target_kind)i;
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

bool control_target_equal(const struct control_target *a, const struct control_target *b) {
    if (a->kind != b->kind) return false;
    if (a->kind == TARGET_ENDPOINT) return strcmp(a->endpoint, b->endpoint) == 0;
    if (a->kind != TARGET_USER && !node_id_equal(&a->node_id, &b->node_id)) return false;
    if (a->kind == TARGET_ADDRESS) return address_equal(&a->address, &b->address);
    return a->kind == TARGET_NODE || strcmp(a->user_id, b->user_id) == 0;
}

bool control_target_covers(const struct control_target *target, const struct peer_face *face) {
    if (target->kind == TARGET_ENDPOINT) return false; /* no peer */
    const bool is_node = face->node_id != NULL && node_id_equal(&target->node_id, face->node_id);
    const bool is_name = face->user_id != NULL && strcmp(target->user_id, face->user_id) == 0;
    switch (target->kind) {
    case TARGET_NODE: return is_node;
    case TARGET_USER: return is_name && face->is_user_proven;
    case TARGET_CLAIM: return is_node || (is_name && !face->is_user_proven);
    case TARGET_ADDRESS: /* somebody to be called: nothing that is held against anybody */
    case TARGET_ENDPOINT:
    case TARGET_KIND_COUNT: break;
    }
    return false;
}
