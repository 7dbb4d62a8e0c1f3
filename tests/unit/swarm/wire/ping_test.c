/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/ping.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_ping_is_three_numbers_big_end_first(void **state) {
    (void)state;
    const void *checked = NULL;
    const uint8_t body[PING_SIZE] = {0, 0, 1, 2, 0xff, 0xff, 0xff, 0xff, 0, 0xf, 0x42, 0x40};
    assert_int_equal(message_bench_check(MESSAGE_PING, (struct span){body, sizeof body}, &checked), REFUSAL_NONE);
    const struct ping *ping = checked;
    assert_int_equal(ping->seq, 258);
    assert_int_equal(ping->loss_in_ppm, PING_LOSS_UNKNOWN);
    assert_int_equal(ping->loss_out_ppm, 1000000);
}

static void what_is_built_is_read_again(void **state) {
    (void)state;
    uint8_t memory[PING_SIZE];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct ping ping = {0xfffffffe, 7, PING_LOSS_UNKNOWN};
    const void *checked = NULL;
    ping_build(&body, &ping);
    assert_false(body.overflowed);
    assert_int_equal(message_bench_check(MESSAGE_PING, buffer_span(&body), &checked), REFUSAL_NONE);
    assert_memory_equal(checked, &ping, sizeof ping);
    message_bench_cut_everywhere(MESSAGE_PING, buffer_span(&body));
}

static void any_other_size_is_refused(void **state) {
    (void)state;
    const uint8_t body[PING_SIZE + 1] = {0};
    assert_int_equal(message_bench_check(MESSAGE_PING, (struct span){body, PING_SIZE + 1}, NULL), REFUSAL_BODY_SIZE);
    assert_int_equal(message_bench_check(MESSAGE_PING, (struct span){body, PING_SIZE - 1}, NULL), REFUSAL_BODY_SIZE);
    assert_int_equal(message_bench_check(MESSAGE_PING, SPAN_NONE, NULL), REFUSAL_BODY_SIZE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ping_is_three_numbers_big_end_first),
        cmocka_unit_test(what_is_built_is_read_again),
        cmocka_unit_test(any_other_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
