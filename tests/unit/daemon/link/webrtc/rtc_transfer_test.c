/* SPDX-License-Identifier: Apache-2.0 */
/* What goes over channels of two ends: every size, both ways, many channels, and a reader that does not keep up. */
#include "daemon/link/webrtc/rtc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/rtc_pump.h"

enum { CHANNELS = 20 };

/* Each end's pump of what it sends, by channel. */
struct transfer {
    struct rtc_pump to_b, to_a;
    struct rtc_pump many[CHANNELS];
    uint32_t numbers_at_b[CHANNELS]; /* the channels of the others as b knows them, in the order of opening */
    size_t opened_count;
};

static void pump_drained(struct rtc_pair_end *end, uint32_t channel) {
    struct transfer *const transfer = end->pair->context;
    (void)channel;
    rtc_pump_send(end->name == 'a' ? &transfer->to_b : &transfer->to_a);
}

static void pump_message(struct rtc_pair_end *end, uint32_t channel, enum rtc_kind kind, struct span bytes) {
    struct transfer *const transfer = end->pair->context;
    (void)channel;
    assert_int_equal(kind, RTC_BINARY);
    rtc_pump_check(end->name == 'a' ? &transfer->to_a : &transfer->to_b, bytes);
}

static bool are_done(struct rtc_pair *pair) {
    const struct transfer *const transfer = pair->context;
    return rtc_pump_is_done(&transfer->to_a) && rtc_pump_is_done(&transfer->to_b);
}

static void transfer_both_ways(struct rtc_pair *pair, bool is_unordered, uint32_t count) {
    struct transfer transfer = {
        .to_b = {.from = &pair->a, .sizes = {1, 2, 1200, 16384, 65536, 262144}, .count = count},
        .to_a = {.from = &pair->b, .sizes = {262144, 3, 100, 1143, 1144, 1145, 5000}, .count = count},
    };
    rtc_pair_connect(pair, is_unordered);
    pair->context = &transfer;
    transfer.to_b.channel = pair->a.channel;
    transfer.to_a.channel = pair->b.channel;
    transfer.to_a.is_ordered = transfer.to_b.is_ordered = !is_unordered;
    pair->a.on_message = pair->b.on_message = pump_message;
    pair->a.on_drained = pair->b.on_drained = pump_drained;
    rtc_pump_send(&transfer.to_b);
    rtc_pump_send(&transfer.to_a);
    rtc_pair_await_that(pair, are_done);
    rtc_pair_run(pair, 300);
    assert_true(are_done(pair));
    assert_int_equal(rtc_waiting(pair->rtc, pair->a.peer, pair->a.channel), 0);
    assert_int_equal(rtc_waiting(pair->rtc, pair->b.peer, pair->b.channel), 0);
    pair->context = NULL;
}

static void every_size_arrives_in_order(void **state) {
    struct rtc_pair *const pair = *state;
    transfer_both_ways(pair, false, 300);
    assert_true(pair->a.drained_count > 0);
}

static void every_size_arrives_unordered(void **state) {
    transfer_both_ways(*state, true, 300);
}

static void one_message(struct rtc_pair_end *end, uint32_t channel, enum rtc_kind kind, struct span bytes) {
    static const struct {
        enum rtc_kind kind;
        size_t size;
    } expected[] = {{RTC_TEXT, 0}, {RTC_BINARY, 0}, {RTC_TEXT, 2}, {RTC_BINARY, 1}};
    (void)channel;
    assert_int_equal(kind, expected[end->message_count - 1].kind);
    assert_int_equal(bytes.size, expected[end->message_count - 1].size);
}

static bool b_has_four(struct rtc_pair *pair) {
    return pair->b.message_count == 4;
}

static void empty_messages_and_texts_keep_their_kind(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    pair->b.on_message = one_message;
    const uint32_t peer = pair->a.peer, channel = pair->a.channel;
    assert_true(rtc_send(pair->rtc, peer, channel, RTC_TEXT, SPAN_NONE));
    assert_true(rtc_send(pair->rtc, peer, channel, RTC_BINARY, SPAN_NONE));
    assert_true(rtc_send(pair->rtc, peer, channel, RTC_TEXT, SPAN_LITERAL("hi")));
    assert_true(rtc_send(pair->rtc, peer, channel, RTC_BINARY, SPAN_LITERAL("\0")));
    rtc_pair_await_that(pair, b_has_four);
}

