/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/outbox.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

enum { QUEUE_CAPACITY_MIN = 1024 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t queue_size(const struct outbox_queue *queue) {
    return queue->tail - queue->head;
}

static void queue_free(struct outbox_queue *queue) {
    memory_free(queue->bytes);
    *queue = (struct outbox_queue){0};
}

/* Each byte is moved at most twice on average: to the front only when what was written outweighs what is left, else
 * into twice the room. */
static bool queue_make_room(struct outbox_queue *queue, size_t size) {
    const size_t used = queue_size(queue);
    if (queue->capacity - queue->tail >= size) return true;
    if (queue->head >= used && queue->capacity - used >= size) {
        if (used > 0) memmove(queue->bytes, queue->bytes + queue->head, used);
    } else {
        size_t capacity = queue->capacity > 0 ? queue->capacity : QUEUE_CAPACITY_MIN;
        while (capacity - used < size) capacity *= 2;
        uint8_t *bytes = memory_try_room(capacity);
        if (!bytes) return false;
        if (used > 0) memcpy(bytes, queue->bytes + queue->head, used);
        memory_free(queue->bytes);
        queue->bytes = bytes;
        queue->capacity = capacity;
    }
    queue->head = 0;
    queue->tail = used;
    return true;
}

static enum outbox_result queue_put(struct outbox_queue *queue, uint8_t type, struct span body) {
    const size_t size = LIMIT_FRAME_HEADER_SIZE + body.size;
    if (!queue_make_room(queue, size)) return OUTBOX_NO_MEMORY;
    struct buffer out = buffer_over(queue->bytes + queue->tail, size);
    frame_write_header(&out, type, (uint32_t)body.size);
    buffer_put(&out, body);
    must(!out.overflowed && out.size == size);
    queue->tail += size;
    return OUTBOX_TAKEN;
}

enum outbox_result outbox_put(struct outbox *outbox, uint8_t type, struct span body) {
    must_le(body.size, frame_body_max(type));
    if (!frame_is_bulk(type)) return queue_put(&outbox->control, type, body);
    if (queue_size(&outbox->bulk) + LIMIT_FRAME_HEADER_SIZE + body.size > OUTBOX_BULK_MAX) return OUTBOX_FULL;
    return queue_put(&outbox->bulk, type, body);
}

size_t outbox_size(const struct outbox *outbox) {
    return queue_size(&outbox->control) + queue_size(&outbox->bulk);
}

struct span outbox_peek(struct outbox *outbox) {
    if (outbox->offered == 0) {
        const bool has_control = queue_size(&outbox->control) > 0;
        /* A bulk frame that was begun is finished first, and no further than that when control waits. */
        const bool is_bulk = outbox->bulk_frame_left > 0 || !has_control;
        outbox->offered_of = is_bulk ? &outbox->bulk : &outbox->control;
        outbox->offered = smaller(queue_size(outbox->offered_of), OUTBOX_WRITE_MAX);
        if (is_bulk && has_control) outbox->offered = smaller(outbox->offered, outbox->bulk_frame_left);
    }
    if (outbox->offered == 0) return SPAN_NONE;
    return (struct span){outbox->offered_of->bytes + outbox->offered_of->head, outbox->offered};
}

struct span outbox_peek_frame(struct outbox *outbox) {
    if (outbox->offered == 0 && outbox_size(outbox) > 0) {
        outbox->offered_of = queue_size(&outbox->control) > 0 ? &outbox->control : &outbox->bulk;
        outbox->offered =
            LIMIT_FRAME_HEADER_SIZE + (size_t)bytes_read_u32(outbox->offered_of->bytes + outbox->offered_of->head);
    }
    if (outbox->offered == 0) return SPAN_NONE;
    return (struct span){outbox->offered_of->bytes + outbox->offered_of->head, outbox->offered};
}

size_t outbox_bulk_size(const struct outbox *outbox) {
    return queue_size(&outbox->bulk);
}

/* Follows the frame boundaries of the bulk queue by its own headers. A header is whole in the queue: frames are put
 * there whole. */
static void bulk_advance(struct outbox *outbox, size_t size) {
    const uint8_t *at = outbox->bulk.bytes + outbox->bulk.head;
    while (size > 0) {
        if (outbox->bulk_frame_left == 0)
            outbox->bulk_frame_left = LIMIT_FRAME_HEADER_SIZE + (size_t)bytes_read_u32(at);
        const size_t step = smaller(size, outbox->bulk_frame_left);
        outbox->bulk_frame_left -= step;
        at += step;
        size -= step;
    }
}

void outbox_wrote(struct outbox *outbox, size_t size) {
    must_le(size, outbox->offered);
    if (size == 0) return;
    struct outbox_queue *queue = outbox->offered_of;
    if (queue == &outbox->bulk) bulk_advance(outbox, size);
    queue->head += size;
    outbox->offered = 0;
    if (queue_size(queue) == 0) queue_free(queue);
}

void outbox_clear(struct outbox *outbox) {
    queue_free(&outbox->control);
    queue_free(&outbox->bulk);
    *outbox = (struct outbox){0};
}

void outbox_deinit(struct outbox *outbox) {
    outbox_clear(outbox);
}
