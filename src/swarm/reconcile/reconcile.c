/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/reconcile.h"

#include "base/must.h"
#include "swarm/reconcile/id_index.h"
#include "swarm/reconcile/range_reader.h"
#include "swarm/reconcile/range_writer.h"

enum {
    BUCKETS = 16,               /* a range that differs is cut into so many */
    LISTED_BELOW = 2 * BUCKETS, /* fewer items are listed: what differs by one is found a round sooner */
    ID_SIZE = sizeof(struct object_id),
};

/* A message that was checked: all of its ranges can be read, and its ids are known by what they are. */
struct checked_ranges {
    struct span text;
    struct id_index ids;
};

/* The answer while it is written. When a step gives false, the message is full and ends with what comes from `done` on.
 */
struct answer {
    const struct reconcile *reconcile;
    struct range_writer writer;
    size_t done; /* the index of the first item that nothing was said of */
};

/* A range of the other's message, and which of our items lie in it. */
struct own_range {
    const struct range *said;
    size_t begin, end;
};

void reconcile_init(struct reconcile *reconcile, const struct reconcile_options *options) {
    const bool is_initiator = options->role == RECONCILE_INITIATOR;
    must(options->rounds_max > 0);
    must_le(LIMIT_RECONCILE_FRAME_MIN, options->frame_size);
    must_le(options->frame_size, LIMIT_RECONCILE_MESSAGE_MAX);
    must(!is_initiator || (options->sink.have != NULL && options->sink.need != NULL));
    *reconcile = (struct reconcile){.options = *options, .state = is_initiator ? RECONCILE_NEW : RECONCILE_RUNNING};
}

/* ---- Saying what we have ---- */

static const struct ordered_set *set_of(const struct answer *answer) {
    return &answer->reconcile->options.set;
}

/* The place where a range before the item of that index ends. */
static struct set_item place_before(const struct answer *answer, size_t index) {
    const struct set_item before = ordered_set_item(set_of(answer), index - 1);
    const struct set_item next = ordered_set_item(set_of(answer), index);
    return set_item_between(&before, &next);
}

static bool list_put(struct answer *answer, const struct own_range *range) {
    const size_t room = range_writer_ids_room(&answer->writer), count = range->end - range->begin;
    const bool is_whole = count <= room;
    const size_t end = is_whole ? range->end : range->begin + room;
    answer->done = range->begin;
    if (room == 0) return false;
    const struct set_item upper = is_whole ? range->said->upper : place_before(answer, end);
    range_writer_ids(&answer->writer, &upper, end - range->begin);
    for (size_t i = range->begin; i < end; i++) {
        const struct set_item item = ordered_set_item(set_of(answer), i);
        range_writer_id(&answer->writer, &item.id);
    }
    answer->done = end;
    return is_whole;
}

static bool buckets_put(struct answer *answer, const struct own_range *range) {
    const size_t count = range->end - range->begin;
    size_t begin = range->begin;
    for (size_t i = 0; i < BUCKETS; i++) {
        const size_t end = begin + count / BUCKETS + (i < count % BUCKETS);
        const struct set_item upper = i + 1 == BUCKETS ? range->said->upper : place_before(answer, end);
        const struct fingerprint fingerprint = ordered_set_fingerprint(set_of(answer), begin, end);
        answer->done = begin;
        if (!range_writer_fingerprint(&answer->writer, &upper, &fingerprint)) return false;
        begin = end;
    }
    return true;
}

static bool split_put(struct answer *answer, const struct own_range *range) {
    return range->end - range->begin < LISTED_BELOW ? list_put(answer, range) : buckets_put(answer, range);
}

void reconcile_begin(struct reconcile *reconcile, struct buffer *out) {
    must(reconcile->state == RECONCILE_NEW);
    struct answer answer = {.reconcile = reconcile};
    const struct range everything = {.upper = SET_ITEM_INFINITY};
    const struct own_range range = {&everything, 0, ordered_set_size(&reconcile->options.set)};
    range_writer_begin(&answer.writer, out, reconcile->options.frame_size);
    must(split_put(&answer, &range));
    reconcile->state = RECONCILE_RUNNING;
}

/* ---- Hearing what the other has ---- */

static bool fingerprint_answer(struct answer *answer, const struct own_range *range) {
    const struct fingerprint ours = ordered_set_fingerprint(set_of(answer), range->begin, range->end);
    if (!fingerprint_equal(&ours, &range->said->fingerprint)) return split_put(answer, range);
    range_writer_skip(&answer->writer, &range->said->upper);
    return true;
}

static void needs_tell(const struct reconcile_sink *sink, const struct id_index *ids, const struct range *said) {
    for (size_t at = 0; at < said->ids.size; at += ID_SIZE) {
        struct object_id id;
        if (id_index_is_marked(ids, said->ids.at + at)) continue;
        memcpy(id.bytes, said->ids.at + at, ID_SIZE);
        sink->need(sink->context, &id, &said->lower);
    }
}

/* Our items are looked up in their list, up to the first that the sink will not take; what of the list is not marked by
 * then is needed, or is ours behind that. The walk ends there, so that a short list that comes again and again does not
 * cost a whole set each time. */