static void larger_than_the_other_end_takes_is_refused(void **state) {
    static uint8_t message[RTC_MESSAGE_SIZE_MAX + 1];
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    assert_false(rtc_pair_send(&pair->a, pair->a.channel, message, sizeof message));
    assert_true(rtc_pair_send(&pair->a, pair->a.channel, message, sizeof message - 1));
    assert_false(rtc_pair_send(&pair->a, pair->a.channel + 100, "x", 1));
}

/* What waits is bounded, and `drained` is told once there is room again. */
static bool a_was_drained(struct rtc_pair *pair) {
    return pair->a.drained_count == 1;
}

static void a_full_channel_refuses_and_says_when_it_has_room(void **state) {
    static uint8_t message[65536];
    struct rtc_pair *const pair = *state;
    size_t taken = 0;
    rtc_pair_connect(pair, false);
    while (rtc_pair_send(&pair->a, pair->a.channel, message, sizeof message)) taken++;
    assert_in_range(taken, 8, RTC_WAITING_MAX / sizeof message);
    assert_int_equal(rtc_waiting(pair->rtc, pair->a.peer, pair->a.channel), taken * sizeof message);
    rtc_pair_await_that(pair, a_was_drained);
    assert_true(rtc_waiting(pair->rtc, pair->a.peer, pair->a.channel) <= RTC_WAITING_LOW);
    assert_true(rtc_pair_send(&pair->a, pair->a.channel, message, sizeof message));
}

static void many_opened(struct rtc_pair_end *end, uint32_t channel) {
    struct transfer *const transfer = end->pair->context;
    if (end->name == 'b') transfer->numbers_at_b[transfer->opened_count++] = channel;
}

static void many_message(struct rtc_pair_end *end, uint32_t channel, enum rtc_kind kind, struct span bytes) {
    struct transfer *const transfer = end->pair->context;
    (void)kind;
    for (size_t i = 0; i < transfer->opened_count; i++)
        if (transfer->numbers_at_b[i] == channel) rtc_pump_check(&transfer->many[i], bytes);
}

static void many_drained(struct rtc_pair_end *end, uint32_t channel) {
    struct transfer *const transfer = end->pair->context;
    for (size_t i = 0; i < CHANNELS; i++)
        if (transfer->many[i].channel == channel) rtc_pump_send(&transfer->many[i]);
}

static bool many_are_done(struct rtc_pair *pair) {
    const struct transfer *const transfer = pair->context;
    for (size_t i = 0; i < CHANNELS; i++)
        if (!rtc_pump_is_done(&transfer->many[i])) return false;
    return true;
}

/* Opened before the two ends have met, half of them unordered; nothing of one arrives on another. */
static void twenty_channels_at_once(void **state) {
    struct rtc_pair *const pair = *state;
    struct transfer transfer = {0};
    pair->context = &transfer;
    pair->b.on_opened = many_opened;
    pair->b.on_message = many_message;
    pair->a.on_drained = many_drained;
    rtc_pair_meet(pair, NULL);
    for (size_t i = 0; i < CHANNELS; i++) {
        char label[16];
        (void)snprintf(label, sizeof label, "channel-%zu", i);
        const bool is_ordered = i % 2 == 0;
        transfer.many[i] = (struct rtc_pump){.from = &pair->a,
                                             .channel = rtc_pair_channel(&pair->a, label, !is_ordered),
                                             .sizes = {1000 + i, 20000 + i, 60000 + i},
                                             .count = 60,
                                             .is_ordered = is_ordered};
        assert_int_not_equal(transfer.many[i].channel, 0);
        rtc_pump_send(&transfer.many[i]);
    }
    rtc_pair_await_that(pair, many_are_done);
    assert_int_equal(transfer.opened_count, CHANNELS);
    pair->context = NULL;
}

static size_t memory_kib(void) {
    long pages = 0;
    FILE *const file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*s %ld", &pages), 1);
    (void)fclose(file);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE) / 1024;
}

/* 64 MiB want to come, the reader pauses: the sender is stopped after a few MiB, nothing is told, and after the resume
 * nothing is missing. */
