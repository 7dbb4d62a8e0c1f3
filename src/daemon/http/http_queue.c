/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_queue.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

enum {
    QUEUE_CAPACITY_MIN = 1024,  /* most heads fit */
    QUEUE_CAPACITY_KEPT = 4096, /* a connection that waits holds no more than this */
};

static bool queue_move(struct http_queue *queue, size_t capacity) {
    uint8_t *moved = memory_try_zeroed(capacity, 1);
    if (moved == NULL) return false;
    size_t size = queue->end - queue->begin;
    if (size > 0) memcpy(moved, queue->at + queue->begin, size);
    memory_free(queue->at);
    *queue = (struct http_queue){.at = moved, .end = size, .capacity = capacity};
    return true;
}

bool http_queue_reserve(struct http_queue *queue, size_t wanted) {
    size_t size = queue->end - queue->begin;
    if (wanted <= queue->capacity - queue->end) return true;
    /* Moving down is cheap while at least half of it is free. */
    if (size + wanted <= queue->capacity / 2) {
        memmove(queue->at, queue->at + queue->begin, size);
        queue->begin = 0;
        queue->end = size;
        return true;
    }
    if (wanted > SIZE_MAX / 4 - size) return false;
    size_t capacity = queue->capacity > QUEUE_CAPACITY_MIN ? queue->capacity : QUEUE_CAPACITY_MIN;
    while (capacity < size + wanted) capacity *= 2;
    return queue_move(queue, capacity);
}

bool http_queue_append(struct http_queue *queue, struct span bytes) {
    if (bytes.size == 0) return true;
    if (!http_queue_reserve(queue, bytes.size)) return false;
    memcpy(queue->at + queue->end, bytes.at, bytes.size);
    queue->end += bytes.size;
    return true;
}

struct span http_queue_span(const struct http_queue *queue) {
    if (queue->at == NULL) return SPAN_NONE;
    return (struct span){queue->at + queue->begin, queue->end - queue->begin};
}

uint8_t *http_queue_at(struct http_queue *queue) {
    must(queue->at != NULL);
    return queue->at + queue->begin;
}

void http_queue_drop(struct http_queue *queue, size_t size) {
    must_le(size, queue->end - queue->begin);
    queue->begin += size;
    if (queue->begin < queue->end) return;
    queue->begin = queue->end = 0;
    if (queue->capacity > QUEUE_CAPACITY_KEPT) http_queue_deinit(queue);
}

void http_queue_deinit(struct http_queue *queue) {
    memory_free(queue->at);
    *queue = (struct http_queue){0};
}
