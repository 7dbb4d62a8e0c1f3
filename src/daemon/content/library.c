/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/library.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

enum { ROOM_FIRST = 64 };

struct library {
    struct library_entry *entries;
    size_t count, capacity;
    struct map *by_id;
};

const char *library_state_name(enum library_state state) {
    return state == LIBRARY_HELD ? "held" : "fetching";
}

struct library *library_new(uint64_t seed) {
    struct library *library = memory_zeroed(1, sizeof *library);
    library->by_id = map_new(LIMIT_FILES_MAX, sizeof(struct object_id), seed);
    must(library->by_id != NULL);
    return library;
}

static void forget_texts(struct library_entry *entry) {
    memory_free(entry->name);
    memory_free(entry->mime);
    entry->name = entry->mime = NULL;
}

void library_free(struct library *library) {
    if (library == NULL) return;
    for (size_t i = 0; i < library->count; i++) forget_texts(&library->entries[i]);
    memory_free(library->entries);
    map_free(library->by_id);
    memory_free(library);
}

struct library_entry *library_find(const struct library *library, const struct object_id *id) {
    uint32_t place;
    return map_find(library->by_id, id, &place) ? &library->entries[place] : NULL;
}

struct library_entry *library_find_by_chunk(const struct library *library, const struct object_id *chunk) {
    for (size_t i = 0; i < library->count; i++)
        if (object_id_equal(&library->entries[i].only_chunk, chunk)) return &library->entries[i];
    return NULL;
}

struct library_entry *library_put(struct library *library, const struct object_id *id) {
    struct library_entry *entry = library_find(library, id);
    if (entry != NULL) return entry;
    if (library->count == LIMIT_FILES_MAX) return NULL;
    if (library->count == library->capacity) {
        library->capacity = library->capacity == 0 ? ROOM_FIRST : 2 * library->capacity;
        library->entries = memory_resized(library->entries, library->capacity * sizeof *library->entries);
    }
    must(map_put(library->by_id, id, (uint32_t)library->count));
    entry = &library->entries[library->count++];
    *entry = (struct library_entry){.id = *id};
    return entry;
}

void library_remove(struct library *library, const struct object_id *id) {
    struct library_entry *entry = library_find(library, id);
    if (entry == NULL) return;
    const struct library_entry *last = &library->entries[--library->count];
    must(map_remove(library->by_id, id));
    forget_texts(entry);
    if (entry == last) return;
    *entry = *last;
    must(map_put(library->by_id, &entry->id, (uint32_t)(entry - library->entries)));
}

size_t library_count(const struct library *library) {
    return library->count;
}

const struct library_entry *library_at(const struct library *library, size_t index) {
    must(index < library->count);
    return &library->entries[index];
}

static char *copy_of(const char *text) {
    const size_t size = strlen(text) + 1;
    char *copy = memory_zeroed(1, size);
    memcpy(copy, text, size);
    return copy;
}

void library_name(struct library_entry *entry, const struct checked_manifest *manifest,
                  const struct file_about *about) {
    forget_texts(entry);
    entry->is_named = true;
    entry->size = manifest->shape.size;
    entry->at_ms = manifest->at_ms;
    entry->chunk_count = manifest->shape.chunk_count;
    if (manifest->shape.list_count == 0) entry->only_chunk = manifest->lists[0];
    entry->target = manifest->target;
    entry->readers = manifest->readers.kind;
    entry->author = manifest->author;
    if (about == NULL) return;
    entry->name = copy_of(about->name);
    entry->mime = copy_of(about->mime);
}