static void a_paused_reader_stops_the_sender(void **state) {
    struct rtc_pair *const pair = *state;
    struct transfer transfer = {.to_b = {.from = &pair->a, .sizes = {65536}, .count = 1024, .is_ordered = true}};
    rtc_pair_connect(pair, false);
    pair->context = &transfer;
    transfer.to_b.channel = pair->a.channel;
    pair->b.on_message = pump_message;
    pair->a.on_drained = pump_drained;
    rtc_pause(pair->rtc, pair->b.peer, pair->b.channel);
    const size_t before_kib = memory_kib();
    rtc_pump_send(&transfer.to_b);
    rtc_pair_run(pair, 1000);
    assert_int_equal(transfer.to_b.received, 0);
    const uint32_t sent = transfer.to_b.sent;
    assert_in_range(sent, 1, 16 * 8); /* 8 MiB: what waits here, in both of SCTP's buffers, and what is held */
    rtc_pair_run(pair, 1000);
    assert_int_equal(transfer.to_b.sent, sent);
    const size_t grown_kib = memory_kib() - before_kib;
    if (grown_kib > 64 * 1024) fail_msg("a paused reader took %zu KiB", grown_kib);
    rtc_resume(pair->rtc, pair->b.peer, pair->b.channel);
    rtc_pair_await_that(pair, are_done);
    pair->context = NULL;
}

/* The end of the other does not overtake what it has said before. */
static void what_is_held_comes_before_the_end(void **state) {
    struct rtc_pair *const pair = *state;
    rtc_pair_connect(pair, false);
    rtc_pause(pair->rtc, pair->b.peer, pair->b.channel);
    for (int i = 0; i < 10; i++) assert_true(rtc_pair_send(&pair->a, pair->a.channel, "held", 4));
    rtc_close(pair->rtc, pair->a.peer);
    rtc_pair_await(pair, "a closed closed");
    rtc_pair_run(pair, 300);
    rtc_pair_assert_not_told(pair, "b closed");
    rtc_pair_assert_not_told(pair, "b channel_closed");
    assert_int_equal(pair->b.message_count, 0);
    rtc_resume(pair->rtc, pair->b.peer, pair->b.channel);
    rtc_pair_await(pair, "b closed remote");
    rtc_pair_assert_told(pair, "b channel_closed");
    assert_int_equal(pair->b.message_count, 10);
}

static void a_look_tells_what_passed(void **state) {
    struct rtc_pair *const pair = *state;
    struct rtc_look at_a, at_b;
    transfer_both_ways(pair, false, 40);
    rtc_pair_run(pair, 500);
    assert_true(rtc_look(pair->rtc, pair->a.peer, &at_a));
    assert_true(rtc_look(pair->rtc, pair->b.peer, &at_b));
    assert_memory_equal(at_a.own_certificate, at_b.remote_certificate, 32);
    assert_memory_equal(at_b.own_certificate, at_a.remote_certificate, 32);
    assert_int_equal(link_route_kind(&at_a.route), ICE_CANDIDATE_HOST);
    assert_true(address_equal(&at_a.route.own.address, &at_b.route.peer.address));
    assert_true(address_equal(&at_b.route.own.address, &at_a.route.peer.address));
    assert_int_equal(at_a.message_size_max, RTC_MESSAGE_SIZE_MAX);
    assert_true(at_a.bytes_in > 1000000 && at_a.bytes_out > 1000000);
    assert_true(at_a.packets_in > 500 && at_a.packets_out > 500);
    assert_true(at_a.packets_missed * 20 < at_a.packets_in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_size_arrives_in_order, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(every_size_arrives_unordered, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(empty_messages_and_texts_keep_their_kind, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(larger_than_the_other_end_takes_is_refused, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(a_full_channel_refuses_and_says_when_it_has_room, rtc_pair_open,
                                        rtc_pair_close),
        cmocka_unit_test_setup_teardown(twenty_channels_at_once, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(a_paused_reader_stops_the_sender, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(what_is_held_comes_before_the_end, rtc_pair_open, rtc_pair_close),
        cmocka_unit_test_setup_teardown(a_look_tells_what_passed, rtc_pair_open, rtc_pair_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
