/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/reconcile.h"

#include "base/memory.h"
#include "lib/reconcile_talk.h"
#include "swarm/reconcile/range_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Two sets, and what the first should learn of the second. */
struct pair {
    struct block_set *ours, *theirs;
    struct told_ids have, need;
};
enum side { OURS = 1, THEIRS = 2, BOTH = 3 };
enum { PAIR_CAPACITY = 8192 };

static struct pair pair_new(void) {
    return (struct pair){.ours = block_set_new(PAIR_CAPACITY), .theirs = block_set_new(PAIR_CAPACITY)};
}

static void pair_free(struct pair *pair) {
    block_set_free(pair->ours);
    block_set_free(pair->theirs);
    memory_free(pair->have.ids);
    memory_free(pair->need.ids);
}

static void expect(struct told_ids *told, const struct object_id *id) {
    if (told->ids == NULL) told->ids = memory_zeroed(PAIR_CAPACITY, sizeof *id);
    told->ids[told->count++] = *id;
}

static void pair_add(struct pair *pair, const struct set_item *item, enum side side) {
    if ((side & OURS) != 0) assert_int_equal(block_set_add(pair->ours, item), BLOCK_SET_ADDED);
    if ((side & THEIRS) != 0) assert_int_equal(block_set_add(pair->theirs, item), BLOCK_SET_ADDED);
    if (side == OURS) expect(&pair->have, &item->id);
    if (side == THEIRS) expect(&pair->need, &item->id);
}

/* Gives how many were told more than once. */
static size_t assert_told(struct told_ids *told, struct told_ids *expected) {
    const size_t again = told_sort(told);
    (void)told_sort(expected);
    assert_int_equal(told->count, expected->count);
    if (told->count > 0) assert_memory_equal(told->ids, expected->ids, told->count * sizeof told->ids[0]);
    return again;
}

/* Talks until done; what is told must be exact, and told once unless a frame was filled. */
static struct talk pair_talk(struct pair *pair, const struct talk_options *options) {
    struct talk talk;
    assert_int_equal(talk_run(&talk, pair->ours, pair->theirs, options), REFUSAL_NONE);
    const size_t again = assert_told(&talk.have, &pair->have) + assert_told(&talk.need, &pair->need);
    const bool is_within_frames = talk.longest + 256 < LIMIT_RECONCILE_FRAME_MIN;
    if (is_within_frames) assert_int_equal(again, 0);
    assert_true(again <= (talk.have.count + talk.need.count) / 4);
    return talk;
}

static void pair_fill(struct pair *pair, struct prng *prng, size_t count, uint64_t timestamps, enum side side) {
    for (size_t i = 0; i < count; i++) {
        const struct set_item item = item_random(prng, timestamps);
        pair_add(pair, &item, side);
    }
}

/* ---- Sets ---- */

static void two_empty_sets_are_done_after_a_round(void **state) {
    (void)state;
    struct pair pair = pair_new();
    struct talk talk = pair_talk(&pair, &(struct talk_options){0});
    assert_int_equal(talk.asked, 1);
    assert_int_equal(talk.answered, 1);
    talk_free(&talk);
    pair_free(&pair);
}

static void equal_sets_cost_sixteen_fingerprints_and_one_byte(void **state) {
    (void)state;
    struct prng prng = prng_seeded(10);
    struct pair pair = pair_new();
    pair_fill(&pair, &prng, 5000, 1000000, BOTH);
    struct talk talk = pair_talk(&pair, &(struct talk_options){0});
    assert_int_equal(talk.asked, 1);
    assert_true(talk.asked_bytes < 1 + 16 * 23);
    assert_int_equal(talk.answered_bytes, 1);
    talk_free(&talk);
    pair_free(&pair);
}

static void who_has_nothing_needs_all_and_the_other_way_round(void **state) {
    (void)state;
    for (enum side side = OURS; side <= THEIRS; side++) {
        struct prng prng = prng_seeded(11);
        struct pair pair = pair_new();
        pair_fill(&pair, &prng, 5000, 1000000, side);
        struct talk talk = pair_talk(&pair, &(struct talk_options){0});
        talk_free(&talk);
        pair_free(&pair);
    }
}

static void sets_without_a_common_item_are_told_apart(void **state) {
    (void)state;
    struct prng prng = prng_seeded(12);
    struct pair pair = pair_new();
    pair_fill(&pair, &prng, 3000, 1000000, OURS);
    pair_fill(&pair, &prng, 2000, 1000000, THEIRS);
    struct talk talk = pair_talk(&pair, &(struct talk_options){0});
    talk_free(&talk);
    pair_free(&pair);
}

