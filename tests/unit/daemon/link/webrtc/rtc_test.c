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

static void there_is_one_in_a_process(void **state) {
    struct rtc_pair *const pair = *state;
    const struct rtc_options options = {.loop = pair->loop};
    struct err_detail detail;
    struct rtc *second;
    assert_int_equal(rtc_new(&second, &options, &detail), ERR_IN_USE);
    assert_null(second);
    assert_non_null(strstr(detail.text, "already"));
    rtc_free(second);
}

static void one_after_another_is_fine(void **state) {
    for (int i = 0; i < 5; i++) {
        two_ends_connect_and_talk(state);
        rtc_pair_close(state);
        rtc_pair_open(state);
    }
}

static void what_is_too_long_is_not_opened(void **state) {
    struct rtc_pair *const pair = *state;
    char text[1024];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct rtc_server server = {.address = {.family = ADDRESS_IPV4, .port = 3478}, .user = text, .password = "p"};
    assert_int_equal(rtc_open(pair->rtc, &(struct rtc_peer_options){.servers = &server, .server_count = 1}), 0);
    assert_int_equal(rtc_open(pair->rtc, &(struct rtc_peer_options){.servers = &server, .server_count = 9}), 0);
    rtc_pair_meet(pair, NULL);
    assert_int_equal(rtc_pair_channel(&pair->a, text, false), 0);
    text[257] = '\0';
    assert_int_equal(rtc_pair_channel(&pair->a, text, false), 0);
    text[256] = '\0';
    assert_int_not_equal(rtc_pair_channel(&pair->a, text, false), 0);
    rtc_pair_await(pair, "b opened");
}

static void calls_about_nobody_are_of_no_effect(void **state) {
    struct rtc_pair *const pair = *state;
    struct rtc_look look;
    rtc_describe(pair->rtc, 99, SPAN_LITERAL("v=0"));
    rtc_candidate(pair->rtc, 99, SPAN_NONE);
    rtc_restart(pair->rtc, 99);
    rtc_close(pair->rtc, 99);
    rtc_pause(pair->rtc, 99, 1);
    rtc_resume(pair->rtc, 99, 1);
    rtc_channel_close(pair->rtc, 99, 1);
    assert_int_equal(rtc_channel_open(pair->rtc, 99, &(struct rtc_channel_options){.label = "x"}), 0);
    assert_false(rtc_send(pair->rtc, 99, 1, RTC_TEXT, SPAN_NONE));
    assert_int_equal(rtc_waiting(pair->rtc, 99, 1), 0);
    assert_false(rtc_look(pair->rtc, 99, &look));
    rtc_pair_run(pair, 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_ends_connect_and_talk, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(there_is_one_in_a_process, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(one_after_another_is_fine, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(what_is_too_long_is_not_opened, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(calls_about_nobody_are_of_no_effect, rtc_pair_open, rtc_pair_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
