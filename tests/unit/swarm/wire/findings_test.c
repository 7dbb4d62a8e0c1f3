/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/findings.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define GOOD                                                                                                           \
    "{\"nonce\":\"00010203040506ff\",\"direction\":\"inbound\",\"place\":\"guest\",\"openMs\":61000,\"rttMs\":12,"     \
    "\"lossInPpm\":5000,\"lossOutPpm\":null,\"unsentBytes\":77,\"skewMs\":-20000,\"seen\":\"203.0.113.5:40000\","      \
    "\"testedAgoMs\":9000,\"testReason\":\"timeout\",\"inReason\":\"paused\",\"outReason\":\"\",\"lastReason\":"       \
    "\"view-full\"}"

static struct findings read_good(const char *text) {
    return *(const struct findings *)message_bench_read(MESSAGE_FINDINGS, text);
}

static struct findings changed(const char *from, const char *to) {
    return read_good(message_bench_with(GOOD, from, to));
}

static struct findings built_and_read(const struct findings *findings) {
    uint8_t memory[1024];
    struct buffer body = buffer_over(memory, sizeof memory);
    const void *checked = NULL;
    findings_build(&body, findings);
    assert_int_equal(message_bench_check(MESSAGE_FINDINGS, buffer_span(&body), &checked), REFUSAL_NONE);
    return *(const struct findings *)checked;
}

static void findings_say_how_the_other_end_sees_the_link_and_us(void **state) {
    (void)state;
    const struct findings f = read_good(GOOD);
    const uint8_t nonce[EXAMINE_NONCE_SIZE] = {0, 1, 2, 3, 4, 5, 6, 0xff};
    char seen[ADDRESS_TEXT_MAX];
    assert_memory_equal(f.nonce, nonce, sizeof nonce);
    assert_true(f.is_inbound && f.is_guest);
    assert_int_equal(f.open_ms, 61000);
    assert_int_equal(f.rtt_ms, 12);
    assert_int_equal(f.loss_in_ppm, 5000);
    assert_true(f.loss_out_ppm < 0);
    assert_int_equal(f.unsent_bytes, 77);
    assert_true(f.skew_ms == -20000);
    assert_string_equal(address_text(&f.seen, seen), "203.0.113.5:40000");
    assert_int_equal(f.tested_ago_ms, 9000);
    assert_int_equal(f.test_reason, REASON_TIMEOUT);
    assert_int_equal(f.in_reason, REASON_PAUSED);
    assert_int_equal(f.out_reason, REASON_NONE);
    assert_int_equal(f.last_reason, REASON_VIEW_FULL);
    message_bench_cut_everywhere(MESSAGE_FINDINGS, SPAN_LITERAL(GOOD));
}

static void what_is_built_is_read_again(void **state) {
    (void)state;
    struct findings f = read_good(GOOD), again = built_and_read(&f);
    assert_memory_equal(&again, &f, sizeof f);
    f = (struct findings){.rtt_ms = -1, .loss_in_ppm = -1, .loss_out_ppm = -1, .unsent_bytes = -1, .tested_ago_ms = -1};
    assert_true(address_read(SPAN_LITERAL("[2001:db8::5]:8782"), &f.seen));
    again = built_and_read(&f);
    assert_false(again.is_inbound || again.is_guest);
    assert_true(again.rtt_ms < 0 && again.loss_in_ppm < 0 && again.loss_out_ppm < 0);
    assert_true(again.unsent_bytes < 0 && again.tested_ago_ms < 0);
    assert_true(address_equal(&again.seen, &f.seen));
}

static void every_reason_travels_and_a_foreign_word_is_something_else(void **state) {
    (void)state;
    for (enum reason reason = REASON_NONE; reason < REASON_COUNT; reason++) {
        struct findings f = read_good(GOOD);
        f.in_reason = f.out_reason = f.last_reason = f.test_reason = reason;
        const struct findings again = built_and_read(&f);
        assert_int_equal(again.in_reason, reason);
        assert_int_equal(again.out_reason, reason);
        assert_int_equal(again.last_reason, reason);
        assert_int_equal(again.test_reason, reason);
    }
    assert_int_equal(changed("paused", "bored\\u001b").in_reason, REASON_INTERNAL);
    (void)changed("{", "{\"more\":[1],");
}

