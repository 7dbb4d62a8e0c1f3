/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/waiting_table.h"

#include "base/memory.h"
#include "base/must.h"

bool waiting_table_init(struct waiting_table *table, size_t capacity, uint64_t seed) {
    *table = (struct waiting_table){.capacity = capacity};
    table->places = map_new(capacity, sizeof(struct object_id), seed);
    table->order = block_set_new(capacity);
    table->rows = memory_try_zeroed(capacity, sizeof *table->rows);
    return table->places != NULL && table->order != NULL && table->rows != NULL;
}

void waiting_table_deinit(struct waiting_table *table) {
    map_free(table->places);
    block_set_free(table->order);
    memory_free(table->rows);
}

void waiting_table_add(struct waiting_table *table, const struct set_item *item, uint64_t session) {
    if (table->count == table->capacity || map_find(table->places, item->id.bytes, NULL)) return;
    must(map_put(table->places, item->id.bytes, (uint32_t)table->count));
    must(block_set_add(table->order, item) == BLOCK_SET_ADDED);
    table->rows[table->count++] = (struct waiting_row){.item = *item, .kept_in = session};
}

static void remove_at(struct waiting_table *table, size_t place) {
    const struct waiting_row gone = table->rows[place];
    must(map_remove(table->places, gone.item.id.bytes));
    must(block_set_remove(table->order, &gone.item));
    const struct waiting_row last = table->rows[--table->count];
    if (place == table->count) return;
    table->rows[place] = last;
    must(map_put(table->places, last.item.id.bytes, (uint32_t)place));
}

void waiting_table_remove(struct waiting_table *table, const struct object_id *id) {
    uint32_t place;
    if (map_find(table->places, id->bytes, &place)) remove_at(table, place);
}

bool waiting_table_tell(struct waiting_table *table, const struct object_id *id, uint64_t session) {
    uint32_t place;
    if (!map_find(table->places, id->bytes, &place)) return false;
    table->rows[place].told_in = session;
    return true;
}

size_t waiting_table_confirm(struct waiting_table *table, uint64_t session, uint64_t since) {
    size_t confirmed = 0;
    for (size_t i = table->count; i-- > 0;) {
        const struct waiting_row *row = &table->rows[i];
        const bool was_compared = row->item.timestamp >= since && row->kept_in < session;
        if (!was_compared || row->told_in == session) continue;
        remove_at(table, i);
        confirmed++;
    }
    return confirmed;
}

struct set_item waiting_table_item(const struct waiting_table *table, size_t index) {
    const struct ordered_set order = block_set_view(table->order);
    return ordered_set_item(&order, index);
}
