/* SPDX-License-Identifier: Apache-2.0 */
/* What reconciliation is for: two sets of a million records that differ in a hundred, and what it costs beside sending
 * the ids. The bytes are held to the promise; the times are printed, and say something of a release build. */
#include "lib/reconcile_talk.h"
#include "swarm/reconcile/range_writer.h"

#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A tenth of them where the sanitizers look at every step; sim/seeds.cmake builds it without them, too. */
enum {
#ifdef __SANITIZE_ADDRESS__
    RECORDS = 100000,
#else
    RECORDS = 1000000,
#endif
    DIFFERENT = 100, /* half of them on either side */
    BYTES_MAX = 200000,
    ROUND_TRIPS_MAX = 4,
};
static const uint64_t year_ms = 365ULL * 86400 * 1000;

static double now_s(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fill(struct block_set *ours, struct block_set *theirs, uint64_t timestamps) {
    struct prng prng = prng_seeded(20);
    const double began_s = now_s();
    for (size_t i = 0; i < RECORDS + DIFFERENT / 2; i++) {
        const struct set_item item = item_random(&prng, timestamps);
        if (i >= DIFFERENT / 2) assert_int_equal(block_set_add(ours, &item), BLOCK_SET_ADDED);
        if (i < RECORDS) assert_int_equal(block_set_add(theirs, &item), BLOCK_SET_ADDED);
    }
    print_message("two sets of %d records, in no order: %.0f ms, %.2f us an item\n", RECORDS, (now_s() - began_s) * 1e3,
                  (now_s() - began_s) * 1e6 / (2 * RECORDS));
}

struct million {
    struct block_set *ours, *theirs;
};

static struct million million_new(uint64_t timestamps) {
    const struct million million = {block_set_new(RECORDS), block_set_new(RECORDS)};
    fill(million.ours, million.theirs, timestamps);
    return million;
}

static void million_free(struct million *million) {
    block_set_free(million->ours);
    block_set_free(million->theirs);
}

/* Gives the round trips. */
static size_t million_talk(const struct million *million, const char *what, size_t frame_size) {
    struct talk talk;
    const double began_s = now_s();
    const struct talk_options options = {.frame_size = {frame_size, frame_size}};
    assert_int_equal(talk_run(&talk, million->ours, million->theirs, &options), REFUSAL_NONE);
    const double passed_s = now_s() - began_s;
    const size_t bytes = talk.asked_bytes + talk.answered_bytes, round_trips = talk.asked;
    print_message("%d records of a %s, %d differ, frames of %zu: %zu + %zu = %zu bytes, %zu round trips, %.1f ms\n",
                  RECORDS, what, DIFFERENT, frame_size, talk.asked_bytes, talk.answered_bytes, bytes, round_trips,
                  passed_s * 1e3);
    print_message("the list of ids alone: %zu bytes, %.0f times as many\n", sizeof(struct object_id) * (size_t)RECORDS,
                  (double)sizeof(struct object_id) * RECORDS / (double)bytes);
    (void)told_sort(&talk.have);
    (void)told_sort(&talk.need);
    assert_int_equal(talk.have.count, DIFFERENT / 2);
    assert_int_equal(talk.need.count, DIFFERENT / 2);
    assert_true(bytes < BYTES_MAX);
    talk_free(&talk);
    return round_trips;
}

/* In small frames it takes more round trips, and not more bytes. */
static void a_hundred_of_a_million_cost_less_than_200_kb(void **state) {
    const struct million *year = *state;
    assert_true(million_talk(year, "year", LIMIT_RECONCILE_MESSAGE_MAX) <= ROUND_TRIPS_MAX);
    (void)million_talk(year, "year", LIMIT_RECONCILE_FRAME_MIN);
}

#ifndef __SANITIZE_ADDRESS__ /* the sanitizers see a million of a year, which take the same steps */
static void records_of_one_second_cost_no_more(void **state) {
    (void)state;
    struct million million = million_new(1000);
    assert_true(million_talk(&million, "second", LIMIT_RECONCILE_MESSAGE_MAX) <= ROUND_TRIPS_MAX);
    million_free(&million);
}
#endif

/* Thousands of fingerprints in one message, all of them right: nothing is answered, all has to be looked at. */
static void the_dearest_question_is_answered_with_a_byte(void **state) {
    const struct million *year = *state;
    enum { RANGES = 2900, STEP = RECORDS / RANGES };
    static uint8_t memory[2][LIMIT_RECONCILE_MESSAGE_MAX];
    struct buffer question = buffer_over(memory[0], sizeof memory[0]),
                  answer = buffer_over(memory[1], sizeof memory[1]);
    const struct ordered_set set = block_set_view(year->ours);
    struct reconcile responder;
    struct range_writer writer;
    range_writer_begin(&writer, &question, sizeof memory[0]);
    for (size_t i = 1; i < RANGES; i++) {
        const struct set_item upper = ordered_set_item(&set, i * STEP);
        const struct set_item before = ordered_set_item(&set, i * STEP - 1), place = set_item_between(&before, &upper);
        const struct fingerprint fingerprint = ordered_set_fingerprint(&set, (i - 1) * STEP, i * STEP);
        assert_true(range_writer_fingerprint(&writer, &place, &fingerprint));
    }
    reconcile_init(&responder, &(struct reconcile_options){.role = RECONCILE_RESPONDER,
                                                           .set = set,
                                                           .frame_size = LIMIT_RECONCILE_MESSAGE_MAX,
                                                           .rounds_max = 1});
    const double began_s = now_s();
    assert_int_equal(reconcile_take(&responder, buffer_span(&question), &answer), REFUSAL_NONE);
    print_message("%d fingerprints in a message of %zu bytes: %.1f ms\n", RANGES - 1, question.size,
                  (now_s() - began_s) * 1e3);
    assert_int_equal(answer.size, 1);
}

static struct million year_of_records;

static int setup(void **state) {
    year_of_records = million_new(year_ms);
    *state = &year_of_records;
    return 0;
}

static int teardown(void **state) {
    million_free(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_of_a_million_cost_less_than_200_kb),
#ifndef __SANITIZE_ADDRESS__
        cmocka_unit_test(records_of_one_second_cost_no_more),
#endif
        cmocka_unit_test(the_dearest_question_is_answered_with_a_byte),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
