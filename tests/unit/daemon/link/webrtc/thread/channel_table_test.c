/* SPDX-License-Identifier: Apache-2.0 */
/* What another end may try on the streams of an association, by what is handed to the table; nothing is sent here. */
#include "daemon/link/webrtc/thread/channel_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "swarm/webrtc/dcep.h"

static struct rtc_shared shared;
static struct rtc_queue reports;
static struct channel_table table;
static struct sctp_association_reading reading;
static size_t told[RTC_NOTE_CLOSED + 1]; /* by kind */
static uint32_t last_channel;
static size_t last_size;

static int begin(void **state) {
    (void)state;
    memset(&shared, 0, sizeof shared);
    assert_int_equal(rtc_queue_init(&reports), ERR_OK);
    shared.reports = &reports;
    channel_table_init(&table, &shared, 7);
    table.is_client = true; /* ours are even, theirs odd */
    return 0;
}

static int end(void **state) {
    (void)state;
    channel_table_deinit(&table);
    rtc_queue_deinit(&reports);
    return 0;
}

static void look(void) {
    struct rtc_note *const first = rtc_queue_take_all(&reports);
    memset(told, 0, sizeof told);
    for (const struct rtc_note *note = first; note; note = note->next) {
        told[note->kind]++;
        last_channel = note->channel;
        last_size = note->size;
    }
    rtc_note_free_all(first);
}

static const char *take(enum sctp_association_event event, uint16_t stream, uint32_t payload, struct span bytes) {
    reading.stream = stream;
    reading.payload = payload;
    reading.bytes = bytes;
    const char *const breach = channel_table_take(&table, event, &reading);
    look();
    return breach;
}

