/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/author_table.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "swarm/limits.h"

#define NO_ROW UINT32_MAX

/* A user and a node are two authors, also with one key. */
struct author_key {
    uint8_t bytes[sizeof(struct public_key) + 1];
};
_Static_assert(sizeof(struct author_key) <= MAP_KEY_SIZE_MAX, "an author is a key of a map");

static struct author_key key_of(const struct record_author *author) {
    struct author_key key;
    memcpy(key.bytes, author->key.bytes, sizeof author->key.bytes);
    key.bytes[sizeof author->key.bytes] = author->is_user;
    return key;
}

bool author_table_init(struct author_table *table, size_t capacity, uint64_t seed) {
    *table = (struct author_table){.places = map_new(capacity, sizeof(struct author_key), seed),
                                   .rows = memory_try_zeroed(capacity, sizeof(struct author_row)),
                                   .capacity = capacity,
                                   .newest = NO_ROW,
                                   .oldest = NO_ROW};
    return table->places != NULL && table->rows != NULL;
}

void author_table_deinit(struct author_table *table) {
    map_free(table->places);
    memory_free(table->rows);
}

bool author_table_knows(const struct author_table *table, const struct record_author *author) {
    const struct author_key key = key_of(author);
    return map_find(table->places, key.bytes, NULL);
}

static void row_unlink(struct author_table *table, uint32_t place) {
    const struct author_row *row = &table->rows[place];
    *(row->newer == NO_ROW ? &table->newest : &table->rows[row->newer].older) = row->older;
    *(row->older == NO_ROW ? &table->oldest : &table->rows[row->older].newer) = row->newer;
}

static void row_link_newest(struct author_table *table, uint32_t place) {
    struct author_row *row = &table->rows[place];
    row->newer = NO_ROW;
    row->older = table->newest;
    *(row->older == NO_ROW ? &table->oldest : &table->rows[row->older].newer) = place;
    table->newest = place;
}

static uint32_t row_claim(struct author_table *table) {
    if (table->count < table->capacity) return (uint32_t)table->count++;
    const uint32_t place = table->oldest;
    const struct author_key key = key_of(&table->rows[place].author);
    row_unlink(table, place);
    must(map_remove(table->places, key.bytes));
    return place;
}

static struct author_row *row_of(struct author_table *table, const struct record_author *author) {
    const struct author_key key = key_of(author);
    uint32_t place;
    if (map_find(table->places, key.bytes, &place)) {
        row_unlink(table, place);
    } else {
        place = row_claim(table);
        table->rows[place] = (struct author_row){.author = *author};
        must(map_put(table->places, key.bytes, place));
    }
    row_link_newest(table, place);
    return &table->rows[place];
}

bool author_table_take(struct author_table *table, const struct record_author *author, int64_t now_ms) {
    static const struct pace_limit limit = {LIMIT_AUTHOR_MS, LIMIT_AUTHOR_BURST};
    return pace_take(&row_of(table, author)->said, &limit, now_ms);
}
