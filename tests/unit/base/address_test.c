/* SPDX-License-Identifier: Apache-2.0 */
#include "base/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct address read_ip(const char *text) {
    struct address address = {0};
    if (!address_read_ip(span_of_text(text), &address)) fail_msg("refused: %s", text);
    return address;
}

static struct address read_address(const char *text) {
    struct address address = {0};
    if (!address_read(span_of_text(text), &address)) fail_msg("refused: %s", text);
    return address;
}

static void assert_ip_text(const char *text, const char *expected) {
    const struct address address = read_ip(text);
    uint8_t memory[ADDRESS_TEXT_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    address_write_ip(&out, &address);
    if (!span_equal_text(buffer_span(&out), expected)) fail_msg("%s became %.*s", text, (int)out.size, (char *)memory);
}

static void ipv6_is_written_as_rfc_5952_says(void **state) {
    (void)state;
    assert_ip_text("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"); /* the first of equal runs */
    assert_ip_text("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
    assert_ip_text("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");         /* the longest run */
    assert_ip_text("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"); /* never for one group */
    assert_ip_text("2001:DB8::AbCd", "2001:db8::abcd");
    assert_ip_text("0:0:0:0:0:0:0:0", "::");
    assert_ip_text("0:0:0:0:0:0:0:1", "::1");
    assert_ip_text("1:0:0:0:0:0:0:0", "1::");
    assert_ip_text("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8");
    assert_ip_text("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0");
    assert_ip_text("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8");
    assert_ip_text("fe80::0a0b:0:00c0", "fe80::a0b:0:c0");
    assert_ip_text("64:ff9b::192.0.2.33", "64:ff9b::c000:221");
    assert_ip_text("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304");
    assert_ip_text("::1.2.3.4", "::102:304");
}

static void ipv4_in_ipv6_becomes_ipv4(void **state) {
    (void)state;
    assert_ip_text("::ffff:203.0.113.5", "203.0.113.5");
    assert_ip_text("::FFFF:cb00:7105", "203.0.113.5");
    assert_ip_text("0:0:0:0:0:ffff:1.2.3.4", "1.2.3.4");
    assert_ip_text("0.0.0.0", "0.0.0.0");
    assert_ip_text("255.255.255.255", "255.255.255.255");
    const struct address mapped = read_address("[::ffff:1.2.3.4]:80");
    const struct address plain = read_address("1.2.3.4:80");
    assert_memory_equal(&mapped, &plain, sizeof plain);
}

static void text_that_is_no_ip_is_refused(void **state) {
    (void)state;
    const char *const refused[] = {
        "",
        ".",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "256.1.1.1",
        "1.2.3.04",
        "1.2.3.4 ",
        " 1.2.3.4",
        "0x1.2.3.4",
        "1.2.3.a",
        "1.2.3.-1",
        "1.2.3.999999999999", /* IPv4 */
        ":",
        ":::",
        "::1::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "1:",
        ":1",
        "::1:",
        "12345::",
        "::g",
        "::-1",
        "::1%eth0",
        "[::1]",
        "::1/64",
        "1.2.3.4::",
        "::1.2.3.4:1",
        "::1.2.3",
        "::1.2.3.4.5",
        "::1.2.3.256",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:6:7:8:1.2.3.4",
        "::ffff:1.2.3.04",
        " ::1",
        "::1 ",
        "example.org",
    };
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct address address = {.port = 77};
        if (address_read_ip(span_of_text(refused[i]), &address)) fail_msg("accepted: %s", refused[i]);
        assert_int_equal(address.port, 77);
    }
}

static void port_follows_the_ip(void **state) {
    (void)state;
    const struct address four = read_address("203.0.113.5:8782");
    assert_int_equal(four.family, ADDRESS_IPV4);
    assert_int_equal(four.port, 8782);
    const struct address six = read_address("[2001:DB8:0::5]:65535");
    assert_int_equal(six.family, ADDRESS_IPV6);
    char text[ADDRESS_TEXT_MAX];
    assert_string_equal(address_text(&six, text), "[2001:db8::5]:65535");
    assert_string_equal(address_text(&four, text), "203.0.113.5:8782");
    assert_int_equal(read_address("1.2.3.4:0").port, 0);
}

static void text_that_is_no_address_is_refused(void **state) {
    (void)state;
    const char *const refused[] = {
        "",
        ":",
        "1.2.3.4",
        "1.2.3.4:",
        "1.2.3.4:65536",
        "1.2.3.4:080",
        "1.2.3.4:-1",
        "1.2.3.4:+1",
        "1.2.3.4:80 ",
        "1.2.3.4:80:90",
        "[1.2.3.4]:80",
        "::1",
        "::1:80",
        "2001:db8::5:80",
        "[::1]",
        "[::1]:",
        "[::1]80",
        "[::1:80",
        "::1]:80",
        "[::1]]:80",
        "[[::1]]:80",
        "[::1%1]:80",
        "[]:80",
        "localhost:80",
        "[::1]:99999999999",
        ":80",
        "[",
        "[]",
        "[]:",
    };
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct address address = {.port = 77};
        if (address_read(span_of_text(refused[i]), &address)) fail_msg("accepted: %s", refused[i]);
        assert_int_equal(address.port, 77);
    }
}

