/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/payload_cache.h"

#include "base/memory.h"

bool payload_cache_init(struct payload_cache *cache, size_t bytes, size_t rows) {
    *cache = (struct payload_cache){.bytes = memory_try_zeroed(1, bytes),
                                    .byte_capacity = bytes,
                                    .rows = memory_try_zeroed(rows, sizeof(struct cached_payload)),
                                    .row_capacity = rows};
    return cache->bytes != NULL && cache->rows != NULL;
}

void payload_cache_deinit(struct payload_cache *cache) {
    memory_free(cache->bytes);
    memory_free(cache->rows);
}

/* Texts lie from the oldest one's place to `end`, perhaps around the corner. */
static bool find_room(const struct payload_cache *cache, size_t size, size_t *offset) {
    *offset = 0;
    if (cache->count == 0) return true;
    if (cache->count == cache->row_capacity) return false;
    const size_t begin = cache->rows[cache->first].offset;
    const bool is_around_the_corner = cache->end <= begin;
    if (!is_around_the_corner && cache->byte_capacity - cache->end < size) return begin >= size;
    *offset = cache->end;
    return !is_around_the_corner || begin - cache->end >= size;
}

static void forget_oldest(struct payload_cache *cache) {
    cache->first = (cache->first + 1) % cache->row_capacity;
    cache->count--;
}

void payload_cache_put(struct payload_cache *cache, const struct cached_payload *row, struct span text) {
    size_t offset;
    if (text.size > cache->byte_capacity) return;
    while (!find_room(cache, text.size, &offset)) forget_oldest(cache);
    memcpy(cache->bytes + offset, text.at, text.size);
    struct cached_payload *place = &cache->rows[(cache->first + cache->count++) % cache->row_capacity];
    *place = *row;
    place->offset = offset;
    place->size = text.size;
    cache->end = offset + text.size;
}

struct cached_payload *payload_cache_find(const struct payload_cache *cache, const struct object_half *id) {
    for (size_t i = 0; i < cache->count; i++) {
        struct cached_payload *row = &cache->rows[(cache->first + i) % cache->row_capacity];
        if (object_half_equal(&row->id, id)) return row;
    }
    return NULL;
}

struct span payload_cache_text(const struct payload_cache *cache, const struct cached_payload *row) {
    return (struct span){cache->bytes + row->offset, row->size};
}
