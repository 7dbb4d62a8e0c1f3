/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Memory of chunks that were written or read, for those that come next: pages that are new to the process cost as much
 * as hashing what is put in them.
 * Owns: what was given and not taken.   Full: CHUNK_BUFFERS_MAX bytes; what is more is freed. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHUNK_BUFFERS_MAX = 24 << 20, CHUNK_BUFFERS_COUNT = 96 };

struct chunk_buffers {
    struct {
        uint8_t *bytes;
        size_t size;
    } idle[CHUNK_BUFFERS_COUNT];
    size_t count;
    size_t bytes;
    bool was_used; /* since it was last asked */
};

uint8_t *chunk_buffers_take(struct chunk_buffers *buffers, size_t size); /* not zeroed; the caller's: memory_free */
void chunk_buffers_give(struct chunk_buffers *buffers, uint8_t *bytes, size_t size); /* moved; accepts NULL */
/* Frees all when none was taken since this was last called; false when nothing is left. */
bool chunk_buffers_rest(struct chunk_buffers *buffers);
void chunk_buffers_clear(struct chunk_buffers *buffers);
