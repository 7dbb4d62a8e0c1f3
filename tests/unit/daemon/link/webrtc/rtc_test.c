/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/rtc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/rtc_pair.h"

static bool b_has_one(struct rtc_pair *pair) {
    return pair->b.message_count == 1;
}

static void two_ends_connect_and_talk(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    rtc_pair_assert_told(pair, "a connected host");
    rtc_pair_assert_told(pair, "b connected host");
    assert_true(rtc_pair_send(&pair->a, pair->a.channel, "hello", 5));
    rtc_pair_await_that(pair, b_has_one);
    assert_int_equal(pair->b.message_bytes, 5);
    rtc_close(pair->rtc, pair->a.peer);
    rtc_pair_await(pair, "a closed closed: ");
    rtc_pair_await(pair, "b closed remote: ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_ends_connect_and_talk, rtc_pair_open, rtc_pair_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
