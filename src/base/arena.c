/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <string.h>

#include "base/must.h"

struct arena arena_over(void *memory, size_t capacity) {
    return (struct arena){.at = memory, .capacity = capacity};
}

void *arena_take(struct arena *a, size_t size) {
    must_le(a->used, a->capacity);
    const size_t alignment = _Alignof(max_align_t);
    const size_t left = a->capacity - a->used;
    /* The caller's memory may start anywhere, so it is the address that is aligned, not the offset. */
    const size_t padding = (alignment - ((uintptr_t)a->at + a->used) % alignment) % alignment;
    if (a->at == NULL || padding > left || size > left - padding) {
        a->used = a->capacity; /* full for good: a smaller wish later must not succeed by luck */
        return NULL;
    }
    uint8_t *taken = a->at + a->used + padding;
    a->used += padding + size;
    memset(taken, 0, size);
    return taken;
}

void arena_reset(struct arena *a) {
    a->used = 0;
}