static void canonical_text_is_accepted_in_its_one_form(void **state) {
    (void)state;
    const char *const accepted[] = {"203.0.113.5:8782", "[2001:db8::5]:8782", "[::1]:1", "0.0.0.0:65535", "[::]:9"};
    for (size_t i = 0; i < COUNT(accepted); i++) {
        struct address address;
        if (!address_read_canonical(span_of_text(accepted[i]), &address)) fail_msg("refused: %s", accepted[i]);
    }
    const char *const refused[] = {
        "203.0.113.5:0",         "[2001:db8::5]:0",
        "[::ffff:1.2.3.4]:80",   "[::ffff:102:304]:80",
        "[2001:DB8::5]:80",      "[2001:db8:0::5]:80",
        "[2001:0db8::5]:80",     "[2001:db8::1:1:1:1:1]:80",
        "[64:ff9b::1.2.3.4]:80", "1.2.3.4",
        "1.2.3.4:080",
    };
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct address address;
        if (address_read_canonical(span_of_text(refused[i]), &address)) fail_msg("accepted: %s", refused[i]);
    }
}

static void longest_address_fits_its_text(void **state) {
    (void)state;
    const struct address longest = read_address("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
    char text[ADDRESS_TEXT_MAX];
    assert_string_equal(address_text(&longest, text), "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
    const struct address none = {0};
    assert_string_equal(address_text(&none, text), "none:0");
}

static void every_cut_of_an_address_is_read_inside_its_bytes(void **state) {
    (void)state;
    const char *const texts[] = {"[2001:db8::1:192.168.100.200]:8782", "203.0.113.5:8782", "[1:2:3:4:5:6:7:8]:1"};
    for (size_t t = 0; t < COUNT(texts); t++) {
        for (size_t size = 0; size < strlen(texts[t]); size++) {
            uint8_t *cut = malloc(size + 1);
            memcpy(cut, texts[t], size);
            struct address address;
            if (address_read((struct span){cut, size}, &address)) assert_true(size > strlen(texts[t]) - 4);
            (void)address_read_ip((struct span){cut, size}, &address);
            free(cut);
        }
    }
}

static void addresses_are_ordered_by_family_ip_and_port(void **state) {
    (void)state;
    const char *const sorted[] = {"1.2.3.4:5", "1.2.3.4:300", "1.2.4.0:1", "200.0.0.1:1",
                                  "[::1]:1",   "[::2]:1",     "[ff00::]:1"};
    for (size_t i = 0; i < COUNT(sorted); i++) {
        for (size_t k = 0; k < COUNT(sorted); k++) {
            const struct address a = read_address(sorted[i]);
            const struct address b = read_address(sorted[k]);
            const int order = address_compare(&a, &b);
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
            assert_int_equal(address_equal(&a, &b), i == k);
        }
    }
    const struct address a = read_address("1.2.3.4:5");
    const struct address b = read_address("1.2.3.4:300");
    const struct address c = read_address("[102:304::]:5"); /* the same first bytes */
    assert_true(address_same_ip(&a, &b));
    assert_false(address_same_ip(&a, &c));
}

static void every_network_has_its_scope(void **state) {
    (void)state;
    const struct {
        const char *ip;
        enum address_scope scope;
    } cases[] = {
        {"0.0.0.0", ADDRESS_SCOPE_UNSPECIFIED},
        {"0.255.255.255", ADDRESS_SCOPE_UNSPECIFIED},
        {"::", ADDRESS_SCOPE_UNSPECIFIED},
        {"224.0.0.1", ADDRESS_SCOPE_MULTICAST},
        {"239.255.255.255", ADDRESS_SCOPE_MULTICAST},
        {"ff02::1", ADDRESS_SCOPE_MULTICAST},
        {"240.0.0.1", ADDRESS_SCOPE_BROADCAST},
        {"255.255.255.255", ADDRESS_SCOPE_BROADCAST},
        {"169.254.0.1", ADDRESS_SCOPE_LINK_LOCAL},
        {"fe80::1", ADDRESS_SCOPE_LINK_LOCAL},
        {"febf::1", ADDRESS_SCOPE_LINK_LOCAL},
        {"127.0.0.1", ADDRESS_SCOPE_LOOPBACK},
        {"127.255.0.1", ADDRESS_SCOPE_LOOPBACK},
        {"::1", ADDRESS_SCOPE_LOOPBACK},
        {"::ffff:127.0.0.1", ADDRESS_SCOPE_LOOPBACK},
        {"10.1.2.3", ADDRESS_SCOPE_PRIVATE},
        {"172.16.0.1", ADDRESS_SCOPE_PRIVATE},
        {"172.31.255.255", ADDRESS_SCOPE_PRIVATE},
        {"192.168.0.1", ADDRESS_SCOPE_PRIVATE},
        {"100.64.0.1", ADDRESS_SCOPE_PRIVATE},
        {"100.127.255.255", ADDRESS_SCOPE_PRIVATE},
        {"fc00::1", ADDRESS_SCOPE_PRIVATE},
        {"fdff::1", ADDRESS_SCOPE_PRIVATE},
        {"1.0.0.0", ADDRESS_SCOPE_GLOBAL},
        {"11.0.0.1", ADDRESS_SCOPE_GLOBAL},
        {"100.63.255.255", ADDRESS_SCOPE_GLOBAL},
        {"100.128.0.0", ADDRESS_SCOPE_GLOBAL},
        {"126.255.255.255", ADDRESS_SCOPE_GLOBAL},
        {"128.0.0.0", ADDRESS_SCOPE_GLOBAL},
        {"169.253.0.1", ADDRESS_SCOPE_GLOBAL},
        {"172.15.0.1", ADDRESS_SCOPE_GLOBAL},
        {"172.32.0.1", ADDRESS_SCOPE_GLOBAL},
        {"192.167.0.1", ADDRESS_SCOPE_GLOBAL},
        {"223.255.255.255", ADDRESS_SCOPE_GLOBAL},
        {"2001:db8::1", ADDRESS_SCOPE_GLOBAL},
        {"::2", ADDRESS_SCOPE_GLOBAL},
        {"1::1", ADDRESS_SCOPE_GLOBAL},
        {"fec0::1", ADDRESS_SCOPE_GLOBAL},
        {"fe00::1", ADDRESS_SCOPE_GLOBAL},
        {"fbff::1", ADDRESS_SCOPE_GLOBAL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct address address = read_ip(cases[i].ip);
        if (address_scope(&address) != cases[i].scope)
            fail_msg("%s has scope %d", cases[i].ip, address_scope(&address));
    }
    const struct address none = {0};
    assert_int_equal(address_scope(&none), ADDRESS_SCOPE_UNSPECIFIED);
}

static void assert_prefix(const char *text, unsigned ipv4_bits, unsigned ipv6_bits, const char *expected) {
    const struct address address = read_address(text);
    const struct address prefix = address_prefix(&address, ipv4_bits, ipv6_bits);
    char written[ADDRESS_TEXT_MAX];
    assert_string_equal(address_text(&prefix, written), expected);
}

static void prefix_keeps_the_first_bits_and_no_port(void **state) {
    (void)state;
    assert_prefix("203.0.113.255:80", 24, 48, "203.0.113.0:0");
    assert_prefix("203.0.113.255:80", 32, 48, "203.0.113.255:0");
    assert_prefix("203.0.113.255:80", 28, 48, "203.0.113.240:0");
    assert_prefix("203.0.113.255:80", 1, 48, "128.0.0.0:0");
    assert_prefix("203.0.113.255:80", 0, 48, "0.0.0.0:0");
    assert_prefix("[2001:db8:1234:ffff:ffff::1]:80", 24, 48, "[2001:db8:1234::]:0");
    assert_prefix("[2001:db8:1234:ffff:ffff::1]:80", 24, 51, "[2001:db8:1234:e000::]:0");
    assert_prefix("[2001:db8:1234:ffff:ffff::1]:80", 24, 128, "[2001:db8:1234:ffff:ffff::1]:0");
}

static void neighbours_share_their_diversity_prefix(void **state) {
    (void)state;
    const struct address a = read_address("[2001:db8:1:aaaa::1]:80");
    const struct address b = read_address("[2001:db8:1:bbbb::2]:81");
    const struct address c = read_address("[2001:db8:2:aaaa::1]:80");
    const struct address prefix_a = address_diversity_prefix(&a);
    const struct address prefix_b = address_diversity_prefix(&b);
    const struct address prefix_c = address_diversity_prefix(&c);
    assert_true(address_equal(&prefix_a, &prefix_b));
    assert_false(address_equal(&prefix_a, &prefix_c));
}

static void listener_at_every_address_is_reached_on_the_loopback(void **state) {
    (void)state;
    static const char *const cases[][2] = {{"0.0.0.0:1", "127.0.0.1:1"},
                                           {"[::]:8782", "[::1]:8782"},
                                           {"203.0.113.5:2", "203.0.113.5:2"},
                                           {"127.0.0.2:3", "127.0.0.2:3"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct address at;
        char text[ADDRESS_TEXT_MAX];
        assert_true(address_read(span_of_text(cases[i][0]), &at));
        at = address_from_here(&at);
        assert_string_equal(address_text(&at, text), cases[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listener_at_every_address_is_reached_on_the_loopback),
        cmocka_unit_test(ipv6_is_written_as_rfc_5952_says),
        cmocka_unit_test(ipv4_in_ipv6_becomes_ipv4),
        cmocka_unit_test(text_that_is_no_ip_is_refused),
        cmocka_unit_test(port_follows_the_ip),
        cmocka_unit_test(text_that_is_no_address_is_refused),
        cmocka_unit_test(canonical_text_is_accepted_in_its_one_form),
        cmocka_unit_test(longest_address_fits_its_text),
        cmocka_unit_test(every_cut_of_an_address_is_read_inside_its_bytes),
        cmocka_unit_test(addresses_are_ordered_by_family_ip_and_port),
        cmocka_unit_test(every_network_has_its_scope),
        cmocka_unit_test(prefix_keeps_the_first_bits_and_no_port),
        cmocka_unit_test(neighbours_share_their_diversity_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
