/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/seen_table.h"

#include "base/memory.h"
#include "base/must.h"

bool seen_table_init(struct seen_table *table, size_t capacity, int64_t kept_ms, uint64_t seed) {
    *table = (struct seen_table){
        .places = map_new(capacity, OBJECT_HALF_SIZE, seed), .capacity = capacity, .kept_ms = kept_ms};
    table->rows = memory_try_zeroed(capacity, sizeof *table->rows);
    return table->places != NULL && table->rows != NULL;
}

void seen_table_deinit(struct seen_table *table) {
    map_free(table->places);
    memory_free(table->rows);
}

static bool is_old(const struct seen_table *table, const struct seen_row *row, int64_t now_ms) {
    return now_ms - row->at_ms >= table->kept_ms;
}

bool seen_table_has(const struct seen_table *table, const struct object_half *id, int64_t now_ms) {
    uint32_t place;
    return map_find(table->places, id->bytes, &place) && !is_old(table, &table->rows[place], now_ms);
}

static void forget_oldest(struct seen_table *table) {
    must(map_remove(table->places, table->rows[table->first].id.bytes));
    table->first = (table->first + 1) % table->capacity;
    table->count--;
}

void seen_table_add(struct seen_table *table, const struct object_half *id, int64_t now_ms) {
    while (table->count > 0 && is_old(table, &table->rows[table->first], now_ms)) forget_oldest(table);
    if (table->count == table->capacity) forget_oldest(table);
    const size_t place = (table->first + table->count++) % table->capacity;
    must(!map_find(table->places, id->bytes, NULL));
    must(map_put(table->places, id->bytes, (uint32_t)place));
    table->rows[place] = (struct seen_row){*id, now_ms};
}

void seen_table_note(struct seen_table *table, const struct object_half *id, int64_t now_ms) {
    if (!seen_table_has(table, id, now_ms)) seen_table_add(table, id, now_ms);
}
