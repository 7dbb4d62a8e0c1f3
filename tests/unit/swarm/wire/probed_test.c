/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/probed.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GOOD "{\"nonce\":\"00010203040506ff\",\"ok\":false,\"reason\":\"unreachable\"}"

static struct probed read_good(const char *text) {
    return *(const struct probed *)message_bench_read(MESSAGE_PROBED, text);
}

static struct probed built_and_read(const struct probed *probed) {
    uint8_t memory[256];
    struct buffer body = buffer_over(memory, sizeof memory);
    const void *checked = NULL;
    probed_build(&body, probed);
    assert_int_equal(message_bench_check(MESSAGE_PROBED, buffer_span(&body), &checked), REFUSAL_NONE);
    return *(const struct probed *)checked;
}

static void an_answer_says_how_the_probe_ended(void **state) {
    (void)state;
    const uint8_t nonce[PROBE_NONCE_SIZE] = {0, 1, 2, 3, 4, 5, 6, 0xff};
    struct probed probed = read_good(GOOD);
    assert_memory_equal(probed.nonce, nonce, sizeof nonce);
    assert_false(probed.is_ok);
    assert_int_equal(probed.reason, REASON_UNREACHABLE);
    message_bench_cut_everywhere(MESSAGE_PROBED, SPAN_LITERAL(GOOD));
}

/* How a dial of the peer's ended is told with any word there is, those too that no goodbye says. */
static void every_reason_travels(void **state) {
    (void)state;
    for (int reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
        struct probed probed = {.nonce = {0xab, (uint8_t)reason}, .reason = (enum reason)reason};
        struct probed read = built_and_read(&probed);
        assert_memory_equal(read.nonce, probed.nonce, sizeof probed.nonce);
        assert_false(read.is_ok);
        assert_int_equal(read.reason, reason);
    }
}

static void a_yes_gives_no_reason(void **state) {
    (void)state;
    struct probed probed = {.is_ok = true, .reason = REASON_TIMEOUT};
    struct probed read = built_and_read(&probed);
    assert_true(read.is_ok);
    assert_int_equal(read.reason, REASON_NONE);
}

static void foreign_words_and_members_are_no_fault(void **state) {
    (void)state;
    assert_int_equal(read_good(message_bench_with(GOOD, "unreachable", "bored")).reason, REASON_NONE);
    assert_int_equal(read_good(message_bench_with(GOOD, "unreachable", "Unreachable")).reason, REASON_NONE);
    assert_int_equal(read_good(message_bench_with(GOOD, "unreachable", "")).reason, REASON_NONE);
    assert_int_equal(read_good(message_bench_with(GOOD, "{", "{\"more\":[1,{}],")).reason, REASON_UNREACHABLE);
}

static void each_fault_has_its_refusal(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"{", "[", REFUSAL_JSON_SYNTAX},
        {"\"ok\"", "\"nonce\"", REFUSAL_DUPLICATE_MEMBER},
        {"unreachable", "\\ud800", REFUSAL_LONE_SURROGATE},
        {"{", "{\"more\":[[[[[[[[[1]]]]]]]]],", REFUSAL_JSON_DEPTH},
        {"\"nonce\":\"00010203040506ff\",", "", REFUSAL_MEMBER_MISSING},
        {"00010203040506ff", "00010203040506FF", REFUSAL_MEMBER_MISTYPED},
        {"00010203040506ff", "00010203040506", REFUSAL_MEMBER_MISTYPED},
        {"00010203040506ff", "00010203040506ff00", REFUSAL_MEMBER_MISTYPED},
        {"\"ok\":false,", "", REFUSAL_MEMBER_MISSING},
        {"false", "0", REFUSAL_MEMBER_MISTYPED},
        {"false", "\"false\"", REFUSAL_MEMBER_MISTYPED},
        {"false", "null", REFUSAL_MEMBER_MISTYPED},
        {",\"reason\":\"unreachable\"", "", REFUSAL_MEMBER_MISSING},
        {"\"unreachable\"", "7", REFUSAL_MEMBER_MISTYPED},
        {"unreachable", "a\\u0000b", REFUSAL_MEMBER_MISTYPED},
        {"unreachable", "a-reason-of-more-than-32-characters-", REFUSAL_MEMBER_TOO_LONG},
    };
    message_bench_faults(MESSAGE_PROBED, GOOD, faults, sizeof faults / sizeof faults[0]);
    assert_int_equal(message_bench_text(MESSAGE_PROBED, "[]"), REFUSAL_MEMBER_MISTYPED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_says_how_the_probe_ended),
        cmocka_unit_test(every_reason_travels),
        cmocka_unit_test(a_yes_gives_no_reason),
        cmocka_unit_test(foreign_words_and_members_are_no_fault),
        cmocka_unit_test(each_fault_has_its_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
