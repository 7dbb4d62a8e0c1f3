/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/ask.h"

#include "base/memory.h"

bool ask_table_init(struct ask_table *table, size_t capacity) {
    *table = (struct ask_table){.rows = memory_try_zeroed(capacity, sizeof *table->rows), .capacity = capacity};
    return table->rows != NULL;
}

void ask_table_deinit(struct ask_table *table) {
    memory_free(table->rows);
}

static struct ask *row_of(const struct ask_table *table, uint32_t req) {
    return &table->rows[req % table->capacity];
}

struct ask *ask_table_add(struct ask_table *table) {
    if (table->count == table->capacity) return NULL;
    do {
        table->last_req++;
    } while (table->last_req == 0 || row_of(table, table->last_req)->req != 0);
    struct ask *ask = row_of(table, table->last_req);
    *ask = (struct ask){.req = table->last_req};
    table->count++;
    return ask;
}

struct ask *ask_table_find(const struct ask_table *table, uint32_t req) {
    struct ask *ask = row_of(table, req);
    return req != 0 && ask->req == req ? ask : NULL;
}

void ask_table_remove(struct ask_table *table, struct ask *ask) {
    *ask = (struct ask){0};
    table->count--;
}
