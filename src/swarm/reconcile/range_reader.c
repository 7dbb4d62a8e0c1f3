/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/range_reader.h"

#include "swarm/reconcile/varint.h"

enum { ID_SIZE = sizeof(struct object_id) };

struct range_reader range_reader_over(struct span ranges) {
    return (struct range_reader){ranges, SET_ITEM_FIRST};
}

bool range_reader_has_more(const struct range_reader *reader) {
    return reader->rest.size > 0;
}

static enum refusal bytes_take(struct span *rest, size_t size, struct span *bytes) {
    if (size > rest->size) return REFUSAL_RECONCILE_CUT_SHORT;
    *bytes = (struct span){rest->at, size};
    *rest = (struct span){rest->at + size, rest->size - size};
    return REFUSAL_NONE;
}

static enum refusal timestamp_take(struct range_reader *reader, uint64_t *timestamp) {
    uint64_t step = 0;
    const enum refusal refusal = varint_take(&reader->rest, &step);
    if (refusal != REFUSAL_NONE) return refusal;
    const uint64_t last = reader->lower.timestamp;
    if (step != 0 && last == SET_TIMESTAMP_INFINITY) return REFUSAL_RECONCILE_ORDER;
    if (step != 0 && step - 1 >= SET_TIMESTAMP_INFINITY - last) return REFUSAL_RECONCILE_TIMESTAMP;
    *timestamp = step == 0 ? SET_TIMESTAMP_INFINITY : last + (step - 1);
    return REFUSAL_NONE;
}

static enum refusal bound_take(struct range_reader *reader, struct set_item *bound) {
    uint64_t size = 0;
    struct span prefix;
    *bound = SET_ITEM_FIRST;
    enum refusal refusal = timestamp_take(reader, &bound->timestamp);
    if (refusal == REFUSAL_NONE) refusal = varint_take(&reader->rest, &size);
    if (refusal != REFUSAL_NONE) return refusal;
    const bool is_infinity = bound->timestamp == SET_TIMESTAMP_INFINITY;
    if (size > (is_infinity ? 0 : ID_SIZE)) return REFUSAL_RECONCILE_PREFIX;
    refusal = bytes_take(&reader->rest, (size_t)size, &prefix);
    if (refusal != REFUSAL_NONE) return refusal;
    memcpy(bound->id.bytes, prefix.at, prefix.size);
    return is_infinity || set_item_compare(bound, &reader->lower) > 0 ? REFUSAL_NONE : REFUSAL_RECONCILE_ORDER;
}

static enum refusal fingerprint_take(struct range_reader *reader, struct fingerprint *fingerprint) {
    struct span bytes;
    const enum refusal refusal = bytes_take(&reader->rest, sizeof fingerprint->bytes, &bytes);
    if (refusal == REFUSAL_NONE) memcpy(fingerprint->bytes, bytes.at, bytes.size);
    return refusal;
}

static enum refusal ids_take(struct range_reader *reader, struct span *ids) {
    uint64_t count = 0;
    const enum refusal refusal = varint_take(&reader->rest, &count);
    if (refusal != REFUSAL_NONE) return refusal;
    if (count > reader->rest.size / ID_SIZE) return REFUSAL_RECONCILE_LIST;
    return bytes_take(&reader->rest, (size_t)count * ID_SIZE, ids);
}

enum refusal range_reader_take(struct range_reader *reader, struct range *range) {
    uint64_t mode = 0;
    *range = (struct range){.lower = reader->lower};
    enum refusal refusal = bound_take(reader, &range->upper);
    if (refusal == REFUSAL_NONE) refusal = varint_take(&reader->rest, &mode);
    if (refusal != REFUSAL_NONE) return refusal;
    if (mode > RANGE_IDS) return REFUSAL_RECONCILE_MODE;
    range->mode = (enum range_mode)mode;
    reader->lower = range->upper;
    switch (range->mode) {
    case RANGE_SKIP: return REFUSAL_NONE;
    case RANGE_FINGERPRINT: return fingerprint_take(reader, &range->fingerprint);
    case RANGE_IDS: return ids_take(reader, &range->ids);
    }
    return REFUSAL_RECONCILE_MODE;
}
