/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/signal_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t id_memory[SIGNAL_ID_SIZE_MAX];

static enum refusal read_at(enum signal_end end, const char *text, struct signal_message *message) {
    return signal_message_read(span_of_text(text), end, id_memory, message);
}

static enum refusal refusal_of(const char *text) {
    struct signal_message message;
    return read_at(SIGNAL_END_SERVER, text, &message);
}

static void assert_read(const char *text, enum signal_kind kind, const char *peer, const char *payload) {
    struct signal_message message;
    if (read_at(SIGNAL_END_SERVER, text, &message) != REFUSAL_NONE) fail_msg("refused: %s", text);
    assert_int_equal(message.kind, kind);
    assert_true(span_equal_text(message.peer, peer));
    assert_true(span_equal_text(message.payload, payload));
}

static void message_of_a_client_names_whom_it_is_for(void **state) {
    (void)state;
    assert_read("{\"type\":\"OFFER\",\"dst\":\"b\",\"payload\":{\"a\" : [1, 2.50]}}", SIGNAL_OFFER, "b",
                "{\"a\" : [1, 2.50]}");
    assert_read(" {\"payload\":\"x\\u00e9\" , \"src\":\"c\",\"dst\":\"b\",\"more\":[{}],\"type\":\"CANDIDATE\"} ",
                SIGNAL_CANDIDATE, "b", "\"x\\u00e9\"");
    assert_read("{\"type\":\"ANSWER\",\"dst\":\"b\",\"payload\":null}", SIGNAL_ANSWER, "b", "null");
    assert_read("{\"type\":\"HEARTBEAT\"}", SIGNAL_HEARTBEAT, "", "");
    assert_read("{\"type\":\"LEAVE\",\"dst\":null}", SIGNAL_LEAVE, "", "");
    assert_read("{\"type\":\"LEAVE\",\"dst\":\"\"}", SIGNAL_LEAVE, "", "");
}

static void message_of_a_server_names_who_sent_it(void **state) {
    (void)state;
    struct signal_message message;
    assert_int_equal(read_at(SIGNAL_END_CLIENT, "{\"type\":\"EXPIRE\",\"src\":\"a\",\"dst\":\"b\"}", &message),
                     REFUSAL_NONE);
    assert_int_equal(message.kind, SIGNAL_EXPIRE);
    assert_true(span_equal_text(message.peer, "a"));
    assert_int_equal(
        read_at(SIGNAL_END_CLIENT, "{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}", &message),
        REFUSAL_NONE);
    assert_int_equal(message.kind, SIGNAL_ID_TAKEN);
    assert_int_equal(message.peer.size, 0);
}

static void escapes_mean_what_they_stand_for(void **state) {
    (void)state;
    assert_read("{\"\\u0074ype\":\"\\u004fFFER\",\"d\\u0073t\":\"q\\\"\\\\\\u00e9\",\"p\\u0061yload\":1}", SIGNAL_OFFER,
                "q\"\\\xc3\xa9", "1");
}

static void last_of_two_members_counts(void **state) {
    (void)state;
    assert_read("{\"type\":\"LEAVE\",\"dst\":\"a\",\"type\":\"OFFER\",\"dst\":\"b\",\"payload\":1,\"payload\":[2]}",
                SIGNAL_OFFER, "b", "[2]");
}