static const char *open_stream(uint16_t stream) {
    uint8_t memory[DCEP_OPEN_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    dcep_write_open(&out, false, SPAN_LITERAL("label"), SPAN_NONE);
    return take(ASSOCIATION_MESSAGE, stream, DCEP_PAYLOAD_CONTROL, buffer_span(&out));
}

static void take_reset(uint16_t stream) {
    reading.stream_count = 1;
    reading.streams[0] = stream;
    assert_null(channel_table_take(&table, ASSOCIATION_RESET, &reading));
    look();
}

static void theirs_open_on_their_streams(void **state) {
    (void)state;
    assert_null(open_stream(1));
    assert_int_equal(told[RTC_NOTE_CHANNEL_OPENED], 1);
    assert_int_equal(last_channel % 2, 0);
    assert_null(open_stream(65535));
    assert_non_null(open_stream(1));
    assert_non_null(open_stream(2));
    assert_non_null(open_stream(0));
}

static void malformed_openings_are_a_breach(void **state) {
    (void)state;
    assert_non_null(take(ASSOCIATION_MESSAGE, 1, DCEP_PAYLOAD_CONTROL, SPAN_LITERAL("\x09")));
    assert_non_null(take(ASSOCIATION_MESSAGE, 1, DCEP_PAYLOAD_CONTROL, SPAN_NONE));
    assert_non_null(take(ASSOCIATION_PART, 1, DCEP_PAYLOAD_CONTROL, SPAN_LITERAL("\x03")));
    assert_null(take(ASSOCIATION_MESSAGE, 5, DCEP_PAYLOAD_CONTROL, SPAN_LITERAL("\x02"))); /* an ACK of nothing */
    assert_int_equal(table.count, 0);
}

static void more_channels_than_we_take_are_reset_and_then_a_breach(void **state) {
    uint16_t stream = 1;
    (void)state;
    for (size_t i = 0; i < CHANNEL_TABLE_MAX; i++, stream = (uint16_t)(stream + 2)) {
        assert_null(open_stream(stream));
        assert_int_equal(told[RTC_NOTE_CHANNEL_OPENED], i < RTC_CHANNELS_MAX);
    }
    assert_non_null(open_stream(stream));
    assert_true(table.is_reset_due);
}

static void messages_for_nobody_are_dropped(void **state) {
    (void)state;
    assert_null(take(ASSOCIATION_MESSAGE, 9, DCEP_PAYLOAD_BINARY, SPAN_LITERAL("x")));
    assert_int_equal(told[RTC_NOTE_MESSAGE], 0);
    assert_null(open_stream(1));
    assert_null(take(ASSOCIATION_MESSAGE, 1, 52, SPAN_LITERAL("x"))); /* kinds that nobody uses any more, or yet */
    assert_null(take(ASSOCIATION_MESSAGE, 1, 0, SPAN_LITERAL("x")));
    assert_int_equal(told[RTC_NOTE_MESSAGE], 0);
}

static void parts_become_one_message(void **state) {
    (void)state;
    assert_null(open_stream(1));
    assert_null(open_stream(3));
    assert_null(take(ASSOCIATION_PART, 1, DCEP_PAYLOAD_BINARY, SPAN_LITERAL("one")));
    assert_null(take(ASSOCIATION_PART, 3, DCEP_PAYLOAD_BINARY, SPAN_LITERAL("three")));
    assert_int_equal(told[RTC_NOTE_MESSAGE], 0);
    assert_null(take(ASSOCIATION_MESSAGE, 1, DCEP_PAYLOAD_BINARY, SPAN_LITERAL("two")));
    assert_int_equal(told[RTC_NOTE_MESSAGE], 1);
    assert_int_equal(last_size, 6);
    reading.stream = 3; /* the rest of it never comes */
    assert_null(channel_table_take(&table, ASSOCIATION_CUT, &reading));
    assert_null(take(ASSOCIATION_MESSAGE, 3, DCEP_PAYLOAD_BINARY, SPAN_LITERAL("4")));
    assert_int_equal(last_size, 1);
}

static void a_message_over_the_limit_ends_its_channel(void **state) {
    static uint8_t bytes[RTC_MESSAGE_SIZE_MAX + 1];
    (void)state;
    assert_null(open_stream(1));
    assert_null(open_stream(3));
    assert_null(take(ASSOCIATION_PART, 1, DCEP_PAYLOAD_BINARY, (struct span){bytes, RTC_MESSAGE_SIZE_MAX}));
    assert_int_equal(told[RTC_NOTE_CHANNEL_CLOSED], 0);
    assert_null(take(ASSOCIATION_PART, 1, DCEP_PAYLOAD_BINARY, (struct span){bytes, 1}));
    assert_int_equal(told[RTC_NOTE_CHANNEL_CLOSED], 1);
    assert_null(take(ASSOCIATION_MESSAGE, 1, DCEP_PAYLOAD_BINARY, (struct span){bytes, 1})); /* it goes on */
    assert_int_equal(told[RTC_NOTE_MESSAGE], 0);
    assert_null(take(ASSOCIATION_MESSAGE, 3, DCEP_PAYLOAD_BINARY, (struct span){bytes, sizeof bytes}));
    assert_int_equal(told[RTC_NOTE_CHANNEL_CLOSED], 1);
    assert_true(table.is_reset_due);
}

/* What the loop does not take back stops the reading, however small the messages are. */
static void unread_messages_stop_the_reading(void **state) {
    size_t count = 0;
    (void)state;
    assert_null(open_stream(1));
    for (; channel_table_may_read(&table); count++)
        assert_null(take(ASSOCIATION_MESSAGE, 1, DCEP_PAYLOAD_BINARY_EMPTY, SPAN_LITERAL("\0")));
    assert_in_range(count, 1000, CHANNEL_UNREAD_MAX / RTC_NOTE_COST);
    assert_int_equal(last_size, 0);
}

/* Opening and closing costs, too. */
static void channels_that_come_and_go_stop_the_reading(void **state) {
    size_t count = 0;
    (void)state;
    for (; channel_table_may_read(&table) && count < 100000; count++) {
        assert_null(open_stream(1));
        take_reset(1);
        table.items[0]->state = DATA_CHANNEL_RESET; /* as if ours had gone out */
        table.items[0]->is_reset_in = false;
        take_reset(1);
        assert_int_equal(table.count, 0);
    }
    assert_true(count < 100000);
}

static void a_reset_ends_the_channel_once(void **state) {
    (void)state;
    assert_null(open_stream(1));
    take_reset(3); /* nobody's */
    assert_int_equal(told[RTC_NOTE_CHANNEL_CLOSED], 0);
    take_reset(1);
    assert_int_equal(told[RTC_NOTE_CHANNEL_CLOSED], 1);
    take_reset(1);
    assert_int_equal(told[RTC_NOTE_CHANNEL_CLOSED], 0);
    assert_null(take(ASSOCIATION_MESSAGE, 1, DCEP_PAYLOAD_BINARY, SPAN_LITERAL("late")));
    assert_int_equal(told[RTC_NOTE_MESSAGE], 0);
    channel_table_end(&table);
    look();
    assert_int_equal(told[RTC_NOTE_CHANNEL_CLOSED], 0);
}

static void a_reset_without_streams_ends_them_all(void **state) {
    (void)state;
    assert_null(open_stream(1));
    assert_null(open_stream(3));
    reading.stream_count = 0;
    assert_null(channel_table_take(&table, ASSOCIATION_RESET, &reading));
    look();
    assert_int_equal(told[RTC_NOTE_CHANNEL_CLOSED], 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(theirs_open_on_their_streams, begin, end),
        cmocka_unit_test_setup_teardown(malformed_openings_are_a_breach, begin, end),
        cmocka_unit_test_setup_teardown(more_channels_than_we_take_are_reset_and_then_a_breach, begin, end),
        cmocka_unit_test_setup_teardown(messages_for_nobody_are_dropped, begin, end),
        cmocka_unit_test_setup_teardown(parts_become_one_message, begin, end),
        cmocka_unit_test_setup_teardown(a_message_over_the_limit_ends_its_channel, begin, end),
        cmocka_unit_test_setup_teardown(unread_messages_stop_the_reading, begin, end),
        cmocka_unit_test_setup_teardown(channels_that_come_and_go_stop_the_reading, begin, end),
        cmocka_unit_test_setup_teardown(a_reset_ends_the_channel_once, begin, end),
        cmocka_unit_test_setup_teardown(a_reset_without_streams_ends_them_all, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
