/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/sync_frame.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t memory[SYNC_FRAME_HEAD_SIZE + LIMIT_RECONCILE_MESSAGE_MAX + 1];

static struct span frame_of(enum sync_role role, size_t message_size) {
    struct buffer body = buffer_over(memory, sizeof memory);
    sync_frame_build_head(&body, role, 0x01020304, 0x0506070809ULL);
    memset(memory + body.size, 'm', message_size);
    return (struct span){memory, body.size + message_size};
}

static void it_comes_out_as_it_went_in(void **state) {
    (void)state;
    for (int role = SYNC_ASK; role <= SYNC_ANSWER; role++) {
        const void *checked;
        assert_int_equal(message_bench_check(MESSAGE_SYNC_FRAME, frame_of((enum sync_role)role, 7), &checked),
                         REFUSAL_NONE);
        const struct sync_frame *frame = checked;
        assert_int_equal(frame->role, role);
        assert_int_equal(frame->session, 0x01020304);
        assert_true(frame->since == 0x0506070809ULL);
        assert_int_equal(frame->message.size, 7); /* borrowed from a body that is gone */
    }
}

static void an_ask_has_a_message_and_an_end_has_none(void **state) {
    (void)state;
    assert_int_equal(message_bench_check(MESSAGE_SYNC_FRAME, frame_of(SYNC_ASK, 0), NULL), REFUSAL_BODY_SIZE);
    assert_int_equal(message_bench_check(MESSAGE_SYNC_FRAME, frame_of(SYNC_ANSWER, 0), NULL), REFUSAL_NONE);
    assert_int_equal(message_bench_check(MESSAGE_SYNC_FRAME, frame_of(SYNC_END, 0), NULL), REFUSAL_NONE);
    assert_int_equal(message_bench_check(MESSAGE_SYNC_FRAME, frame_of(SYNC_END, 1), NULL), REFUSAL_BODY_SIZE);
    assert_int_equal(message_bench_check(MESSAGE_SYNC_FRAME, frame_of(SYNC_ROLE_COUNT, 1), NULL), REFUSAL_SYNC_ROLE);
}

static void the_head_is_whole_and_the_message_within_its_limit(void **state) {
    (void)state;
    message_bench_cut_everywhere(MESSAGE_SYNC_FRAME, frame_of(SYNC_ASK, 1));
    assert_int_equal(message_bench_check(MESSAGE_SYNC_FRAME, frame_of(SYNC_ASK, LIMIT_RECONCILE_MESSAGE_MAX), NULL),
                     REFUSAL_NONE);
    assert_int_equal(message_bench_check(MESSAGE_SYNC_FRAME, frame_of(SYNC_ASK, LIMIT_RECONCILE_MESSAGE_MAX + 1), NULL),
                     REFUSAL_RECONCILE_TOO_LARGE);
}

static void it_weighs_what_its_answer_may_cost(void **state) {
    (void)state;
    assert_int_equal(sync_frame_weight(SYNC_FRAME_HEAD_SIZE), 1);
    assert_int_equal(sync_frame_weight(4096), 2);
    assert_int_equal(sync_frame_weight(SYNC_FRAME_HEAD_SIZE + LIMIT_SYNC_FRAME), 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_out_as_it_went_in),
        cmocka_unit_test(an_ask_has_a_message_and_an_end_has_none),
        cmocka_unit_test(the_head_is_whole_and_the_message_within_its_limit),
        cmocka_unit_test(it_weighs_what_its_answer_may_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
