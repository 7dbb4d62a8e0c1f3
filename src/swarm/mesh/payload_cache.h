/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The texts of records that came by lately, for whoever asks for one that was only announced to him.
 * Owns: the bytes and its rows, from init to deinit. A text given out is borrowed until the next one is kept.
 * Full: the oldest go until the new one fits; one that is larger than the whole is not kept.   Spec: WIRE W11. */

#include "swarm/content/object_id.h"

struct cached_payload {
    struct object_half id;
    uint8_t hops; /* with which it is passed on */
    size_t offset, size;
};
struct payload_cache {
    uint8_t *bytes; /* a ring of texts, each in one piece */
    size_t byte_capacity, end;
    struct cached_payload *rows; /* a ring, oldest first */
    size_t row_capacity, first, count;
};
bool payload_cache_init(struct payload_cache *cache, size_t bytes, size_t rows); /* false without memory */
void payload_cache_deinit(struct payload_cache *cache);
/* `id` and `hops` are taken from the row. */
void payload_cache_put(struct payload_cache *cache, const struct cached_payload *row, struct span text);
/* NULL: it is not there (any more). Borrowed until the next one is put. */
struct cached_payload *payload_cache_find(const struct payload_cache *cache, const struct object_half *id);
struct span payload_cache_text(const struct payload_cache *cache, const struct cached_payload *row);
