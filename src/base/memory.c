/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { LARGE = 64 << 10, SPARE_MAX = 1 << 20, BULK_LARGE = 32 << 20, BULK_SPARE_MAX = 48 << 20 };

void memory_keep_large_apart(void) {
#ifdef M_MMAP_THRESHOLD
    (void)mallopt(M_ARENA_MAX, 1); /* malloc_trim gives back the end of the first heap alone */
    (void)mallopt(M_MMAP_THRESHOLD, LARGE);
    (void)mallopt(M_TRIM_THRESHOLD, SPARE_MAX); /* so that the heap's end does not go up and down all the time */
#endif
}

void memory_expect_bulk(bool is_on) {
    if (is_on) {
#ifdef M_MMAP_THRESHOLD
        (void)mallopt(M_MMAP_THRESHOLD, BULK_LARGE);
        (void)mallopt(M_TRIM_THRESHOLD, BULK_SPARE_MAX);
#endif
    } else {
        memory_keep_large_apart();
        memory_give_back();
    }
}

void memory_give_back(void) {
#ifdef M_MMAP_THRESHOLD
    (void)malloc_trim(0);
#endif
}

_Noreturn static void memory_ended(size_t size) {
    (void)fprintf(stderr, "skep: there is no memory left (%zu bytes were wanted)\n", size);
    abort();
}

void *memory_try_zeroed(size_t count, size_t size) {
    /* A block of no bytes may be NULL by the standard, which here would read as a failure. */
    if (count == 0 || size == 0) return calloc(1, 1);
    return count > SIZE_MAX / size ? NULL : calloc(count, size);
}

void *memory_zeroed(size_t count, size_t size) {
    void *block = memory_try_zeroed(count, size);
    if (block == NULL) memory_ended(count * size);
    return block;
}

void *memory_try_room(size_t size) {
    return malloc(size == 0 ? 1 : size);
}

void *memory_room(size_t size) {
    void *block = memory_try_room(size);
    if (block == NULL) memory_ended(size);
    return block;
}

void *memory_resized(void *block, size_t size) {
    void *moved = realloc(block, size == 0 ? 1 : size);
    if (moved == NULL) memory_ended(size);
    return moved;
}

void memory_free(void *block) {
    free(block);
}