static bool list_compare(struct answer *answer, const struct own_range *range, struct id_index *ids) {
    const struct reconcile_sink *sink = &answer->reconcile->options.sink;
    size_t taken = range->begin;
    for (; taken < range->end; taken++) {
        const struct set_item item = ordered_set_item(set_of(answer), taken);
        if (id_index_mark(ids, range->said->ids, &item.id)) continue;
        if (!sink->have(sink->context, &item)) break;
    }
    needs_tell(sink, ids, range->said);
    answer->done = taken;
    if (taken == range->end) {
        range_writer_skip(&answer->writer, &range->said->upper);
        return true;
    }
    if (taken > range->begin) {
        const struct set_item upper = place_before(answer, taken);
        range_writer_skip(&answer->writer, &upper);
    }
    return false;
}

static bool range_answer(struct answer *answer, const struct own_range *range, struct id_index *ids) {
    switch (range->said->mode) {
    case RANGE_SKIP: range_writer_skip(&answer->writer, &range->said->upper); return true;
    case RANGE_FINGERPRINT: return fingerprint_answer(answer, range);
    case RANGE_IDS:
        if (answer->reconcile->options.role == RECONCILE_INITIATOR) return list_compare(answer, range, ids);
        return list_put(answer, range);
    }
    must(false);
    return false;
}

static void rest_put(struct answer *answer) {
    const size_t size = ordered_set_size(set_of(answer));
    const struct fingerprint rest = ordered_set_fingerprint(set_of(answer), answer->done, size);
    range_writer_rest(&answer->writer, &rest);
}

static void message_answer(struct answer *answer, struct checked_ranges *message) {
    struct range_reader reader = range_reader_over(message->text);
    struct range range;
    bool has_room = true;
    while (has_room && range_reader_has_more(&reader)) {
        must(range_reader_take(&reader, &range) == REFUSAL_NONE);
        if (range.lower.timestamp == SET_TIMESTAMP_INFINITY) break; /* nothing lies there */
        struct own_range own = {.said = &range};
        if (range.mode != RANGE_SKIP) {
            own.begin = ordered_set_lower_bound(set_of(answer), &range.lower);
            own.end = ordered_set_lower_bound(set_of(answer), &range.upper);
        }
        has_room = range_answer(answer, &own, &message->ids);
    }
    if (!has_room) rest_put(answer);
}

/* ---- Messages ---- */

static enum refusal ranges_check(struct span text, struct checked_ranges *checked) {
    struct range_reader reader = range_reader_over(text);
    checked->text = text;
    id_index_init(&checked->ids, text);
    while (range_reader_has_more(&reader)) {
        struct range range;
        const enum refusal refusal = range_reader_take(&reader, &range);
        if (refusal != REFUSAL_NONE) return refusal;
        for (size_t at = 0; at < range.ids.size; at += ID_SIZE) id_index_add(&checked->ids, range.ids.at + at);
    }
    return id_index_sort(&checked->ids) ? REFUSAL_NONE : REFUSAL_RECONCILE_DOUBLE;
}

static enum refusal round_check(const struct reconcile *reconcile, struct span message) {
    if (reconcile->rounds >= reconcile->options.rounds_max) return REFUSAL_RECONCILE_ROUNDS;
    if (message.size > LIMIT_RECONCILE_MESSAGE_MAX) return REFUSAL_RECONCILE_TOO_LARGE;
    return message.size == 0 ? REFUSAL_RECONCILE_CUT_SHORT : REFUSAL_NONE;
}

static enum refusal message_take(struct reconcile *reconcile, struct span message, struct buffer *out) {
    const bool is_initiator = reconcile->options.role == RECONCILE_INITIATOR;
    const struct span ranges = {message.at + 1, message.size - 1};
    struct answer answer = {.reconcile = reconcile};
    struct checked_ranges checked;
    if (message.at[0] != RANGE_VERSION) {
        if (is_initiator) return REFUSAL_RECONCILE_VERSION;
        buffer_put_u8(out, RANGE_VERSION);
        return REFUSAL_NONE;
    }
    const enum refusal refusal = ranges_check(ranges, &checked);
    if (refusal != REFUSAL_NONE) return refusal;
    const size_t before = out->size;
    range_writer_begin(&answer.writer, out, reconcile->options.frame_size);
    message_answer(&answer, &checked);
    if (is_initiator && range_writer_is_empty(&answer.writer)) {
        out->size = before;
        reconcile->state = RECONCILE_DONE;
    }
    return REFUSAL_NONE;
}

enum refusal reconcile_take(struct reconcile *reconcile, struct span message, struct buffer *out) {
    if (reconcile->state != RECONCILE_RUNNING) return REFUSAL_RECONCILE_UNASKED;
    enum refusal refusal = round_check(reconcile, message);
    if (refusal == REFUSAL_NONE) {
        reconcile->rounds++;
        refusal = message_take(reconcile, message, out);
    }
    if (refusal != REFUSAL_NONE) reconcile->state = RECONCILE_REFUSED;
    return refusal;
}
