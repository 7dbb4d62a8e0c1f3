/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/stream.h"

#include "base/memory.h"

#include <string.h>

void stream_put(struct stream *stream, enum segment_kind kind, struct span bytes, int64_t due_ms) {
    struct segment *segment = memory_zeroed(1, sizeof *segment + bytes.size);
    if (due_ms < stream->last_due_ms) due_ms = stream->last_due_ms;
    segment->due_ms = stream->last_due_ms = due_ms;
    segment->kind = kind;
    segment->size = bytes.size;
    stream->size += bytes.size;
    if (bytes.size > 0) memcpy(segment->bytes, bytes.at, bytes.size);
    if (stream->last == NULL) {
        stream->first = segment;
    } else {
        stream->last->next = segment;
    }
    stream->last = segment;
}

const struct segment *stream_first(const struct stream *stream) {
    return stream->first;
}

struct segment *stream_take(struct stream *stream) {
    struct segment *segment = stream->first;
    if (segment == NULL) return NULL;
    stream->first = segment->next;
    stream->size -= segment->size;
    if (stream->first == NULL) stream->last = NULL;
    return segment;
}

void stream_clear(struct stream *stream) {
    while (stream->first != NULL) memory_free(stream_take(stream));
}
