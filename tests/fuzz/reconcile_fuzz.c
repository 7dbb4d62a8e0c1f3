/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of reconciliation, to both roles: the first byte says to whom and how large the set is, the rest is the
 * message. What is refused writes and tells nothing; an answer fits its frame, whatever asked for it, and can be taken
 * by an honest node; what one message tells is no more than it holds, and what we have. */
#include "fuzz_target.h"

#include "base/must.h"
#include "swarm/reconcile/block_set.h"
#include "swarm/reconcile/reconcile.h"

enum { SIZES = 4, HAVE_MAX = 500 };

static const size_t sizes[SIZES] = {0, 20, 700, 3000};
static uint8_t memory[3][LIMIT_RECONCILE_MESSAGE_MAX];

struct told {
    size_t have, need;
};

static bool have(void *context, const struct set_item *item) {
    struct told *told = context;
    (void)item;
    if (told->have == HAVE_MAX) return false;
    told->have++;
    return true;
}

static void need(void *context, const struct object_id *id, const struct set_item *from) {
    (void)from;
    struct told *told = context;
    (void)id;
    told->need++;
}

/* Item i is the same in every set: times that many share, ids that are told apart late. */
static struct set_item item_numbered(size_t i) {
    struct set_item item = {.timestamp = i / 7};
    memset(item.id.bytes, (int)(i % 3), sizeof item.id.bytes);
    item.id.bytes[i % 32] ^= (uint8_t)i;
    item.id.bytes[31] = (uint8_t)(i >> 8);
    item.id.bytes[30] = (uint8_t)i;
    return item;
}

static struct block_set *set_of(size_t which) {
    static struct block_set *sets[SIZES];
    if (sets[which] != NULL) return sets[which];
    sets[which] = block_set_new(sizes[which]);
    must(sets[which] != NULL);
    for (size_t i = 0; i < sizes[which]; i++) {
        const struct set_item item = item_numbered(i);
        must(block_set_add(sets[which], &item) == BLOCK_SET_ADDED);
    }
    return sets[which];
}

static struct reconcile session(enum reconcile_role role, size_t which, size_t frame_size, struct told *told) {
    struct reconcile reconcile;
    const struct reconcile_options options = {
        .role = role,
        .set = block_set_view(set_of(which)),
        .sink = {told, have, need},
        .frame_size = frame_size,
        .rounds_max = 3,
    };
    reconcile_init(&reconcile, &options);
    return reconcile;
}

/* The answer goes to somebody honest in the other role, with another set. */
static void check_answer_is_acceptable(struct span answer, enum reconcile_role role, size_t which) {
    struct told told = {0};
    struct buffer out = buffer_over(memory[2], sizeof memory[2]);
    struct buffer question = buffer_over(memory[1], sizeof memory[1]);
    struct reconcile other = session(role, (which + 1) % SIZES, LIMIT_RECONCILE_FRAME_MIN, &told);
    if (role == RECONCILE_INITIATOR) reconcile_begin(&other, &question);
    must(reconcile_take(&other, answer, &out) == REFUSAL_NONE);
    must_le(out.size, LIMIT_RECONCILE_FRAME_MIN);
}

static void check_message(enum reconcile_role role, size_t which, size_t frame_size, struct span message) {
    struct told told = {0};
    struct buffer out = buffer_over(memory[0], sizeof memory[0]);
    struct reconcile reconcile = session(role, which, frame_size, &told);
    if (role == RECONCILE_INITIATOR) reconcile_begin(&reconcile, &out);
    out.size = 0;
    const enum refusal refusal = reconcile_take(&reconcile, message, &out);
    must_le(out.size, frame_size);
    must_le(told.need, reconcile_needs_max(message.size));
    must_le(told.have, sizes[which]);
    must((refusal == REFUSAL_NONE) == (reconcile.state != RECONCILE_REFUSED));
    if (refusal != REFUSAL_NONE) must(out.size == 0 && told.have == 0 && told.need == 0);
    if (role == RECONCILE_RESPONDER)
        must(told.have == 0 && told.need == 0 && (out.size > 0 || refusal != REFUSAL_NONE));
    if (out.size == 0) return;
    const enum reconcile_role other = role == RECONCILE_INITIATOR ? RECONCILE_RESPONDER : RECONCILE_INITIATOR;
    check_answer_is_acceptable(buffer_span(&out), other, which);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    const enum reconcile_role role = (data[0] & 1) == 0 ? RECONCILE_INITIATOR : RECONCILE_RESPONDER;
    const size_t frame_size = (data[0] & 2) == 0 ? LIMIT_RECONCILE_FRAME_MIN : LIMIT_RECONCILE_MESSAGE_MAX;
    check_message(role, data[0] >> 2 & (SIZES - 1), frame_size, (struct span){data + 1, size - 1});
    return 0;
}
