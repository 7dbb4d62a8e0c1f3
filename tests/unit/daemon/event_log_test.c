/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/event_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int log_open(void **state) {
    *state = event_log_new();
    return 0;
}

static int log_close(void **state) {
    event_log_free(*state);
    return 0;
}

static void add(struct event_log *log, int64_t at_ms) {
    const struct event event = {.code = EVENT_STORE_FAILED, .at_ms = at_ms, .text = "no room"};
    event_log_add(log, &event);
}

static void new_log_is_empty(void **state) {
    assert_int_equal(event_log_newest(*state), 0);
    assert_int_equal(event_log_oldest(*state), 0);
    assert_null(event_log_at(*state, 0));
    assert_null(event_log_at(*state, 1));
}

static void events_are_numbered_from_one(void **state) {
    for (int i = 1; i <= 3; i++) add(*state, i * 10);
    assert_int_equal(event_log_newest(*state), 3);
    assert_int_equal(event_log_oldest(*state), 1);
    for (uint64_t seq = 1; seq <= 3; seq++) {
        const struct event_record *record = event_log_at(*state, seq);
        assert_int_equal(record->seq, seq);
        assert_int_equal(record->event.at_ms, seq * 10);
    }
    assert_null(event_log_at(*state, 4));
}

static void full_ring_lets_the_oldest_go(void **state) {
    for (int i = 1; i <= EVENT_LOG_SIZE; i++) add(*state, i);
    assert_int_equal(event_log_oldest(*state), 1);
    assert_non_null(event_log_at(*state, 1));
    for (int i = 1; i <= 10; i++) add(*state, EVENT_LOG_SIZE + i);
    assert_int_equal(event_log_newest(*state), EVENT_LOG_SIZE + 10);
    assert_int_equal(event_log_oldest(*state), 11);
    assert_null(event_log_at(*state, 10));
    assert_int_equal(event_log_at(*state, 11)->event.at_ms, 11);
    assert_int_equal(event_log_at(*state, EVENT_LOG_SIZE + 10)->seq, EVENT_LOG_SIZE + 10);
}

struct listener {
    struct event_log *log;
    uint64_t last;
    size_t count;
    bool adds_one;
    bool leaves;
};

static void heard(void *context, const struct event_record *record) {
    struct listener *listener = context;
    listener->last = record->seq;
    listener->count++;
    if (listener->leaves) event_log_unlisten(listener->log, listener);
    if (!listener->adds_one) return;
    listener->adds_one = false;
    add(listener->log, 99);
    assert_int_equal(record->event.at_ms, 1); /* still what it was told */
}

static void listeners_hear_each_event_after_it_was_kept(void **state) {
    struct listener one = {.log = *state}, two = {.log = *state, .adds_one = true};
    event_log_listen(*state, heard, &one);
    event_log_listen(*state, heard, &two);
    add(*state, 1);
    assert_int_equal(one.count, 2);
    assert_int_equal(two.count, 2);
    assert_int_equal(event_log_newest(*state), 2);
}

static void listener_that_left_hears_nothing(void **state) {
    struct listener leaving = {.log = *state, .leaves = true}, staying = {.log = *state};
    event_log_listen(*state, heard, &leaving);
    event_log_listen(*state, heard, &staying);
    add(*state, 1);
    add(*state, 2);
    assert_int_equal(leaving.count, 1);
    assert_int_equal(staying.count, 2);
    event_log_unlisten(*state, &leaving);                                  /* once more is no harm */
    for (int i = 0; i < 3; i++) event_log_listen(*state, heard, &leaving); /* and its place is free */
}

static void strangers_do_not_push_the_history_out(void **state) {
    add(*state, 1);
    for (int i = 0; i < EVENT_LOG_SIZE; i++) {
        struct event event = {
            .code = EVENT_LINK_REFUSED, .at_ms = 10 + i, .reason = REASON_TLS_FAILED, .has_address = true};
        assert_true(address_read(SPAN_LITERAL("203.0.113.5:1"), &event.address));
        event.address.port = (uint16_t)(1000 + i);
        event_log_add(*state, &event);
    }
    assert_non_null(event_log_at(*state, 1));
    const uint64_t kept = event_log_newest(*state);
    assert_true(kept < 200);
    add(*state, 70000);
    assert_int_equal(event_log_newest(*state), kept + 2);
    const struct event *summary = &event_log_at(*state, kept + 1)->event;
    assert_int_equal(summary->code, EVENT_EVENTS_FOLDED);
    assert_int_equal(summary->figures[0], EVENT_LOG_SIZE - (int64_t)(kept - 1));
}

static void every_event_is_counted_kept_or_not(void **state) {
    const struct event_counts *counts = event_log_counts(*state);
    struct event event = {.code = EVENT_LINK_REFUSED, .at_ms = 10, .reason = REASON_TLS_FAILED, .has_address = true};
    assert_true(address_read(SPAN_LITERAL("203.0.113.5:1"), &event.address));
    for (int i = 0; i < 500; i++) event_log_add(*state, &event);
    add(*state, 20);
    assert_true(counts->of[EVENT_LINK_REFUSED] == 500);
    assert_true(counts->of[EVENT_STORE_FAILED] == 1);
    assert_true(counts->folded == 501 - event_log_newest(*state));
    assert_true(counts->folded > 400);
}

static void record_is_written_as_the_api_shows_it(void **state) {
    uint8_t memory[512];
    struct buffer out = buffer_over(memory, sizeof memory);
    add(*state, 1763640000000);
    event_log_write_json(&out, event_log_at(*state, 1));
    assert_true(span_equal_text(
        buffer_span(&out), "{\"id\":\"1763640000000-1\",\"at\":1763640000000,\"level\":\"error\",\"source\":\"store\","
                           "\"code\":\"store-failed\",\"message\":\"the disk refuses: no room\","
                           "\"context\":{\"details\":\"no room\"}}"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(new_log_is_empty, log_open, log_close),
        cmocka_unit_test_setup_teardown(events_are_numbered_from_one, log_open, log_close),
        cmocka_unit_test_setup_teardown(full_ring_lets_the_oldest_go, log_open, log_close),
        cmocka_unit_test_setup_teardown(listeners_hear_each_event_after_it_was_kept, log_open, log_close),
        cmocka_unit_test_setup_teardown(listener_that_left_hears_nothing, log_open, log_close),
        cmocka_unit_test_setup_teardown(strangers_do_not_push_the_history_out, log_open, log_close),
        cmocka_unit_test_setup_teardown(every_event_is_counted_kept_or_not, log_open, log_close),
        cmocka_unit_test_setup_teardown(record_is_written_as_the_api_shows_it, log_open, log_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