static void one_that_differs_is_found_wherever_it_is(void **state) {
    (void)state;
    for (size_t place = 0; place <= 3000; place += 250) {
        struct prng prng = prng_seeded(13 + place);
        struct pair pair = pair_new();
        struct set_item item = item_random(&prng, 1);
        pair_fill(&pair, &prng, 3000, 3000, BOTH);
        item.timestamp = place;
        pair_add(&pair, &item, place % 500 == 0 ? OURS : THEIRS);
        struct talk talk = pair_talk(&pair, &(struct talk_options){0});
        assert_true(talk.asked <= 3 && talk.asked_bytes + talk.answered_bytes < 4000);
        talk_free(&talk);
        pair_free(&pair);
    }
}

/* All records of one millisecond: bounds are told apart by their ids alone. */
static void items_of_one_time_are_told_apart(void **state) {
    (void)state;
    struct prng prng = prng_seeded(14);
    struct pair pair = pair_new();
    pair_fill(&pair, &prng, 4000, 1, BOTH);
    pair_fill(&pair, &prng, 30, 1, OURS);
    pair_fill(&pair, &prng, 30, 1, THEIRS);
    struct talk talk = pair_talk(&pair, &(struct talk_options){0});
    talk_free(&talk);
    pair_free(&pair);
}

static void the_first_and_the_last_place_are_found(void **state) {
    (void)state;
    struct prng prng = prng_seeded(15);
    struct pair pair = pair_new();
    const struct set_item first = {0, {{0}}};
    struct set_item last = {.timestamp = SET_TIMESTAMP_INFINITY - 1};
    memset(last.id.bytes, 0xff, sizeof last.id.bytes);
    pair_fill(&pair, &prng, 1000, SET_TIMESTAMP_INFINITY, BOTH);
    pair_add(&pair, &first, OURS);
    pair_add(&pair, &last, THEIRS);
    struct talk talk = pair_talk(&pair, &(struct talk_options){0});
    talk_free(&talk);
    pair_free(&pair);
}

static size_t frame_random(struct prng *prng) {
    const uint32_t more = LIMIT_RECONCILE_MESSAGE_MAX - LIMIT_RECONCILE_FRAME_MIN;
    switch (prng_below(prng, 4)) {
    case 0: return LIMIT_RECONCILE_FRAME_MIN;
    case 1: return LIMIT_RECONCILE_MESSAGE_MAX;
    default: return LIMIT_RECONCILE_FRAME_MIN + prng_below(prng, more);
    }
}

/* A tenth of them where the sanitizers look at every step. */
#ifdef __SANITIZE_ADDRESS__
enum { PAIRS = 100 };
#else
enum { PAIRS = 1000 };
#endif

static void many_pairs_learn_exactly_what_differs(void **state) {
    (void)state;
    static const uint64_t times[] = {1, 3, 1000, 1000000000, SET_TIMESTAMP_INFINITY};
    static const uint32_t counts[] = {1, 20, 40, 500, 3000};
    for (uint64_t seed = 0; seed < PAIRS; seed++) {
        struct prng prng = prng_seeded(seed);
        struct pair pair = pair_new();
        const uint64_t timestamps = times[prng_below(&prng, 5)];
        pair_fill(&pair, &prng, prng_below(&prng, counts[prng_below(&prng, 5)]), timestamps, BOTH);
        pair_fill(&pair, &prng, prng_below(&prng, counts[prng_below(&prng, 5)]), timestamps, OURS);
        pair_fill(&pair, &prng, prng_below(&prng, counts[prng_below(&prng, 5)]), timestamps, THEIRS);
        const struct talk_options options = {.frame_size = {frame_random(&prng), frame_random(&prng)}};
        struct talk talk = pair_talk(&pair, &options);
        talk_free(&talk);
        pair_free(&pair);
    }
}

/* ---- Limits ---- */

static void no_message_is_longer_than_its_frame(void **state) {
    (void)state;
    for (size_t frame_size = LIMIT_RECONCILE_FRAME_MIN; frame_size <= LIMIT_RECONCILE_MESSAGE_MAX; frame_size *= 2) {
        struct prng prng = prng_seeded(16);
        struct pair pair = pair_new();
        pair_fill(&pair, &prng, 4000, 5000, BOTH);
        pair_fill(&pair, &prng, 2000, 5000, OURS);
        pair_fill(&pair, &prng, 2000, 5000, THEIRS);
        struct talk talk = pair_talk(&pair, &(struct talk_options){.frame_size = {frame_size, frame_size}});
        assert_true(talk.longest <= frame_size && talk.longest > frame_size - 256);
        print_message("frames of %zu: %zu rounds, %zu bytes\n", frame_size, talk.asked,
                      talk.asked_bytes + talk.answered_bytes);
        talk_free(&talk);
        pair_free(&pair);
    }
}

