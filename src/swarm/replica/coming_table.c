/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/coming_table.h"

#include "base/deadline.h"
#include "base/memory.h"

bool coming_table_init(struct coming_table *table) {
    *table =
        (struct coming_table){.rows = memory_try_zeroed(LIMIT_COMINGS_MAX, sizeof *table->rows), .next_ms = INT64_MAX};
    return table->rows != NULL;
}

void coming_table_deinit(struct coming_table *table) {
    memory_free(table->rows);
}

struct coming *coming_table_find(const struct coming_table *table, const struct object_id *file,
                                 const struct node_id *node) {
    for (size_t i = 0; i < LIMIT_COMINGS_MAX && table->count > 0; i++) {
        struct coming *row = &table->rows[i];
        if (row->in_use && object_id_equal(&row->file, file) && node_id_equal(&row->node, node)) return row;
    }
    return NULL;
}

size_t coming_table_count_of(const struct coming_table *table, const struct object_id *file) {
    size_t count = 0;
    for (size_t i = 0; i < LIMIT_COMINGS_MAX && table->count > 0; i++)
        count += table->rows[i].in_use && object_id_equal(&table->rows[i].file, file);
    return count;
}

static size_t count_of_link(const struct coming_table *table, uint32_t link) {
    size_t count = 0;
    for (size_t i = 0; i < LIMIT_COMINGS_MAX; i++) count += table->rows[i].in_use && table->rows[i].link == link;
    return count;
}

bool coming_table_add(struct coming_table *table, const struct coming *coming) {
    struct coming *row = coming_table_find(table, &coming->file, &coming->node);
    if (row == NULL) {
        size_t place = 0;
        const bool is_full =
            table->count == LIMIT_COMINGS_MAX || count_of_link(table, coming->link) >= LIMIT_COMINGS_PER_LINK;
        if (is_full) return false;
        while (table->rows[place].in_use) place++;
        row = &table->rows[place];
        table->count++;
    }
    *row = *coming;
    row->in_use = true;
    table->next_ms = deadline_earlier(table->next_ms, row->until_ms);
    return true;
}

void coming_table_remove(struct coming_table *table, struct coming *coming) {
    *coming = (struct coming){0};
    table->count--;
}
