/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/rtc_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct rtc_table table;
static struct rtc_peer_entry *peer;
static struct rtc_channel_entry *ours, *theirs;

static int begin(void **state) {
    (void)state;
    table = (struct rtc_table){0};
    peer = rtc_table_add(&table, 5);
    assert_non_null(peer);
    ours = rtc_peer_add_channel(peer, 1);
    theirs = rtc_peer_add_channel(peer, 2);
    assert_true(ours && theirs);
    return 0;
}

static int end(void **state) {
    (void)state;
    rtc_table_deinit(&table);
    return 0;
}

static struct rtc_note *note_of(enum rtc_note_kind kind, uint32_t channel) {
    struct rtc_note *const note = rtc_note_new(kind, 5, SPAN_NONE);
    note->channel = channel;
    return note;
}

/* Whether it was held. */
static bool hold(enum rtc_note_kind kind, uint32_t channel) {
    struct rtc_note *const note = note_of(kind, channel);
    const bool must_hold = rtc_peer_must_hold(peer, note);
    if (must_hold)
        rtc_peer_hold(peer, note);
    else
        rtc_note_free(note);
    return must_hold;
}

static void expect(enum rtc_note_kind kind, uint32_t channel) {
    struct rtc_note *const note = rtc_peer_take_held(peer);
    assert_non_null(note);
    assert_int_equal(note->kind, kind);
    assert_int_equal(note->channel, channel);
    rtc_note_free(note);
}

static void only_what_is_paused_is_held(void **state) {
    (void)state;
    assert_false(hold(RTC_NOTE_MESSAGE, 1));
    ours->is_paused = true;
    assert_true(hold(RTC_NOTE_MESSAGE, 1));
    assert_false(hold(RTC_NOTE_MESSAGE, 2));
    assert_false(hold(RTC_NOTE_SENT, 1));
    assert_null(rtc_peer_take_held(peer));
    ours->is_paused = false;
    assert_true(hold(RTC_NOTE_MESSAGE, 1)); /* nothing passes what is held */
    expect(RTC_NOTE_MESSAGE, 1);
    expect(RTC_NOTE_MESSAGE, 1);
    assert_null(rtc_peer_take_held(peer));
    assert_false(hold(RTC_NOTE_MESSAGE, 1));
}

static void an_end_waits_for_what_came_before_it(void **state) {
    (void)state;
    ours->is_paused = true;
    assert_false(hold(RTC_NOTE_CHANNEL_CLOSED, 1)); /* there is nothing to wait for */
    assert_true(hold(RTC_NOTE_MESSAGE, 1));
    assert_true(hold(RTC_NOTE_CHANNEL_CLOSED, 1));
    assert_false(hold(RTC_NOTE_CHANNEL_CLOSED, 2));
    assert_true(hold(RTC_NOTE_CLOSED, 0));
    assert_null(rtc_peer_take_held(peer));
    ours->is_paused = false;
    expect(RTC_NOTE_MESSAGE, 1);
    expect(RTC_NOTE_CHANNEL_CLOSED, 1);
    expect(RTC_NOTE_CLOSED, 0);
    assert_null(peer->held_first);
}

static void one_that_is_resumed_does_not_wait_for_another(void **state) {
    (void)state;
    ours->is_paused = theirs->is_paused = true;
    assert_true(hold(RTC_NOTE_MESSAGE, 1));
    assert_true(hold(RTC_NOTE_MESSAGE, 2));
    assert_true(hold(RTC_NOTE_CHANNEL_CLOSED, 2));
    theirs->is_paused = false;
    expect(RTC_NOTE_MESSAGE, 2);
    expect(RTC_NOTE_CHANNEL_CLOSED, 2);
    assert_null(rtc_peer_take_held(peer));
    assert_true(hold(RTC_NOTE_CLOSED, 0));
    assert_null(rtc_peer_take_held(peer));
}

static void what_we_have_closed_holds_nothing_back(void **state) {
    (void)state;
    ours->is_paused = theirs->is_paused = true;
    assert_true(hold(RTC_NOTE_MESSAGE, 1));
    assert_true(hold(RTC_NOTE_MESSAGE, 2));
    ours->is_closing = true;
    expect(RTC_NOTE_MESSAGE, 1);
    assert_null(rtc_peer_take_held(peer));
    assert_true(hold(RTC_NOTE_CLOSED, 0));
    peer->is_closing = true;
    expect(RTC_NOTE_MESSAGE, 2);
    expect(RTC_NOTE_CLOSED, 0);
}

static void tables_have_their_limits(void **state) {
    (void)state;
    for (uint32_t i = 1; i < RTC_CHANNELS_MAX; i++) {
        assert_non_null(rtc_peer_add_channel(peer, 2 * i + 1));
        assert_non_null(rtc_peer_add_channel(peer, 2 * i + 2));
    }
    assert_null(rtc_peer_add_channel(peer, 1001));
    assert_null(rtc_peer_add_channel(peer, 1002));
    rtc_peer_remove_channel(peer, 3);
    assert_null(rtc_peer_add_channel(peer, 1002));
    assert_non_null(rtc_peer_add_channel(peer, 1001));
    for (uint32_t i = 1; i < RTC_PEERS_MAX; i++) assert_non_null(rtc_table_add(&table, 100 + i));
    assert_null(rtc_table_add(&table, 99));
    rtc_table_remove(&table, 5);
    assert_null(rtc_table_find(&table, 5));
    assert_non_null(rtc_table_add(&table, 99));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_what_is_paused_is_held, begin, end),
        cmocka_unit_test_setup_teardown(an_end_waits_for_what_came_before_it, begin, end),
        cmocka_unit_test_setup_teardown(one_that_is_resumed_does_not_wait_for_another, begin, end),
        cmocka_unit_test_setup_teardown(what_we_have_closed_holds_nothing_back, begin, end),
        cmocka_unit_test_setup_teardown(tables_have_their_limits, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
