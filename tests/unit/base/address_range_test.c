/* SPDX-License-Identifier: Apache-2.0 */
#include "base/address_range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void networks_are_read_and_written(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"10.0.0.0/8", "10.0.0.0/8"},   {"0.0.0.0/0", "0.0.0.0/0"},         {"192.0.2.7", "192.0.2.7"},
        {"192.0.2.7/32", "192.0.2.7"},  {"2001:DB8::/32", "2001:db8::/32"}, {"::/0", "::/0"},
        {"2001:db8::1", "2001:db8::1"}, {"2001:db8::1/128", "2001:db8::1"}, {"::ffff:192.0.2.0/120", "192.0.2.0/24"},
        {"::ffff:0:0/96", "0.0.0.0/0"}, {"::ffff:192.0.2.7", "192.0.2.7"},  {"fc00::/7", "fc00::/7"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct address_range range;
        uint8_t memory[ADDRESS_RANGE_TEXT_MAX];
        struct buffer out = buffer_over(memory, sizeof memory);
        if (!address_range_read(span_of_text(cases[i][0]), &range)) fail_msg("refused: %s", cases[i][0]);
        address_range_write(&out, &range);
        if (!span_equal_text(buffer_span(&out), cases[i][1]))
            fail_msg("%s became %.*s", cases[i][0], (int)out.size, (const char *)memory);
    }
}

static void what_is_no_network_is_refused(void **state) {
    (void)state;
    static const char *const cases[] = {"",
                                        "/",
                                        "/8",
                                        "10.0.0.0/",
                                        "10.0.0.0/33",
                                        "10.0.0.0/8/8",
                                        "10.0.0.0/-1",
                                        "10.0.0.0/08",
                                        "10.0.0.0/ 8",
                                        "10.0.0.1/8",
                                        "2001:db8::/129",
                                        "2001:db8::1/64",
                                        "::ffff:0:0/95",
                                        "::ffff:10.0.0.1/104",
                                        "10.0.0.0:80/8",
                                        "[::]/0",
                                        "localhost",
                                        "unix"};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct address_range range;
        if (address_range_read(span_of_text(cases[i]), &range)) fail_msg("taken: %s", cases[i]);
    }
}

static bool has(const char *network, const char *ip) {
    struct address_range range;
    struct address address;
    assert_true(address_range_read(span_of_text(network), &range));
    assert_true(address_read_ip(span_of_text(ip), &address));
    address.port = 8080;
    return address_range_has(&range, &address);
}

static void an_address_is_in_its_networks_alone(void **state) {
    (void)state;
    assert_true(has("10.0.0.0/8", "10.255.255.255"));
    assert_false(has("10.0.0.0/8", "11.0.0.0"));
    assert_true(has("192.0.2.128/25", "192.0.2.129"));
    assert_false(has("192.0.2.128/25", "192.0.2.127"));
    assert_true(has("192.0.2.7", "192.0.2.7"));
    assert_false(has("192.0.2.7", "192.0.2.6"));
    assert_true(has("0.0.0.0/0", "203.0.113.9"));
    assert_false(has("0.0.0.0/0", "2001:db8::1"));
    assert_false(has("::/0", "203.0.113.9"));
    assert_true(has("10.0.0.0/8", "::ffff:10.1.2.3"));
    assert_true(has("2001:db8::/33", "2001:db8:7fff::1"));
    assert_false(has("2001:db8::/33", "2001:db8:8000::1"));
    const struct address nowhere = {0};
    struct address_range all;
    assert_true(address_range_read(SPAN_LITERAL("::/0"), &all));
    assert_false(address_range_has(&all, &nowhere));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_are_read_and_written),
        cmocka_unit_test(what_is_no_network_is_refused),
        cmocka_unit_test(an_address_is_in_its_networks_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
