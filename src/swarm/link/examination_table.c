/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/examination_table.h"

const char *examination_state_name(enum examination_state state) {
    static const char *const names[] = {"not asked", "asked", "it answered", "no answer in time", "the link ended"};
    return names[state];
}

const struct examination *examination_table_find(const struct examination_table *table, const struct node_id *peer) {
    for (size_t i = 0; i < LIMIT_EXAMINATIONS; i++) {
        const struct examination *row = &table->rows[i];
        if (row->state != EXAMINATION_NONE && node_id_equal(&row->peer, peer)) return row;
    }
    return NULL;
}

struct examination *examination_table_waiting(struct examination_table *table, uint32_t link) {
    for (size_t i = 0; i < LIMIT_EXAMINATIONS; i++)
        if (table->rows[i].state == EXAMINATION_WAITING && table->rows[i].link == link) return &table->rows[i];
    return NULL;
}

/* The peer's own place first, then a free one, then the one that ended longest ago. */
static struct examination *place_for(struct examination_table *table, const struct node_id *peer) {
    struct examination *oldest = NULL;
    for (size_t i = 0; i < LIMIT_EXAMINATIONS; i++) {
        struct examination *row = &table->rows[i];
        if (row->state != EXAMINATION_NONE && node_id_equal(&row->peer, peer)) return row;
        if (row->state == EXAMINATION_WAITING) continue;
        if (oldest == NULL || row->ended_at_ms < oldest->ended_at_ms) oldest = row; /* a free one ended at 0 */
    }
    return oldest;
}

struct examination *examination_table_put(struct examination_table *table, const struct node_id *peer, uint32_t link,
                                          int64_t now_ms) {
    struct examination *row = place_for(table, peer);
    if (row != NULL)
        *row = (struct examination){
            .state = EXAMINATION_WAITING, .peer = *peer, .link = link, .asked_at_ms = now_ms, .ended_at_ms = 0};
    return row;
}
