/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/hearsay_table.h"

#include "base/memory.h"

bool hearsay_table_init(struct hearsay_table *table, size_t capacity) {
    *table = (struct hearsay_table){memory_try_zeroed(capacity, sizeof(struct hearsay_row)), capacity};
    return table->rows != NULL;
}

void hearsay_table_deinit(struct hearsay_table *table) {
    memory_free(table->rows);
}

/* That of the link, else a free one, else the one that came in longest ago. */
static struct hearsay_row *row_for(struct hearsay_table *table, uint32_t link) {
    struct hearsay_row *oldest = &table->rows[0];
    struct hearsay_row *free_row = NULL;
    for (size_t i = 0; i < table->capacity; i++) {
        struct hearsay_row *row = &table->rows[i];
        if (row->link == link) return row;
        if (row->link == 0) free_row = row;
        if (row->heard_at_ms < oldest->heard_at_ms) oldest = row;
    }
    return free_row != NULL ? free_row : oldest;
}

void hearsay_table_put(struct hearsay_table *table, uint32_t link, const struct node_id *from, const struct view *view,
                       int64_t now_ms) {
    if (view->link_count == 0) {
        hearsay_table_forget(table, link);
        return;
    }
    *row_for(table, link) = (struct hearsay_row){link, *from, now_ms, *view};
}

void hearsay_table_forget(struct hearsay_table *table, uint32_t link) {
    for (size_t i = 0; i < table->capacity; i++)
        if (table->rows[i].link == link) table->rows[i].link = 0;
}

void hearsay_table_forget_old(struct hearsay_table *table, int64_t now_ms) {
    for (size_t i = 0; i < table->capacity; i++)
        if (now_ms - table->rows[i].heard_at_ms >= LIMIT_HEARSAY_KEPT_MS) table->rows[i].link = 0;
}

void hearsay_table_clear(struct hearsay_table *table) {
    for (size_t i = 0; i < table->capacity; i++) table->rows[i].link = 0;
}

int64_t hearsay_table_deadline_ms(const struct hearsay_table *table) {
    int64_t deadline_ms = INT64_MAX;
    for (size_t i = 0; i < table->capacity; i++) {
        int64_t old_ms = table->rows[i].heard_at_ms + LIMIT_HEARSAY_KEPT_MS;
        if (table->rows[i].link != 0 && old_ms < deadline_ms) deadline_ms = old_ms;
    }
    return deadline_ms;
}
