/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/goodbye.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GOOD "{\"reason\":\"leaving\",\"text\":\"see you\",\"forMs\":5000}"

static struct goodbye read_good(const char *text) {
    return *(const struct goodbye *)message_bench_read(MESSAGE_GOODBYE, text);
}

static void a_goodbye_says_why_and_for_how_long(void **state) {
    (void)state;
    struct goodbye goodbye = read_good(GOOD);
    assert_int_equal(goodbye.reason, REASON_LEAVING);
    assert_string_equal(goodbye.text, "see you");
    assert_true(goodbye.for_ms == 5000);
    message_bench_cut_everywhere(MESSAGE_GOODBYE, SPAN_LITERAL(GOOD));
}

static void what_is_built_is_read_again(void **state) {
    (void)state;
    for (int reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
        uint8_t memory[1024];
        struct buffer body = buffer_over(memory, sizeof memory);
        struct goodbye goodbye = {.reason = (enum reason)reason, .text = "a \"quoted\"\n line", .for_ms = reason};
        const void *checked = NULL;
        goodbye_build(&body, &goodbye);
        assert_int_equal(message_bench_check(MESSAGE_GOODBYE, buffer_span(&body), &checked), REFUSAL_NONE);
        const struct goodbye *read = checked;
        enum reason travels = reason_from_wire(span_of_text(reason_name((enum reason)reason)));
        assert_int_equal(read->reason, travels); /* local reasons arrive as none */
        assert_string_equal(read->text, goodbye.text);
        assert_true(read->for_ms == goodbye.for_ms);
    }
}

static void foreign_words_and_members_are_no_fault(void **state) {
    (void)state;
    assert_int_equal(read_good(message_bench_with(GOOD, "leaving", "bored")).reason, REASON_NONE);
    assert_int_equal(read_good(message_bench_with(GOOD, "leaving", "unreachable")).reason, REASON_NONE);
    assert_int_equal(read_good(message_bench_with(GOOD, "{", "{\"more\":[1,{}],")).reason, REASON_LEAVING);
    assert_true(read_good("{\"reason\":\"leaving\",\"text\":\"\"}").for_ms == 0);
}

static void each_fault_has_its_refusal(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"{", "[", REFUSAL_JSON_SYNTAX},
        {"\"text\"", "\"reason\"", REFUSAL_DUPLICATE_MEMBER},
        {"see you", "\\ud800", REFUSAL_LONE_SURROGATE},
        {"5000", "[[[[[[[[[1]]]]]]]]]", REFUSAL_JSON_DEPTH},
        {"\"reason\":\"leaving\",", "", REFUSAL_MEMBER_MISSING},
        {",\"text\":\"see you\"", "", REFUSAL_MEMBER_MISSING},
        {"\"leaving\"", "7", REFUSAL_MEMBER_MISTYPED},
        {"\"see you\"", "null", REFUSAL_MEMBER_MISTYPED},
        {"see you", "a\\u0000b", REFUSAL_MEMBER_MISTYPED},
        {"5000", "\"5000\"", REFUSAL_MEMBER_MISTYPED},
        {"5000", "-1", REFUSAL_MEMBER_MISTYPED},
        {"5000", "3600001", REFUSAL_MEMBER_MISTYPED},
        {"5000", "0.5", REFUSAL_MEMBER_MISTYPED},
        {"leaving", "a-reason-of-more-than-32-characters-", REFUSAL_MEMBER_TOO_LONG},
    };
    message_bench_faults(MESSAGE_GOODBYE, GOOD, faults, sizeof faults / sizeof faults[0]);
    assert_int_equal(message_bench_text(MESSAGE_GOODBYE, "[]"), REFUSAL_MEMBER_MISTYPED);
}

static void a_text_has_two_hundred_bytes(void **state) {
    (void)state;
    char text[LIMIT_GOODBYE_TEXT_MAX + 2] = "";
    memset(text, 'x', LIMIT_GOODBYE_TEXT_MAX);
    assert_int_equal(strlen(read_good(message_bench_with(GOOD, "see you", text)).text), LIMIT_GOODBYE_TEXT_MAX);
    text[LIMIT_GOODBYE_TEXT_MAX] = 'x';
    assert_int_equal(message_bench_text(MESSAGE_GOODBYE, message_bench_with(GOOD, "see you", text)),
                     REFUSAL_MEMBER_TOO_LONG);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_goodbye_says_why_and_for_how_long),    cmocka_unit_test(what_is_built_is_read_again),
        cmocka_unit_test(foreign_words_and_members_are_no_fault), cmocka_unit_test(each_fault_has_its_refusal),
        cmocka_unit_test(a_text_has_two_hundred_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
