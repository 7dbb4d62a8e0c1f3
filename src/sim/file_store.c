/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/file_store.h"

#include "base/memory.h"
#include "base/must.h"

void file_store_deinit(struct file_store *store) {
    for (size_t i = 0; i < store->count; i++) memory_free(store->rows[i].parts);
    memory_free(store->rows);
    memory_free(store->known);
    *store = (struct file_store){0};
}

struct stored_file *file_store_find(const struct file_store *store, const struct made_file *file) {
    for (size_t i = 0; i < store->count; i++) {
        if (store->rows[i].file == file) return &store->rows[i];
    }
    return NULL;
}

struct stored_file *file_store_put(struct file_store *store, const struct made_file *file) {
    struct stored_file *found = file_store_find(store, file);
    if (found != NULL) return found;
    store->rows = memory_resized(store->rows, (store->count + 1) * sizeof *store->rows);
    struct stored_file *stored = &store->rows[store->count++];
    *stored = (struct stored_file){.file = file, .parts = memory_zeroed(file->part_count, sizeof *stored->parts)};
    if (file_store_knows(store, file)) stored->parts[0] = (struct stored_part){PART_SYNCED, file->id};
    return stored;
}

uint64_t file_store_bytes(const struct file_store *store) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < store->count; i++) bytes += made_file_sealed_size(store->rows[i].file);
    return bytes;
}

bool file_store_knows(const struct file_store *store, const struct made_file *file) {
    for (size_t i = 0; i < store->known_count; i++) {
        if (store->known[i] == file) return true;
    }
    return false;
}

void file_store_know(struct file_store *store, const struct made_file *file) {
    if (file_store_knows(store, file)) return;
    store->known = memory_resized(store->known, (store->known_count + 1) * sizeof(struct made_file *));
    store->known[store->known_count++] = file;
}

void file_store_remove(struct file_store *store, const struct made_file *file) {
    struct stored_file *stored = file_store_find(store, file);
    if (stored == NULL) return;
    store->removed_whole += stored->is_whole;
    memory_free(stored->parts);
    *stored = store->rows[--store->count];
}

void file_store_lose_unsynced(struct file_store *store, struct prng *prng) {
    for (size_t i = 0; i < store->count; i++) {
        struct stored_file *stored = &store->rows[i];
        for (uint32_t place = 0; place < stored->file->part_count; place++) {
            if (stored->parts[place].state != PART_WRITTEN || prng_below(prng, 2) == 0) continue;
            stored->parts[place] = (struct stored_part){0};
        }
    }
}

bool stored_file_has(const struct stored_file *stored, uint32_t place) {
    must(place < stored->file->part_count);
    return stored->parts[place].state != PART_ABSENT;
}

uint32_t stored_file_next_missing(const struct stored_file *stored, uint32_t from, uint32_t end) {
    while (from < end && stored_file_has(stored, from)) from++;
    return from;
}

void stored_file_write(struct stored_file *stored, uint32_t place, const struct object_id *took) {
    must(place < stored->file->part_count);
    stored->parts[place] = (struct stored_part){PART_WRITTEN, *took};
}

void stored_file_write_all(struct stored_file *stored) {
    for (uint32_t place = 0; place < stored->file->part_count; place++) {
        const struct object_id id = made_file_part(stored->file, place).id;
        stored_file_write(stored, place, &id);
    }
}

void file_store_sync(struct file_store *store, struct stored_file *stored) {
    const uint32_t count = stored->file->part_count;
    for (uint32_t place = 0; place < count; place++) {
        if (stored_file_has(stored, place)) stored->parts[place].state = PART_SYNCED;
    }
    if (stored->is_whole || stored_file_next_missing(stored, 0, count) < count) return;
    stored->is_whole = true;
    store->became_whole++;
}
