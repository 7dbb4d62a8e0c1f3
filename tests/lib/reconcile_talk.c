/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/reconcile_talk.h"

#include "base/memory.h"
#include "base/must.h"
#include "swarm/reconcile/range_reader.h"

#include <stdlib.h>

static void told_add(struct told_ids *told, const struct object_id *id) {
    if (told->count == told->capacity) {
        told->capacity = told->capacity == 0 ? 64 : 2 * told->capacity;
        told->ids = memory_resized(told->ids, told->capacity * sizeof told->ids[0]);
    }
    told->ids[told->count++] = *id;
}

static bool have(void *context, const struct set_item *item) {
    struct talk *talk = context;
    if (talk->have.refill > 0 && talk->have.left-- == 0) return false;
    told_add(&talk->have, &item->id);
    return true;
}

static void need(void *context, const struct object_id *id, const struct set_item *from) {
    (void)from;
    struct talk *talk = context;
    told_add(&talk->need, id);
}

struct reconcile_sink talk_sink(struct talk *talk) {
    return (struct reconcile_sink){talk, have, need};
}

static void count(struct talk *talk, const struct buffer *message, size_t *bytes, size_t *messages) {
    *bytes += message->size;
    *messages += 1;
    if (message->size > talk->longest) talk->longest = message->size;
}

static struct reconcile session(struct block_set *set, struct talk *talk, const struct talk_options *options,
                                int role) {
    struct reconcile reconcile;
    const size_t frame_size = options->frame_size[role];
    const struct reconcile_options made = {
        .role = (enum reconcile_role)role,
        .set = block_set_view(set),
        .sink = talk_sink(talk),
        .frame_size = frame_size == 0 ? LIMIT_RECONCILE_MESSAGE_MAX : frame_size,
        .rounds_max = options->rounds_max == 0 ? LIMIT_RECONCILE_ROUNDS : options->rounds_max,
    };
    reconcile_init(&reconcile, &made);
    return reconcile;
}

/* Whatever is said of a range is so, also of the rest behind a full frame. */
static void check_truth(struct span message, struct block_set *speaker) {
    const struct ordered_set set = block_set_view(speaker);
    struct range_reader reader = range_reader_over((struct span){message.at + 1, message.size - 1});
    while (range_reader_has_more(&reader)) {
        struct range range;
        must(range_reader_take(&reader, &range) == REFUSAL_NONE);
        const size_t begin = ordered_set_lower_bound(&set, &range.lower);
        const size_t end = ordered_set_lower_bound(&set, &range.upper);
        const struct fingerprint fingerprint = ordered_set_fingerprint(&set, begin, end);
        if (range.mode == RANGE_FINGERPRINT) must(fingerprint_equal(&fingerprint, &range.fingerprint));
        if (range.mode != RANGE_IDS) continue;
        must(range.ids.size == (end - begin) * sizeof(struct object_id));
        for (size_t i = begin; i < end; i++) {
            const struct set_item item = ordered_set_item(&set, i);
            must(memcmp(range.ids.at + (i - begin) * sizeof item.id, item.id.bytes, sizeof item.id) == 0);
        }
    }
}

enum refusal talk_run(struct talk *talk, struct block_set *ours, struct block_set *theirs,
                      const struct talk_options *options) {
    static uint8_t memory[2][LIMIT_RECONCILE_MESSAGE_MAX];
    *talk = (struct talk){.have.refill = options->have_at_once};
    struct reconcile initiator = session(ours, talk, options, RECONCILE_INITIATOR);
    struct reconcile responder = session(theirs, talk, options, RECONCILE_RESPONDER);
    struct buffer question = buffer_over(memory[0], sizeof memory[0]);
    reconcile_begin(&initiator, &question);
    while (initiator.state == RECONCILE_RUNNING) {
        struct buffer answer = buffer_over(memory[1], sizeof memory[1]);
        count(talk, &question, &talk->asked_bytes, &talk->asked);
        check_truth(buffer_span(&question), ours);
        enum refusal refusal = reconcile_take(&responder, buffer_span(&question), &answer);
        if (refusal != REFUSAL_NONE) return refusal;
        count(talk, &answer, &talk->answered_bytes, &talk->answered);
        check_truth(buffer_span(&answer), theirs);
        question = buffer_over(memory[0], sizeof memory[0]);
        talk->have.left = talk->have.refill;
        refusal = reconcile_take(&initiator, buffer_span(&answer), &question);
        if (refusal != REFUSAL_NONE) return refusal;
    }
    must(initiator.state == RECONCILE_DONE && question.size == 0);
    return REFUSAL_NONE;
}

void talk_free(struct talk *talk) {
    memory_free(talk->have.ids);
    memory_free(talk->need.ids);
    *talk = (struct talk){0};
}

static int by_id(const void *a, const void *b) {
    return memcmp(a, b, sizeof(struct object_id));
}

size_t told_sort(struct told_ids *told) {
    const size_t all = told->count;
    if (all == 0) return 0;
    qsort(told->ids, all, sizeof told->ids[0], by_id);
    told->count = 1;
    for (size_t i = 1; i < all; i++)
        if (!object_id_equal(&told->ids[told->count - 1], &told->ids[i])) told->ids[told->count++] = told->ids[i];
    return all - told->count;
}

struct set_item item_random(struct prng *prng, uint64_t timestamps) {
    struct set_item item = {.timestamp = prng_next(prng) % timestamps};
    for (size_t i = 0; i < sizeof item.id.bytes; i += 8) {
        const uint64_t word = prng_next(prng);
        memcpy(&item.id.bytes[i], &word, sizeof word);
    }
    return item;
}