static void bounds_are_in(void **state) {
    (void)state;
    assert_int_equal(changed("61000", "0").open_ms, 0);
    assert_true(changed("61000", "9007199254740991").open_ms == FINDINGS_MS_MAX);
    assert_int_equal(changed("12", "60000").rtt_ms, 60000);
    assert_int_equal(changed("5000", "1000000").loss_in_ppm, 1000000);
    assert_true(changed("77", "4294967295").unsent_bytes == FINDINGS_BYTES_MAX);
    assert_true(changed("-20000", "-9007199254740991").skew_ms == -FINDINGS_MS_MAX);
}

static void each_fault_has_its_refusal(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"{", "[", REFUSAL_JSON_SYNTAX},
        {"{", "{\"place\":\"view\",", REFUSAL_DUPLICATE_MEMBER},
        {"nonce", "once", REFUSAL_MEMBER_MISSING},
        {"ff\"", "\"", REFUSAL_MEMBER_MISTYPED},
        {"\"direction\"", "\"way\"", REFUSAL_MEMBER_MISSING},
        {"inbound", "upwards", REFUSAL_MEMBER_MISTYPED},
        {"\"inbound\"", "true", REFUSAL_MEMBER_MISTYPED},
        {"\"guest\"", "\"\"", REFUSAL_MEMBER_MISTYPED},
        {"\"guest\"", "\"guestguestguestguestguestguestguest\"", REFUSAL_MEMBER_TOO_LONG},
        {"openMs", "open", REFUSAL_MEMBER_MISSING},
        {"61000", "-1", REFUSAL_MEMBER_MISTYPED},
        {"61000", "null", REFUSAL_MEMBER_MISTYPED},
        {"61000", "9007199254740993000", REFUSAL_MEMBER_MISTYPED},
        {"rttMs", "rtt", REFUSAL_MEMBER_MISSING},
        {":12,", ":60001,", REFUSAL_MEMBER_MISTYPED},
        {":12,", ":0.5,", REFUSAL_MEMBER_MISTYPED},
        {"5000", "1000001", REFUSAL_MEMBER_MISTYPED},
        {"5000", "-1", REFUSAL_MEMBER_MISTYPED},
        {"\"lossOutPpm\":null,", "", REFUSAL_MEMBER_MISSING},
        {"77", "4294967296", REFUSAL_MEMBER_MISTYPED},
        {"-20000", "null", REFUSAL_MEMBER_MISTYPED},
        {"seen", "saw", REFUSAL_MEMBER_MISSING},
        {"203.0.113.5:40000", "somewhere", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:40000", "", REFUSAL_MEMBER_MISTYPED},
        {"9000", "-1", REFUSAL_MEMBER_MISTYPED},
        {"\"timeout\"", "null", REFUSAL_MEMBER_MISTYPED},
        {"\"paused\"", "7", REFUSAL_MEMBER_MISTYPED},
        {"paused", "pausedpausedpausedpausedpausedpaused", REFUSAL_MEMBER_TOO_LONG},
        {"outReason", "out", REFUSAL_MEMBER_MISSING},
        {"lastReason", "last", REFUSAL_MEMBER_MISSING},
    };
    message_bench_faults(MESSAGE_FINDINGS, GOOD, faults, sizeof faults / sizeof faults[0]);
    assert_int_equal(message_bench_text(MESSAGE_FINDINGS, "[]"), REFUSAL_MEMBER_MISTYPED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_say_how_the_other_end_sees_the_link_and_us),
        cmocka_unit_test(what_is_built_is_read_again),
        cmocka_unit_test(every_reason_travels_and_a_foreign_word_is_something_else),
        cmocka_unit_test(bounds_are_in),
        cmocka_unit_test(each_fault_has_its_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
