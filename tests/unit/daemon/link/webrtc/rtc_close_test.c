/* SPDX-License-Identifier: Apache-2.0 */
/* Ends: in any order, at any stage, in the middle of a transfer, and many times over. */
#include "daemon/link/webrtc/rtc.h"

#include <dirent.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/rtc_pair.h"

static bool both_closed(struct rtc_pair *pair) {
    return strstr(pair->story, "a closed ") && strstr(pair->story, "b closed ");
}

static void the_answerer_may_close_too(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, true);
    rtc_close(pair->rtc, pair->b.peer);
    rtc_pair_await_that(pair, both_closed);
    rtc_pair_assert_told(pair, "b closed closed: ");
    rtc_pair_assert_told(pair, "a closed remote: ");
    /* Its channels went before. */
    assert_true(strstr(pair->story, "a channel_closed") < strstr(pair->story, "a closed"));
    assert_true(strstr(pair->story, "b channel_closed") < strstr(pair->story, "b closed"));
}

static void both_close_at_once(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    rtc_close(pair->rtc, pair->a.peer);
    rtc_close(pair->rtc, pair->b.peer);
    rtc_pair_await_that(pair, both_closed);
    rtc_close(pair->rtc, pair->a.peer); /* of no effect */
}

static bool both_channels_closed(struct rtc_pair *pair) {
    return pair->a.closed_count == 1 && pair->b.closed_count == 1;
}

/* And the peer stays, so that another channel can be opened; its stream is used again. */
static void a_channel_closes_alone(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    for (int i = 0; i < 10; i++) {
        pair->a.closed_count = pair->b.closed_count = pair->a.opened_count = 0;
        struct rtc_pair_end *const end = i % 2 == 0 ? &pair->a : &pair->b;
        rtc_channel_close(pair->rtc, end->peer, end->channel);
        assert_false(rtc_pair_send(end, end->channel, "late", 4));
        rtc_pair_await_that(pair, both_channels_closed);
        rtc_pair_assert_not_told(pair, "a closed");
        assert_int_not_equal(rtc_pair_channel(&pair->a, "again", false), 0);
        char opened[32];
        (void)snprintf(opened, sizeof opened, "b opened %d again", 2 * i + 4);
        rtc_pair_await(pair, opened);
        while (pair->a.opened_count == 0) rtc_pair_run(pair, 20);
    }
}

static bool b_has_all(struct rtc_pair *pair) {
    return pair->b.message_count == 8 && pair->b.closed_count == 1;
}

/* What was accepted before the end arrives before the end. */
static void what_waits_is_sent_before_the_end(void **state) {
    static uint8_t message[100000];
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    for (int i = 0; i < 8; i++) assert_true(rtc_pair_send(&pair->a, pair->a.channel, message, sizeof message));
    rtc_channel_close(pair->rtc, pair->a.peer, pair->a.channel);
    rtc_pair_await_that(pair, b_has_all);
    rtc_pair_forget(pair);
}

static void what_waits_is_sent_before_the_peer_ends(void **state) {
    static uint8_t message[100000];
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    for (int i = 0; i < 8; i++) assert_true(rtc_pair_send(&pair->a, pair->a.channel, message, sizeof message));
    rtc_close(pair->rtc, pair->a.peer);
    rtc_pair_await_that(pair, both_closed);
    assert_int_equal(pair->b.message_count, 8);
}

/* The other end takes nothing, so the end in order would take its whole time. */
static void a_cut_waits_for_nothing(void **state) {
    static uint8_t message[100000];
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    rtc_pause(pair->rtc, pair->b.peer, pair->b.channel);
    for (int i = 0; i < 40; i++) (void)rtc_pair_send(&pair->a, pair->a.channel, message, sizeof message);
    const int64_t began_ms = loop_now_ms(pair->loop);
    rtc_close(pair->rtc, pair->a.peer);
    rtc_cut(pair->rtc, pair->a.peer);
    rtc_pair_await(pair, "a closed");
    assert_in_range(loop_now_ms(pair->loop) - began_ms, 0, 1000);
    rtc_close(pair->rtc, pair->b.peer);
    rtc_pair_await_that(pair, both_closed);
}

static void a_peer_may_close_at_every_stage(void **state) {
    static const char *const stages[] = {"a described", "a candidate", "b described", "b candidate",
                                         "connected",   "a connected", "opened",      "a opened"};
    struct rtc_pair *const pair = *state;
    for (size_t i = 0; i < 2 * sizeof stages / sizeof stages[0]; i++) {
        rtc_pair_meet(pair, &(struct rtc_peer_options){.has_loopback = true, .open_ms = 3000});
        assert_int_not_equal(rtc_pair_channel(&pair->a, "short", false), 0);
        rtc_pair_await(pair, stages[i / 2]);
        rtc_close(pair->rtc, i % 2 == 0 ? pair->a.peer : pair->b.peer);
        rtc_close(pair->rtc, i % 3 == 0 ? pair->b.peer : pair->a.peer);
        rtc_pair_await_that(pair, both_closed);
        rtc_pair_forget(pair);
    }
}

