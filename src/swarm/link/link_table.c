/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/link_table.h"

#include "base/memory.h"

const char *link_state_name(enum link_state state) {
    static const char *const names[] = {"dialing", "handshaking", "open", "closing", "closed"};
    return names[state];
}

bool link_state_may_follow(enum link_state from, enum link_state to) {
    switch (from) {
    case LINK_STATE_DIALING: return to == LINK_STATE_HANDSHAKING || to == LINK_STATE_CLOSING || to == LINK_STATE_CLOSED;
    case LINK_STATE_HANDSHAKING: return to == LINK_STATE_OPEN || to == LINK_STATE_CLOSING || to == LINK_STATE_CLOSED;
    case LINK_STATE_OPEN: return to == LINK_STATE_CLOSING || to == LINK_STATE_CLOSED;
    case LINK_STATE_CLOSING: return to == LINK_STATE_CLOSED;
    case LINK_STATE_CLOSED: return false;
    }
    return false;
}

bool link_row_is_dial(const struct link_row *link) {
    return link->in_use && !link->is_inbound && !link->is_probe && link->state <= LINK_STATE_HANDSHAKING;
}

bool link_row_is_alive(const struct link_row *link) {
    return link->in_use && link->state != LINK_STATE_CLOSING && link->state != LINK_STATE_CLOSED;
}

bool link_table_init(struct link_table *table, size_t capacity) {
    *table = (struct link_table){.rows = memory_try_zeroed(capacity, sizeof(struct link_row)), .capacity = capacity};
    return table->rows != NULL;
}

void link_table_deinit(struct link_table *table) {
    memory_free(table->rows);
}

static struct link_row *free_row(struct link_table *table) {
    struct link_row *oldest = NULL;
    for (size_t i = 0; i < table->capacity; i++) {
        struct link_row *row = &table->rows[i];
        if (!row->in_use) return row;
        if (row->state != LINK_STATE_CLOSED) continue;
        if (oldest == NULL || row->since_ms < oldest->since_ms) oldest = row;
    }
    return oldest;
}

struct link_row *link_table_add(struct link_table *table, uint32_t id) {
    struct link_row *row = free_row(table);
    if (row == NULL) return NULL;
    *row = (struct link_row){.in_use = true, .id = id, .in_rate = -1, .out_rate = -1};
    table->count++;
    return row;
}

bool link_table_has_room(const struct link_table *table) {
    return table->count < table->capacity;
}

struct link_row *link_table_find(const struct link_table *table, uint32_t id) {
    for (size_t i = 0; i < table->capacity; i++) {
        struct link_row *row = &table->rows[i];
        if (row->in_use && row->id == id && row->state != LINK_STATE_CLOSED) return row;
    }
    return NULL;
}

struct link_row *link_table_find_peer(const struct link_table *table, const struct node_id *id, enum link_state state) {
    for (size_t i = 0; i < table->capacity; i++) {
        struct link_row *row = &table->rows[i];
        if (row->in_use && row->state == state && row->has_peer && node_id_equal(&row->node_id, id)) return row;
    }
    return NULL;
}

bool link_table_has_peer(const struct link_table *table, const struct node_id *id) {
    for (size_t i = 0; i < table->capacity; i++) {
        const struct link_row *row = &table->rows[i];
        if (row->in_use && row->state != LINK_STATE_CLOSED && row->has_peer && node_id_equal(&row->node_id, id)) {
            return true;
        }
    }
    return false;
}

size_t link_table_count_state(const struct link_table *table, enum link_state state) {
    size_t count = 0;
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->rows[i].in_use && table->rows[i].state == state) count++;
    }
    return count;
}

enum link_path link_row_path(const struct link_row *link) {
    return link_route_is_relayed(&link->route) ? LINK_PATH_RELAYED : link_path_of(&link->address);
}

struct strength_inputs link_row_strength_inputs(const struct link_row *link, int64_t now_ms) {
    double in = link_loss_in(&link->loss, now_ms);
    double out = link_loss_out(&link->loss, now_ms);
    return strength_inputs_of(link_health_rtt_ms(&link->health), in > out ? in : out,
                              link_health_jitter_ms(&link->health), now_ms - link->health.proved_at_ms);
}
