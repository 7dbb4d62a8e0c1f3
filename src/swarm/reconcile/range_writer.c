/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/range_writer.h"

#include "base/must.h"
#include "swarm/limits.h"
#include "swarm/reconcile/varint.h"

enum {
    VERSION_SIZE = 1,
    ID_SIZE = sizeof(struct object_id),
    HEAD_MAX = VARINT_SIZE_MAX + 1 + ID_SIZE + 1, /* a bound and a mode: all of a skip */
    FINGERPRINT_SIZE = sizeof(struct fingerprint),
    REST_MAX = HEAD_MAX + 3 + FINGERPRINT_SIZE, /* what was skipped, then infinity, a mode, a fingerprint */
    LIST_COUNT_MAX = 3,                         /* as a varint, of the ids in the largest message */
};
_Static_assert(VERSION_SIZE + 2 * HEAD_MAX + LIST_COUNT_MAX + 31 * ID_SIZE + REST_MAX < LIMIT_RECONCILE_FRAME_MIN,
               "what a range is split into fits a frame, be it the shortest list, so that each message gets somewhere");
_Static_assert(LIMIT_RECONCILE_MESSAGE_MAX / ID_SIZE < 1 << 21, "a list's count takes three bytes");

void range_writer_begin(struct range_writer *writer, struct buffer *out, size_t frame_size) {
    must_le(LIMIT_RECONCILE_FRAME_MIN, frame_size);
    must_le(frame_size, out->capacity - out->size);
    *writer = (struct range_writer){.out = out, .start = out->size, .frame_size = frame_size};
    buffer_put_u8(out, RANGE_VERSION);
}

static size_t written(const struct range_writer *writer) {
    return writer->out->size - writer->start;
}

/* For one more range's payload, besides what was skipped before it, and the rest. */
static size_t room(const struct range_writer *writer) {
    const size_t taken = written(writer) + 2 * HEAD_MAX + REST_MAX;
    return taken < writer->frame_size ? writer->frame_size - taken : 0;
}

static void head_put(struct range_writer *writer, const struct set_item *upper, enum range_mode mode) {
    size_t size = ID_SIZE;
    const bool is_infinity = upper->timestamp == SET_TIMESTAMP_INFINITY;
    while (size > 0 && upper->id.bytes[size - 1] == 0) size--;
    must(upper->timestamp >= writer->timestamp);
    varint_put(writer->out, is_infinity ? 0 : upper->timestamp - writer->timestamp + 1);
    varint_put(writer->out, size);
    buffer_put(writer->out, (struct span){upper->id.bytes, size});
    varint_put(writer->out, mode);
    writer->timestamp = upper->timestamp;
}

/* The head of a range that is not skipped, and before it the skip that waits. */
static void range_begin(struct range_writer *writer, const struct set_item *upper, enum range_mode mode) {
    must(set_item_compare(&writer->upper, upper) < 0);
    if (writer->is_skipping) head_put(writer, &writer->upper, RANGE_SKIP);
    head_put(writer, upper, mode);
    writer->upper = *upper;
    writer->is_skipping = false;
}

void range_writer_skip(struct range_writer *writer, const struct set_item *upper) {
    must(set_item_compare(&writer->upper, upper) < 0);
    writer->upper = *upper;
    writer->is_skipping = true;
}

static void fingerprint_put(struct range_writer *writer, const struct set_item *upper,
                            const struct fingerprint *fingerprint) {
    range_begin(writer, upper, RANGE_FINGERPRINT);
    buffer_put(writer->out, (struct span){fingerprint->bytes, FINGERPRINT_SIZE});
}

bool range_writer_fingerprint(struct range_writer *writer, const struct set_item *upper,
                              const struct fingerprint *fingerprint) {
    if (room(writer) < FINGERPRINT_SIZE) return false;
    fingerprint_put(writer, upper, fingerprint);
    return true;
}

size_t range_writer_ids_room(const struct range_writer *writer) {
    const size_t bytes = room(writer);
    return bytes > LIST_COUNT_MAX ? (bytes - LIST_COUNT_MAX) / ID_SIZE : 0;
}

void range_writer_ids(struct range_writer *writer, const struct set_item *upper, size_t count) {
    must_le(count, range_writer_ids_room(writer));
    range_begin(writer, upper, RANGE_IDS);
    varint_put(writer->out, count);
}

void range_writer_id(struct range_writer *writer, const struct object_id *id) {
    buffer_put(writer->out, (struct span){id->bytes, ID_SIZE});
}

void range_writer_rest(struct range_writer *writer, const struct fingerprint *fingerprint) {
    fingerprint_put(writer, &SET_ITEM_INFINITY, fingerprint);
    must_le(written(writer), writer->frame_size);
}

bool range_writer_is_empty(const struct range_writer *writer) {
    return written(writer) == VERSION_SIZE;
}
