/* SPDX-License-Identifier: Apache-2.0 */
#include "base/heap.h"

#include "base/memory.h"
#include "base/must.h"

enum { HEAP_CAPACITY_FIRST = 16 };

void heap_deinit(struct heap *h) {
    memory_free(h->items);
    *h = (struct heap){0};
}

static bool is_before(const struct heap_item *a, const struct heap_item *b) {
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void grow(struct heap *h) {
    const size_t capacity = h->capacity == 0 ? HEAP_CAPACITY_FIRST : h->capacity * 2;
    must_le(capacity, SIZE_MAX / 2 / sizeof *h->items);
    h->items = memory_resized(h->items, capacity * sizeof *h->items);
    h->capacity = capacity;
}

void heap_push(struct heap *h, struct heap_item item) {
    if (h->count == h->capacity) grow(h);
    size_t hole = h->count++;
    while (hole > 0 && is_before(&item, &h->items[(hole - 1) / 2])) {
        h->items[hole] = h->items[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    h->items[hole] = item;
}

bool heap_peek(const struct heap *h, struct heap_item *item) {
    if (h->count == 0) return false;
    *item = h->items[0];
    return true;
}

/* The smaller child of a cell, or `count` when it has none. */
static size_t first_child(const struct heap *h, size_t parent) {
    const size_t left = 2 * parent + 1;
    if (left >= h->count) return h->count;
    const size_t right = left + 1;
    return right < h->count && is_before(&h->items[right], &h->items[left]) ? right : left;
}

bool heap_pop(struct heap *h, struct heap_item *item) {
    if (!heap_peek(h, item)) return false;
    const struct heap_item last = h->items[--h->count];
    size_t hole = 0;
    for (size_t child = first_child(h, 0); child < h->count; child = first_child(h, hole)) {
        if (!is_before(&h->items[child], &last)) break;
        h->items[hole] = h->items[child];
        hole = child;
    }
    h->items[hole] = last; /* of an empty heap this writes the cell just left, which is still ours */
    return true;
}