static void a_sink_that_is_full_gets_the_rest_of_what_we_have_later(void **state) {
    (void)state;
    struct prng prng = prng_seeded(17);
    struct pair pair = pair_new();
    pair_fill(&pair, &prng, 3000, 1000, OURS);
    struct talk talk = pair_talk(&pair, &(struct talk_options){.have_at_once = 100});
    assert_true(talk.answered >= 30 && talk.answered <= 40);
    talk_free(&talk);
    pair_free(&pair);
}

/* While the sink is full, needs may be told twice, and be ours: never less than what is needed. */
static void a_sink_that_is_full_misses_nothing(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct prng prng = prng_seeded(seed);
        struct pair pair = pair_new();
        struct talk talk;
        pair_fill(&pair, &prng, prng_below(&prng, 500), 1000, BOTH);
        pair_fill(&pair, &prng, prng_below(&prng, 1000), 1000, OURS);
        pair_fill(&pair, &prng, prng_below(&prng, 1000), 1000, THEIRS);
        const struct talk_options options = {.have_at_once = 4 + prng_below(&prng, 50)};
        assert_int_equal(talk_run(&talk, pair.ours, pair.theirs, &options), REFUSAL_NONE);
        (void)assert_told(&talk.have, &pair.have);
        (void)told_sort(&talk.need);
        (void)told_sort(&pair.need);
        size_t found = 0;
        for (size_t i = 0; i < talk.need.count && found < pair.need.count; i++)
            found += object_id_equal(&talk.need.ids[i], &pair.need.ids[found]);
        assert_int_equal(found, pair.need.count);
        talk_free(&talk);
        pair_free(&pair);
    }
}

/* ---- What came is hostile: one session, fed by hand ---- */

struct fixture {
    struct block_set *set;
    struct reconcile reconcile;
    struct talk talk;
    uint8_t memory[LIMIT_RECONCILE_MESSAGE_MAX];
    struct buffer out;
};

static struct fixture *fixture_new(enum reconcile_role role, size_t items) {
    struct fixture *fixture = memory_zeroed(1, sizeof *fixture);
    struct prng prng = prng_seeded(18);
    fixture->set = block_set_new(items);
    for (size_t i = 0; i < items; i++) {
        const struct set_item item = item_random(&prng, 1000000);
        (void)block_set_add(fixture->set, &item);
    }
    const struct reconcile_options options = {
        .role = role,
        .set = block_set_view(fixture->set),
        .sink = talk_sink(&fixture->talk),
        .frame_size = LIMIT_RECONCILE_FRAME_MIN,
        .rounds_max = 8,
    };
    reconcile_init(&fixture->reconcile, &options);
    fixture->out = buffer_over(fixture->memory, sizeof fixture->memory);
    if (role == RECONCILE_INITIATOR) reconcile_begin(&fixture->reconcile, &fixture->out);
    fixture->out.size = 0;
    return fixture;
}

static void fixture_free(struct fixture *fixture) {
    talk_free(&fixture->talk);
    block_set_free(fixture->set);
    memory_free(fixture);
}

static enum refusal take(struct fixture *fixture, const void *bytes, size_t size) {
    fixture->out.size = 0;
    return reconcile_take(&fixture->reconcile, (struct span){bytes, size}, &fixture->out);
}

/* Both roles refuse it, write and tell nothing, and are over. */
static void assert_refused(const void *bytes, size_t size, enum refusal refusal) {
    for (enum reconcile_role role = RECONCILE_INITIATOR; role <= RECONCILE_RESPONDER; role++) {
        struct fixture *fixture = fixture_new(role, 100);
        assert_int_equal(take(fixture, bytes, size), refusal);
        assert_int_equal(fixture->out.size, 0);
        assert_int_equal(fixture->talk.have.count + fixture->talk.need.count, 0);
        assert_int_equal(fixture->reconcile.state, RECONCILE_REFUSED);
        assert_int_equal(take(fixture, "\x61", 1), REFUSAL_RECONCILE_UNASKED);
        fixture_free(fixture);
    }
}

static void a_message_over_the_limit_is_refused(void **state) {
    (void)state;
    static uint8_t message[LIMIT_RECONCILE_MESSAGE_MAX + 1] = {RANGE_VERSION};
    assert_refused(message, sizeof message, REFUSAL_RECONCILE_TOO_LARGE);
}

