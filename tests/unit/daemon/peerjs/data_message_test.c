/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/peerjs/data_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "base/memory.h"

static enum peerjs_fault encode(enum peerjs_serialization serialization, enum data_form form, const char *text,
                                struct data_packet *packet) {
    const struct data_message message = {.form = form, .bytes = span_of_text(text)};
    return data_message_encode(&message, serialization, packet);
}

static const struct form_case {
    enum peerjs_serialization serialization;
    enum data_form form;
    const char *from, *to;
    enum rtc_kind kind;
} FORMS[] = {
    {PEERJS_RAW, DATA_TEXT, "hi", "hi", RTC_TEXT},
    {PEERJS_RAW, DATA_TEXT, "", "", RTC_TEXT},
    {PEERJS_RAW, DATA_BYTES, "hi", "hi", RTC_BINARY},
    {PEERJS_RAW, DATA_JSON, "[1]", "[1]", RTC_TEXT},
    {PEERJS_RAW, DATA_VALUE,
     "\x92\x01\xb1"
     "a",
     "[1,\"a\"]", RTC_TEXT},
    {PEERJS_JSON, DATA_TEXT, "a\"b", "\"a\\\"b\"", RTC_BINARY},
    {PEERJS_JSON, DATA_BYTES, "\x01\x02\x03", "\"AQID\"", RTC_BINARY},
    {PEERJS_JSON, DATA_JSON, " {\"a\": 1} ", " {\"a\": 1} ", RTC_BINARY},
    {PEERJS_JSON, DATA_VALUE,
     "\x81\xb1"
     "a\xc3",
     "{\"a\":true}", RTC_BINARY},
    {PEERJS_BINARY, DATA_TEXT, "hi", "\xb2hi", RTC_BINARY},
    {PEERJS_BINARY, DATA_BYTES, "hi", "\xa2hi", RTC_BINARY},
    {PEERJS_BINARY, DATA_JSON, "[1,\"a\"]",
     "\x92\x01\xb1"
     "a",
     RTC_BINARY},
    {PEERJS_BINARY, DATA_VALUE, "\xcc\x05", "\x05", RTC_BINARY},
};

static void each_form_goes_in_each_serialization(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++) {
        struct data_packet packet;
        assert_int_equal(encode(FORMS[i].serialization, FORMS[i].form, FORMS[i].from, &packet), PEERJS_FAULT_NONE);
        assert_int_equal(packet.size, strlen(FORMS[i].to));
        assert_memory_equal(packet.bytes, FORMS[i].to, packet.size);
        assert_int_equal(packet.kind, FORMS[i].kind);
        assert_int_equal(packet.is_value, FORMS[i].serialization == PEERJS_BINARY);
        memory_free(packet.bytes);
    }
}

static const struct refusal_case {
    enum peerjs_serialization serialization;
    enum data_form form;
    const char *from;
    enum peerjs_fault fault;
} REFUSED[] = {
    {PEERJS_JSON, DATA_JSON, "null", PEERJS_FAULT_NOTHING},
    {PEERJS_JSON, DATA_JSON, "{", PEERJS_FAULT_JSON},
    {PEERJS_BINARY, DATA_JSON, "null", PEERJS_FAULT_NOTHING},
    {PEERJS_BINARY, DATA_VALUE, "\xc0", PEERJS_FAULT_NOTHING},
    {PEERJS_BINARY, DATA_VALUE,
     "\xb3"
     "a",
     PEERJS_FAULT_CUT_SHORT},
    {PEERJS_JSON, DATA_VALUE, "\x91", PEERJS_FAULT_CUT_SHORT},
};

static void what_a_page_cannot_take_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        struct data_packet packet;
        assert_string_equal(
            peerjs_fault_name(encode(REFUSED[i].serialization, REFUSED[i].form, REFUSED[i].from, &packet)),
            peerjs_fault_name(REFUSED[i].fault));
        assert_null(packet.bytes);
    }
}

static void a_message_over_the_limit_is_refused(void **state) {
    (void)state;
    uint8_t *bytes = memory_zeroed(1, PEERJS_MESSAGE_MAX + 1);
    struct data_packet packet;
    struct data_message message = {.form = DATA_BYTES, .bytes = {bytes, PEERJS_MESSAGE_MAX + 1}};
    assert_int_equal(data_message_encode(&message, PEERJS_RAW, &packet), PEERJS_FAULT_TOO_LARGE);
    message.bytes.size = PEERJS_MESSAGE_MAX; /* with its five bytes of length it is over */
    assert_int_equal(data_message_encode(&message, PEERJS_BINARY, &packet), PEERJS_FAULT_TOO_LARGE);
    message.bytes.size = PEERJS_MESSAGE_MAX - 5;
    assert_int_equal(data_message_encode(&message, PEERJS_BINARY, &packet), PEERJS_FAULT_NONE);
    assert_int_equal(packet.size, PEERJS_MESSAGE_MAX);
    memory_free(packet.bytes);
    memory_free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_goes_in_each_serialization),
        cmocka_unit_test(what_a_page_cannot_take_is_refused),
        cmocka_unit_test(a_message_over_the_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