/* Freed by the teardown, with everything still under way. */
static void free_after_opening(void **state) {
    rtc_pair_meet(*state, NULL);
}
static void free_while_describing(void **state) {
    rtc_pair_meet(*state, NULL);
    rtc_pair_await(*state, "b described");
}
static void free_while_connecting(void **state) {
    rtc_pair_meet(*state, NULL);
    rtc_pair_await(*state, "b candidate");
    rtc_pair_run(*state, 20);
}
/* A TURN server that is not there: giving its relay back must not be waited for. */
static void free_while_a_relay_is_awaited(void **state) {
    const struct rtc_server nobody = {
        .address = {.family = ADDRESS_IPV4, .port = 9, .ip = {127, 0, 0, 1}}, .user = "u", .password = "p"};
    const struct rtc_peer_options options = {.has_loopback = true, .servers = &nobody, .server_count = 1};
    struct rtc_pair *const pair = *state;
    rtc_pair_meet(pair, &options);
    assert_int_not_equal(rtc_pair_channel(&pair->a, "x", false), 0);
    rtc_pair_await(pair, "a opened");
    rtc_close(pair->rtc, pair->a.peer);
    rtc_pair_await(pair, "a closed closed");
}
static void free_when_connected(void **state) {
    rtc_pair_connect(*state, false);
}
static void free_while_closing(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    rtc_close(pair->rtc, pair->a.peer);
}

static void send_again(struct rtc_pair_end *end, uint32_t channel) {
    static uint8_t message[60000];
    while (rtc_pair_send(end, channel, message, sizeof message)) {
    }
}

static bool both_have_some(struct rtc_pair *pair) {
    return pair->a.message_bytes > 2000000 && pair->b.message_bytes > 2000000;
}

static void begin_transfer(struct rtc_pair *pair) {
    rtc_pair_connect(pair, true);
    pair->a.on_drained = pair->b.on_drained = send_again;
    send_again(&pair->a, pair->a.channel);
    send_again(&pair->b, pair->b.channel);
    rtc_pair_await_that(pair, both_have_some);
}

static void free_while_sending(void **state) {
    begin_transfer(*state);
}
static void close_while_sending(void **state) {
    struct rtc_pair *const pair = *state;
    begin_transfer(pair);
    rtc_close(pair->rtc, pair->a.peer);
    rtc_pair_await_that(pair, both_closed);
    rtc_pair_assert_told(pair, "b closed remote");
}
static void free_while_paused(void **state) {
    struct rtc_pair *const pair = *state;
    begin_transfer(pair);
    rtc_pause(pair->rtc, pair->a.peer, pair->a.channel);
    rtc_pause(pair->rtc, pair->b.peer, pair->b.channel);
    rtc_pair_run(pair, 300);
}

static size_t descriptor_count(void) {
    size_t count = 0;
    DIR *const folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder)) count++;
    (void)closedir(folder);
    return count;
}

/* What is in use goes up and down by a quarter of a MiB with what allocators of libraries keep; one DTLS session that
 * stayed in each cycle would be six. A sanitizer answers 0, and has its own look for leaks. */
static size_t heap_size(void) {
    return mallinfo2().uordblks;
}

static void cycle(struct rtc_pair *pair, size_t number) {
    rtc_pair_connect(pair, number % 2 == 0);
    assert_true(rtc_pair_send(&pair->a, pair->a.channel, "x", 1));
    rtc_close(pair->rtc, number % 3 == 0 ? pair->a.peer : pair->b.peer);
    rtc_pair_await_that(pair, both_closed);
    rtc_pair_forget(pair);
}

static void two_hundred_cycles_leave_nothing(void **state) {
    struct rtc_pair *const pair = *state;
    for (size_t i = 0; i < 20; i++) cycle(pair, i);
    rtc_pair_run(pair, 500);
    const size_t descriptors = descriptor_count(), heap = heap_size();
    const int64_t began_ms = loop_now_ms(pair->loop);
    for (size_t i = 0; i < 200; i++) cycle(pair, i);
    /* A handshake whose first flight is lost, because it came before ICE was ready, takes more than a second. */
    assert_in_range(loop_now_ms(pair->loop) - began_ms, 1, 200 * 600);
    rtc_pair_run(pair, 500); /* libnice lets go of its sockets a little later */
    assert_int_equal(descriptor_count(), descriptors);
    if (heap_size() > heap + 1048576) fail_msg("%zu bytes were in use, then %zu", heap, heap_size());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_answerer_may_close_too, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(both_close_at_once, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(a_channel_closes_alone, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(what_waits_is_sent_before_the_end, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(what_waits_is_sent_before_the_peer_ends, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(a_cut_waits_for_nothing, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(a_peer_may_close_at_every_stage, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(free_after_opening, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(free_while_describing, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(free_while_connecting, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(free_while_a_relay_is_awaited, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(free_when_connected, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(free_while_closing, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(free_while_sending, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(close_while_sending, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(free_while_paused, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(two_hundred_cycles_leave_nothing, rtc_pair_open, rtc_pair_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