static void a_message_of_nothing_is_refused(void **state) {
    (void)state;
    assert_refused("", 0, REFUSAL_RECONCILE_CUT_SHORT);
}

/* The list comes first and would tell a hundred things; the mistake behind it is seen before. */
static void a_mistake_at_the_end_is_seen_before_anything_is_told(void **state) {
    (void)state;
    assert_refused("\x61\x02\x00\x02\x00\x02\x00\x03", 8, REFUSAL_RECONCILE_MODE);
    assert_refused("\x61\x00\x00\x02\x00\x02\x00\x00", 8, REFUSAL_RECONCILE_ORDER);
}

static void an_id_twice_in_one_message_is_refused(void **state) {
    (void)state;
    uint8_t one_list[5 + 64] = {0x61, 0, 0, 2, 2}, two_lists[1 + 2 * 36] = {0x61, 2, 0, 2, 1};
    assert_refused(one_list, sizeof one_list, REFUSAL_RECONCILE_DOUBLE);
    memcpy(&two_lists[37], "\x00\x00\x02\x01", 4);
    assert_refused(two_lists, sizeof two_lists, REFUSAL_RECONCILE_DOUBLE);
}

static void another_version_is_answered_with_ours_and_refused_as_an_answer(void **state) {
    (void)state;
    struct fixture *responder = fixture_new(RECONCILE_RESPONDER, 10);
    struct fixture *initiator = fixture_new(RECONCILE_INITIATOR, 10);
    assert_int_equal(take(responder, "\x62\xff\xff\xff", 4), REFUSAL_NONE);
    assert_int_equal(responder->out.size, 1);
    assert_int_equal(responder->memory[0], 0x61);
    assert_int_equal(take(responder, "\x61\x00\x00\x02\x00", 5), REFUSAL_NONE);
    assert_true(responder->out.size > 10 * 32);
    assert_int_equal(take(initiator, "\x60", 1), REFUSAL_RECONCILE_VERSION);
    assert_int_equal(initiator->out.size, 0);
    fixture_free(responder);
    fixture_free(initiator);
}

static void who_goes_on_for_ever_is_stopped(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } messages[] = {{"\x61", 1}, {"\x61\x02\x00\x00\x02\x00\x00", 7}, {"\x62", 1}};
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        struct fixture *fixture = fixture_new(RECONCILE_RESPONDER, 100);
        for (int round = 0; round < 8; round++) {
            assert_int_equal(take(fixture, messages[i].bytes, messages[i].size), REFUSAL_NONE);
            assert_int_equal(fixture->out.size, 1);
        }
        assert_int_equal(take(fixture, messages[i].bytes, messages[i].size), REFUSAL_RECONCILE_ROUNDS);
        assert_int_equal(fixture->out.size, 0);
        fixture_free(fixture);
    }
}

/* A fingerprint that is always wrong: the initiator would ask again and again. */
static void an_initiator_that_is_led_in_circles_stops(void **state) {
    (void)state;
    static const uint8_t lie[1 + 3 + 16] = {0x61, 0, 0, 1, 0xee};
    struct fixture *fixture = fixture_new(RECONCILE_INITIATOR, 1000);
    for (int round = 0; round < 8; round++) assert_int_equal(take(fixture, lie, sizeof lie), REFUSAL_NONE);
    assert_int_equal(take(fixture, lie, sizeof lie), REFUSAL_RECONCILE_ROUNDS);
    fixture_free(fixture);
}

static void the_largest_answer_to_the_smallest_question_is_a_frame(void **state) {
    (void)state;
    struct fixture *fixture = fixture_new(RECONCILE_RESPONDER, 100000);
    assert_int_equal(take(fixture, "\x61\x00\x00\x02\x00", 5), REFUSAL_NONE);
    assert_true(fixture->out.size <= LIMIT_RECONCILE_FRAME_MIN);
    fixture_free(fixture);
}

/* Twenty thousand ranges in one message, which is as many as fit. */
static void skips_without_end_are_one_skip(void **state) {
    (void)state;
    static uint8_t message[LIMIT_RECONCILE_MESSAGE_MAX] = {RANGE_VERSION};
    struct fixture *fixture = fixture_new(RECONCILE_RESPONDER, 100000);
    size_t size = 1;
    for (; size + 3 + 4 <= sizeof message; size += 3) message[size] = 2;
    memcpy(&message[size], "\x00\x00\x02\x00", 4);
    assert_int_equal(take(fixture, message, size + 4), REFUSAL_NONE);
    struct range_reader reader = range_reader_over((struct span){&fixture->memory[1], fixture->out.size - 1});
    struct range range;
    assert_int_equal(range_reader_take(&reader, &range), REFUSAL_NONE);
    assert_true(range.mode == RANGE_SKIP && range.upper.timestamp == (size - 1) / 3);
    assert_int_equal(range_reader_take(&reader, &range), REFUSAL_NONE);
    assert_int_equal(range.mode, RANGE_IDS);
    fixture_free(fixture);
}

