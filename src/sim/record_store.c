/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/record_store.h"

#include "base/memory.h"
#include "base/must.h"

enum { ROWS_FIRST = 64 };

void record_store_deinit(struct record_store *store) {
    for (size_t i = 0; i < store->count; i++) memory_free(store->rows[i].text);
    memory_free(store->rows);
    map_free(store->places);
    *store = (struct record_store){0};
}

static void index_rows(struct record_store *store) {
    map_free(store->places);
    store->places = map_new(store->capacity, sizeof(struct object_id), 1);
    must(store->places != NULL);
    for (size_t i = 0; i < store->count; i++) must(map_put(store->places, store->rows[i].id.bytes, (uint32_t)i));
}

static void grow(struct record_store *store) {
    store->capacity = store->capacity == 0 ? ROWS_FIRST : 2 * store->capacity;
    store->rows = memory_resized(store->rows, store->capacity * sizeof *store->rows);
    index_rows(store);
}

const struct stored_record *record_store_find(const struct record_store *store, const struct object_id *id) {
    uint32_t place;
    return store->places != NULL && map_find(store->places, id->bytes, &place) ? &store->rows[place] : NULL;
}

bool record_store_put(struct record_store *store, const struct stored_record *record, struct span text) {
    if (record_store_find(store, &record->id) != NULL) return false;
    if (store->count == store->capacity) grow(store);
    struct stored_record *row = &store->rows[store->count];
    must(map_put(store->places, record->id.bytes, (uint32_t)store->count++));
    *row = *record;
    row->text = memory_zeroed(1, text.size);
    row->size = text.size;
    memcpy(row->text, text.at, text.size);
    return true;
}

/* Those that stay keep their order. */
static void drop(struct record_store *store, bool (*goes)(const struct stored_record *row, const void *context),
                 const void *context) {
    size_t kept = 0;
    for (size_t i = 0; i < store->count; i++) {
        if (goes(&store->rows[i], context)) {
            memory_free(store->rows[i].text);
        } else {
            store->rows[kept++] = store->rows[i];
        }
    }
    if (kept == store->count) return;
    store->count = kept;
    index_rows(store);
}

static bool has_id(const struct stored_record *row, const void *context) {
    return object_id_equal(&row->id, context);
}

static bool is_not_synced(const struct stored_record *row, const void *context) {
    (void)context;
    return !row->is_synced;
}

void record_store_remove(struct record_store *store, const struct object_id *id) {
    drop(store, has_id, id);
}

void record_store_end(struct record_store *store, bool is_synced) {
    for (size_t i = 0; i < store->count; i++) {
        store->rows[i].is_synced |= is_synced;
        store->rows[i].is_told = false;
    }
    drop(store, is_not_synced, NULL);
}
