/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/chunk_buffers.h"

#include "base/memory.h"

uint8_t *chunk_buffers_take(struct chunk_buffers *buffers, size_t size) {
    buffers->was_used = true;
    for (size_t i = buffers->count; i-- > 0;) { /* the last that was given is the warmest */
        if (buffers->idle[i].size != size) continue;
        uint8_t *bytes = buffers->idle[i].bytes;
        buffers->idle[i] = buffers->idle[--buffers->count];
        buffers->bytes -= size;
        return bytes;
    }
    return memory_zeroed(size, 1);
}

void chunk_buffers_give(struct chunk_buffers *buffers, uint8_t *bytes, size_t size) {
    if (bytes == NULL) return;
    if (size == 0 || buffers->count == CHUNK_BUFFERS_COUNT || buffers->bytes + size > CHUNK_BUFFERS_MAX) {
        memory_free(bytes);
        return;
    }
    buffers->idle[buffers->count].bytes = bytes;
    buffers->idle[buffers->count++].size = size;
    buffers->bytes += size;
}

bool chunk_buffers_rest(struct chunk_buffers *buffers) {
    if (!buffers->was_used) chunk_buffers_clear(buffers);
    buffers->was_used = false;
    return buffers->count > 0;
}

void chunk_buffers_clear(struct chunk_buffers *buffers) {
    for (size_t i = 0; i < buffers->count; i++) memory_free(buffers->idle[i].bytes);
    buffers->count = buffers->bytes = 0;
}
