/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A binary min-heap of timed things. Equal times leave in order of their second key, so that order never depends on
 * when something came in.
 * Owns: its cells, grown by memory_resized.   Full: ends the process without memory (sizes are ours). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_item {
    int64_t at_ms;
    uint64_t order; /* second key; unique per heap */
    void *subject;  /* borrowed */
};
struct heap {
    struct heap_item *items;
    size_t count;
    size_t capacity;
};

void heap_deinit(struct heap *h);
void heap_push(struct heap *h, struct heap_item item);
bool heap_peek(const struct heap *h, struct heap_item *item);
bool heap_pop(struct heap *h, struct heap_item *item);