static void what_lies_behind_infinity_is_nothing(void **state) {
    (void)state;
    uint8_t message[1 + 4 + 4 + 32] = {0x61, 0, 0, 2, 0, 0, 0, 2, 1};
    struct fixture *initiator = fixture_new(RECONCILE_INITIATOR, 10);
    struct fixture *responder = fixture_new(RECONCILE_RESPONDER, 10);
    assert_int_equal(take(initiator, message, sizeof message), REFUSAL_NONE);
    assert_int_equal(initiator->talk.have.count, 10);
    assert_int_equal(initiator->talk.need.count, 0);
    assert_int_equal(initiator->reconcile.state, RECONCILE_DONE);
    assert_int_equal(take(responder, message, sizeof message), REFUSAL_NONE);
    assert_int_equal(responder->out.size, 1 + 4 + 10 * 32);
    fixture_free(initiator);
    fixture_free(responder);
}

static void needs_of_one_message_are_no_more_than_it_holds(void **state) {
    (void)state;
    static uint8_t message[LIMIT_RECONCILE_MESSAGE_MAX] = {RANGE_VERSION, 0, 0, 2, 0x8f, 0x7f};
    struct fixture *fixture = fixture_new(RECONCILE_INITIATOR, 100);
    struct prng prng = prng_seeded(19);
    for (size_t i = 0; i < 2047; i++) {
        const struct set_item item = item_random(&prng, 1);
        memcpy(&message[6 + 32 * i], item.id.bytes, 32);
    }
    assert_int_equal(take(fixture, message, 6 + 32 * 2047), REFUSAL_NONE);
    assert_int_equal(fixture->talk.need.count, 2047);
    assert_true(fixture->talk.need.count <= reconcile_needs_max(sizeof message));
    assert_int_equal(fixture->talk.have.count, 100);
    assert_int_equal(fixture->reconcile.state, RECONCILE_DONE);
    fixture_free(fixture);
}

static void a_message_before_the_first_question_is_not_taken(void **state) {
    (void)state;
    struct fixture *fixture = fixture_new(RECONCILE_INITIATOR, 10);
    const struct reconcile_options options = fixture->reconcile.options;
    reconcile_init(&fixture->reconcile, &options);
    assert_int_equal(take(fixture, "\x61", 1), REFUSAL_RECONCILE_UNASKED);
    assert_int_equal(fixture->reconcile.state, RECONCILE_NEW);
    fixture_free(fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_empty_sets_are_done_after_a_round),
        cmocka_unit_test(equal_sets_cost_sixteen_fingerprints_and_one_byte),
        cmocka_unit_test(who_has_nothing_needs_all_and_the_other_way_round),
        cmocka_unit_test(sets_without_a_common_item_are_told_apart),
        cmocka_unit_test(one_that_differs_is_found_wherever_it_is),
        cmocka_unit_test(items_of_one_time_are_told_apart),
        cmocka_unit_test(the_first_and_the_last_place_are_found),
        cmocka_unit_test(many_pairs_learn_exactly_what_differs),
        cmocka_unit_test(no_message_is_longer_than_its_frame),
        cmocka_unit_test(a_sink_that_is_full_gets_the_rest_of_what_we_have_later),
        cmocka_unit_test(a_sink_that_is_full_misses_nothing),
        cmocka_unit_test(a_message_over_the_limit_is_refused),
        cmocka_unit_test(a_message_of_nothing_is_refused),
        cmocka_unit_test(a_mistake_at_the_end_is_seen_before_anything_is_told),
        cmocka_unit_test(an_id_twice_in_one_message_is_refused),
        cmocka_unit_test(another_version_is_answered_with_ours_and_refused_as_an_answer),
        cmocka_unit_test(who_goes_on_for_ever_is_stopped),
        cmocka_unit_test(an_initiator_that_is_led_in_circles_stops),
        cmocka_unit_test(the_largest_answer_to_the_smallest_question_is_a_frame),
        cmocka_unit_test(skips_without_end_are_one_skip),
        cmocka_unit_test(what_lies_behind_infinity_is_nothing),
        cmocka_unit_test(needs_of_one_message_are_no_more_than_it_holds),
        cmocka_unit_test(a_message_before_the_first_question_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