static void what_is_no_message_is_refused(void **state) {
    (void)state;
    const struct {
        const char *text;
        enum refusal refusal;
    } cases[] = {
        {"", REFUSAL_JSON_SYNTAX},
        {" ", REFUSAL_JSON_SYNTAX},
        {"{", REFUSAL_JSON_SYNTAX},
        {"not json", REFUSAL_JSON_SYNTAX},
        {"{'type':'OFFER'}", REFUSAL_JSON_SYNTAX},
        {"{\"type\":\"OFFER\"}}", REFUSAL_JSON_SYNTAX},
        {"{\"type\":\"OFFER\",\"payload\":}", REFUSAL_JSON_SYNTAX},
        {"{\"type\":\"OFFER\",\"payload\":\"\xff\"}", REFUSAL_JSON_SYNTAX},
        {"null", REFUSAL_MEMBER_MISTYPED},
        {"[{\"type\":\"OFFER\"}]", REFUSAL_MEMBER_MISTYPED},
        {"{}", REFUSAL_MEMBER_MISSING},
        {"{\"dst\":\"a\"}", REFUSAL_MEMBER_MISSING},
        {"{\"type\":null}", REFUSAL_MEMBER_MISTYPED},
        {"{\"type\":5,\"dst\":\"a\"}", REFUSAL_MEMBER_MISTYPED},
        {"{\"type\":\"OFFER\",\"dst\":7}", REFUSAL_MEMBER_MISTYPED},
        {"{\"type\":\"OFFER\",\"dst\":[\"a\"]}", REFUSAL_MEMBER_MISTYPED},
        {"{\"type\":\"\"}", REFUSAL_TYPE_UNKNOWN},
        {"{\"type\":\"offer\"}", REFUSAL_TYPE_UNKNOWN},
        {"{\"type\":\"OF\\u0000FER\"}", REFUSAL_TYPE_UNKNOWN},
        {"{\"type\":\"a kind whose name goes on for longer than any name of ours\"}", REFUSAL_TYPE_UNKNOWN},
        {"{\"type\":\"\\u0061 kind whose name goes on for longer than any of ours\"}", REFUSAL_TYPE_UNKNOWN},
        {"{\"type\":\"OFFER\",\"dst\":\"\\ud800\"}", REFUSAL_LONE_SURROGATE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (refusal_of(cases[i].text) != cases[i].refusal)
            fail_msg("%s: %s", cases[i].text, refusal_name(refusal_of(cases[i].text)));
}

/* `count` times `unit` between two texts; the caller frees it. */
static char *repeated(const char *before, const char *unit, size_t count, const char *after) {
    const size_t unit_size = strlen(unit);
    char *text = malloc(strlen(before) + unit_size * count + strlen(after) + 1), *at = text;
    at = stpcpy(at, before);
    for (size_t i = 0; i < count; i++) at = stpcpy(at, unit);
    stpcpy(at, after);
    return text;
}

static void assert_refused(char *text, enum refusal refusal) {
    assert_int_equal(refusal_of(text), refusal);
    free(text);
}

static void sizes_have_their_limits(void **state) {
    (void)state;
    assert_refused(repeated("{\"type\":\"OFFER\",\"dst\":\"", "a", 128, "\"}"), REFUSAL_NONE);
    assert_refused(repeated("{\"type\":\"OFFER\",\"dst\":\"", "a", 129, "\"}"), REFUSAL_MEMBER_TOO_LONG);
    assert_refused(repeated("{\"type\":\"OFFER\",\"dst\":\"", "\\u0061", 128, "\"}"), REFUSAL_NONE);
    assert_refused(repeated("{\"type\":\"OFFER\",\"dst\":\"", "\\u0061", 129, "\"}"), REFUSAL_MEMBER_TOO_LONG);
    assert_refused(repeated("{\"type\":\"OFFER\",\"dst\":\"", "\\u6f22", 43, "\"}"), REFUSAL_MEMBER_TOO_LONG);
    assert_refused(repeated("{\"type\":\"OFFER\",\"payload\":\"", "a", SIGNAL_MESSAGE_SIZE_MAX - 29, "\"}"),
                   REFUSAL_NONE);
    assert_refused(repeated("{\"type\":\"OFFER\",\"payload\":\"", "a", SIGNAL_MESSAGE_SIZE_MAX - 28, "\"}"),
                   REFUSAL_FRAME_TOO_LARGE);
    assert_refused(repeated("{\"type\":\"OFFER\",\"payload\":", "[", 64, ""), REFUSAL_JSON_DEPTH);
}

static void every_cut_is_refused(void **state) {
    (void)state;
    const char *const whole = "{\"type\":\"OFFER\",\"dst\":\"\\u00e9\",\"payload\":{\"a\":[true,-1.5e3,\"\xc3\xa9\"]}}";
    for (size_t size = 0; size < strlen(whole); size++) {
        struct signal_message message;
        uint8_t *cut = malloc(size == 0 ? 1 : size); /* of its own, so that a read past it shows */
        memcpy(cut, whole, size);
        assert_int_not_equal(signal_message_read((struct span){cut, size}, SIGNAL_END_SERVER, id_memory, &message),
                             REFUSAL_NONE);
        free(cut);
    }
}

static void assert_written(const struct buffer *out, const char *text) {
    assert_false(out->overflowed);
    if (!span_equal_text(buffer_span(out), text)) fail_msg("wrote %.*s", (int)out->size, (const char *)out->at);
}

static void members_are_written_in_the_order_of_the_reference(void **state) {
    (void)state;
    uint8_t memory[256];
    struct buffer out = buffer_over(memory, sizeof memory);
    signal_message_write(&out, SIGNAL_OFFER, SPAN_LITERAL("q\"\\\n"), SPAN_LITERAL("b"), SPAN_LITERAL("{ \"a\":1}"));
    assert_written(&out, "{\"type\":\"OFFER\",\"src\":\"q\\\"\\\\\\n\",\"dst\":\"b\",\"payload\":{ \"a\":1}}");
    out = buffer_over(memory, sizeof memory);
    signal_message_write(&out, SIGNAL_HEARTBEAT, SPAN_NONE, SPAN_NONE, SPAN_NONE);
    assert_written(&out, "{\"type\":\"HEARTBEAT\"}");
    out = buffer_over(memory, sizeof memory);
    signal_message_write_why(&out, SIGNAL_ID_TAKEN, "ID is taken");
    assert_written(&out, "{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_of_a_client_names_whom_it_is_for),
        cmocka_unit_test(message_of_a_server_names_who_sent_it),
        cmocka_unit_test(escapes_mean_what_they_stand_for),
        cmocka_unit_test(last_of_two_members_counts),
        cmocka_unit_test(what_is_no_message_is_refused),
        cmocka_unit_test(sizes_have_their_limits),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(members_are_written_in_the_order_of_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
