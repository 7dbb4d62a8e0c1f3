/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/probe.h"

#include "lib/message_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GOOD "{\"nonce\":\"00010203040506ff\",\"addr\":\"203.0.113.5:8782\"}"

static struct probe read_good(const char *text) {
    return *(const struct probe *)message_bench_read(MESSAGE_PROBE, text);
}

static void a_probe_names_a_nonce_and_an_address(void **state) {
    (void)state;
    const uint8_t nonce[PROBE_NONCE_SIZE] = {0, 1, 2, 3, 4, 5, 6, 0xff};
    struct probe probe = read_good(GOOD);
    assert_memory_equal(probe.nonce, nonce, sizeof nonce);
    assert_int_equal(probe.address.family, ADDRESS_IPV4);
    assert_int_equal(probe.address.port, 8782);
    message_bench_cut_everywhere(MESSAGE_PROBE, SPAN_LITERAL(GOOD));
}

static void what_is_built_is_read_again(void **state) {
    (void)state;
    static const char *const addresses[] = {"203.0.113.5:1", "[2001:db8::5]:65535", "10.0.0.1:8782", "0.0.0.0:8782"};
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        uint8_t memory[256];
        struct buffer body = buffer_over(memory, sizeof memory);
        struct probe probe = {.nonce = {0xab, 0xcd, (uint8_t)i}};
        const void *checked = NULL;
        assert_true(address_read(span_of_text(addresses[i]), &probe.address));
        probe_build(&body, &probe);
        assert_int_equal(message_bench_check(MESSAGE_PROBE, buffer_span(&body), &checked), REFUSAL_NONE);
        const struct probe *read = checked;
        assert_memory_equal(read->nonce, probe.nonce, sizeof probe.nonce);
        assert_true(address_equal(&read->address, &probe.address));
    }
}

static void foreign_members_are_no_fault(void **state) {
    (void)state;
    assert_int_equal(read_good(message_bench_with(GOOD, "{", "{\"more\":[1,{}],")).address.port, 8782);
}

static void each_fault_has_its_refusal(void **state) {
    (void)state;
    static const struct message_fault faults[] = {
        {"{", "[", REFUSAL_JSON_SYNTAX},
        {"\"addr\"", "\"nonce\"", REFUSAL_DUPLICATE_MEMBER},
        {"203.0.113.5:8782", "\\ud800", REFUSAL_LONE_SURROGATE},
        {"{", "{\"more\":[[[[[[[[[1]]]]]]]]],", REFUSAL_JSON_DEPTH},
        {"\"nonce\":\"00010203040506ff\",", "", REFUSAL_MEMBER_MISSING},
        {"00010203040506ff", "00010203040506FF", REFUSAL_MEMBER_MISTYPED},
        {"00010203040506ff", "00010203040506f", REFUSAL_MEMBER_MISTYPED},
        {"00010203040506ff", "00010203040506", REFUSAL_MEMBER_MISTYPED},
        {"00010203040506ff", "00010203040506ff00", REFUSAL_MEMBER_MISTYPED},
        {"00010203040506ff", "00010203040506fg", REFUSAL_MEMBER_MISTYPED},
        {"00010203040506ff", "", REFUSAL_MEMBER_MISTYPED},
        {"\"00010203040506ff\"", "1", REFUSAL_MEMBER_MISTYPED},
        {",\"addr\":\"203.0.113.5:8782\"", "", REFUSAL_MEMBER_MISSING},
        {"\"203.0.113.5:8782\"", "8782", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "203.0.113.5", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "203.0.113.5:0", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "203.0.113.5:08782", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "203.0.113.5:65536", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "203.0.113.05:8782", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "example.org:8782", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "[::ffff:203.0.113.5]:8782", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "[::ffff:cb00:7105]:8782", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "[2001:DB8::5]:8782", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "[2001:db8:0:0::5]:8782", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "[2001:db8::5]:0", REFUSAL_MEMBER_MISTYPED},
        {"203.0.113.5:8782", "[2001:0db8:0000:0000:0000:0000:0000:0000:0000:0000:0005]:8782", REFUSAL_MEMBER_TOO_LONG},
    };
    message_bench_faults(MESSAGE_PROBE, GOOD, faults, sizeof faults / sizeof faults[0]);
    assert_int_equal(message_bench_text(MESSAGE_PROBE, "[]"), REFUSAL_MEMBER_MISTYPED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_probe_names_a_nonce_and_an_address),
        cmocka_unit_test(what_is_built_is_read_again),
        cmocka_unit_test(foreign_members_are_no_fault),
        cmocka_unit_test(each_fault_has_its_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
