/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/content/library.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/store/content/content_store.h"

enum { ROOM_FIRST = 64 };

struct library {
    struct library_entry *entries;
    size_t count, capacity;
    size_t next_known; /* where the next one that makes room is looked for */
    struct map *by_id;
};

const char *library_state_name(enum library_state state) {
    static const char *const names[] = {"known", "fetching", "held"};
    return names[state];
}

const char *library_role_name(const struct library_entry *entry) {
    static const char *const names[] = {"replica", "pinned", "published"};
    if (entry->state == LIBRARY_KNOWN) return "known";
    return entry->state == LIBRARY_FETCHING && entry->role == HOLDING_PINNED ? "wanted" : names[entry->role];
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
    for (size_t i = 0; i < library->count; i++) {
        struct library_entry *entry = &library->entries[i];
        if (entry->is_single && entry->state != LIBRARY_KNOWN && object_id_equal(&entry->only_chunk, chunk))
            return entry;
    }
    return NULL;
}

/* One that is only known goes: the next in turn, so that all of them have theirs. */
static bool make_room(struct library *library) {
    for (size_t i = 0; i < library->count; i++) {
        const struct library_entry *entry = &library->entries[library->next_known++ % library->count];
        if (entry->state != LIBRARY_KNOWN) continue;
        const struct object_id id = entry->id;
        library_remove(library, &id);
        return true;
    }
    return false;
}

struct library_entry *library_put(struct library *library, const struct object_id *id) {
    struct library_entry *entry = library_find(library, id);
    if (entry != NULL) return entry;
    if (library->count == LIMIT_FILES_MAX && !make_room(library)) return NULL;
    if (library->count == library->capacity) {
        library->capacity = library->capacity == 0 ? ROOM_FIRST : 2 * library->capacity;
        library->entries = memory_resized(library->entries, library->capacity * sizeof *library->entries);
    }
    must(map_put(library->by_id, id, (uint32_t)library->count));
    entry = &library->entries[library->count++];
    *entry = (struct library_entry){.id = *id};
    return entry;
}

struct file_news library_news(const struct library_entry *entry, enum file_state state) {
    return (struct file_news){.state = state,
                              .role = entry->role,
                              .target = entry->is_named ? entry->target : 0,
                              .bytes = entry->is_named ? entry->sealed_size : 0};
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
    entry->sealed_size = file_sealed_size(&manifest->shape);
    entry->is_single = content_is_single(&manifest->shape);
    entry->only_chunk = entry->is_single ? manifest->lists[0] : (struct object_id){{0}};
    entry->at_ms = manifest->at_ms;
    entry->chunk_count = manifest->shape.chunk_count;
    entry->target = manifest->target;
    entry->readers = manifest->readers.kind;
    entry->author = manifest->author;
    if (about == NULL) return;
    entry->name = copy_of(about->name);
    entry->mime = copy_of(about->mime);
}
