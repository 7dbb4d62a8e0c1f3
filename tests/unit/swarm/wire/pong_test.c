/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/pong.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void what_is_built_is_read_again(void **state) {
    (void)state;
    uint8_t memory[PONG_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct pong pong = {258, 0xfffffffe};
    const void *checked = NULL;
    pong_build(&body, &pong);
    assert_false(body.overflowed);
    const uint8_t expected[PONG_SIZE] = {0, 0, 1, 2, 0xff, 0xff, 0xff, 0xfe};
    assert_memory_equal(memory, expected, sizeof expected);
    assert_int_equal(message_bench_check(MESSAGE_PONG, buffer_span(&body), &checked), REFUSAL_NONE);
    assert_memory_equal(checked, &pong, sizeof pong);
    message_bench_cut_everywhere(MESSAGE_PONG, buffer_span(&body));
}

static void any_other_size_is_refused(void **state) {
    (void)state;
    const uint8_t body[PONG_SIZE + 1] = {0};
    assert_int_equal(message_bench_check(MESSAGE_PONG, (struct span){body, PONG_SIZE + 1}, NULL), REFUSAL_BODY_SIZE);
    assert_int_equal(message_bench_check(MESSAGE_PONG, SPAN_NONE, NULL), REFUSAL_BODY_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_built_is_read_again),
        cmocka_unit_test(any_other_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
