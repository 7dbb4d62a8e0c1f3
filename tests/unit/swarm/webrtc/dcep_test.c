/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/webrtc/dcep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OPEN(type, label_size, protocol_size) "\x03" type "\x01\x00\x00\x00\x00\x00" label_size protocol_size

static void what_browsers_send_is_read(void **state) {
    struct dcep_message message;
    (void)state;
    assert_int_equal(dcep_read(SPAN_LITERAL(OPEN("\x80", "\x00\x05", "\x00\x03") "labelraw"), &message), REFUSAL_NONE);
    assert_int_equal(message.kind, DCEP_OPEN);
    assert_true(message.is_unordered);
    assert_false(message.is_unreliable);
    assert_int_equal(message.priority, 256);
    assert_true(span_equal_text(message.label, "label"));
    assert_true(span_equal_text(message.protocol, "raw"));
    assert_int_equal(dcep_read(SPAN_LITERAL(OPEN("\x02", "\x00\x00", "\x00\x00")), &message), REFUSAL_NONE);
    assert_false(message.is_unordered);
    assert_true(message.is_unreliable);
    assert_int_equal(dcep_read(SPAN_LITERAL("\x02"), &message), REFUSAL_NONE);
    assert_int_equal(message.kind, DCEP_ACK);
}

static void what_is_written_is_read_again(void **state) {
    uint8_t memory[DCEP_OPEN_SIZE_MAX];
    char text[DCEP_TEXT_MAX + 1] = "";
    struct dcep_message message;
    (void)state;
    memset(text, 'l', DCEP_TEXT_MAX);
    struct buffer out = buffer_over(memory, sizeof memory);
    dcep_write_open(&out, true, span_of_text(text), span_of_text(text));
    assert_false(out.overflowed);
    assert_int_equal(dcep_read(buffer_span(&out), &message), REFUSAL_NONE);
    assert_true(message.is_unordered);
    assert_true(span_equal_text(message.label, text) && span_equal_text(message.protocol, text));
    out = buffer_over(memory, sizeof memory);
    dcep_write_ack(&out);
    assert_int_equal(dcep_read(buffer_span(&out), &message), REFUSAL_NONE);
    assert_int_equal(message.kind, DCEP_ACK);
}

#define REFUSED(bytes, reason)                                                                                         \
    assert_int_equal(dcep_read(SPAN_LITERAL(bytes), &(struct dcep_message){0}), REFUSAL_DCEP_##reason)

static void each_refusal_has_its_reason(void **state) {
    (void)state;
    REFUSED("", MESSAGE);
    REFUSED("\x00", MESSAGE);
    REFUSED("\x04", MESSAGE);
    REFUSED("\x02\x00", SIZE);
    REFUSED("\x03", SIZE);
    REFUSED("\x03\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00", SIZE);
    REFUSED(OPEN("\x00", "\x00\x01", "\x00\x00"), SIZE);
    REFUSED(OPEN("\x00", "\x00\x00", "\x00\x00") "x", SIZE);
    REFUSED(OPEN("\x00", "\xff\xff", "\xff\xff") "x", SIZE);
    REFUSED(OPEN("\x03", "\x00\x00", "\x00\x00"), CHANNEL_TYPE);
    REFUSED(OPEN("\x83", "\x00\x00", "\x00\x00"), CHANNEL_TYPE);
    REFUSED(OPEN("\x7f", "\x00\x00", "\x00\x00"), CHANNEL_TYPE);
    REFUSED(OPEN("\x00", "\x00\x01", "\x00\x00") "\x00", TEXT);
    REFUSED(OPEN("\x00", "\x00\x01", "\x00\x00") "\xff", TEXT);
    REFUSED(OPEN("\x00", "\x00\x00", "\x00\x02") "\xc0\x80", TEXT);
}

static void a_long_text_is_refused(void **state) {
    uint8_t bytes[12 + DCEP_TEXT_MAX + 1] = {3, 0, 1, 0, 0, 0, 0, 0, 1, 1};
    struct dcep_message message;
    (void)state;
    memset(bytes + 12, 'l', sizeof bytes - 12);
    assert_int_equal(dcep_read((struct span){bytes, sizeof bytes}, &message), REFUSAL_DCEP_TEXT);
    bytes[9] = 0;
    assert_int_equal(dcep_read((struct span){bytes, sizeof bytes - 1}, &message), REFUSAL_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_browsers_send_is_read),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(each_refusal_has_its_reason),
        cmocka_unit_test(a_long_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
