/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/dial_policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW 1000000LL

static struct address address_of(const char *text) {
    struct address address;
    assert_true(address_read(span_of_text(text), &address));
    return address;
}

static bool allows(const struct dial_policy *policy, const char *text, bool is_operators) {
    struct address address = address_of(text);
    return dial_policy_allows(policy, &address, is_operators);
}

static void dial(struct dial_policy *policy, const char *text, int64_t now_ms) {
    struct address address = address_of(text);
    assert_true(dial_policy_charge(policy, &address, now_ms));
}

static int64_t wait_ms(const struct dial_policy *policy, const char *text, int64_t now_ms) {
    struct address address = address_of(text);
    return dial_policy_next_ms(policy, &address, now_ms) - now_ms;
}

static void some_addresses_are_never_dialled(void **state) {
    (void)state;
    const struct dial_policy policy = {.allows_loopback = true};
    const char *const never[] = {"0.0.0.0:8782",         "[::]:8782",        "224.0.0.1:8782", "[ff02::1]:8782",
                                 "255.255.255.255:8782", "169.254.1.1:8782", "[fe80::1]:8782", "203.0.113.5:0"};
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        assert_false(allows(&policy, never[i], false));
        assert_false(allows(&policy, never[i], true));
    }
}

static void public_addresses_are_dialled(void **state) {
    (void)state;
    const struct dial_policy policy = {0};
    assert_true(allows(&policy, "203.0.113.5:8782", false));
    assert_true(allows(&policy, "[2001:db8::5]:8782", false));
    assert_true(allows(&policy, "198.18.0.1:8782", false));
}

static void loopback_is_for_those_on_it(void **state) {
    (void)state;
    const struct dial_policy elsewhere = {0};
    const struct dial_policy on_it = {.allows_loopback = true};
    const char *const loopbacks[] = {"127.0.0.1:8782", "127.9.9.9:1", "[::1]:8782"};
    for (size_t i = 0; i < 3; i++) {
        assert_false(allows(&elsewhere, loopbacks[i], false));
        assert_true(allows(&elsewhere, loopbacks[i], true));
        assert_true(allows(&on_it, loopbacks[i], false));
    }
}

static void private_addresses_are_for_neighbours(void **state) {
    (void)state;
    struct dial_policy policy = {.interface_count = 2};
    policy.interfaces[0] = address_of("192.168.7.1:1");
    policy.interfaces[1] = address_of("[fd00:1:2:3::1]:1");
    assert_true(allows(&policy, "192.168.200.9:8782", false));
    assert_false(allows(&policy, "10.0.0.1:8782", false));
    assert_false(allows(&policy, "172.16.0.1:8782", false));
    assert_false(allows(&policy, "100.64.0.1:8782", false));
    assert_true(allows(&policy, "[fd00:1:2:ffff::9]:8782", false));
    assert_false(allows(&policy, "[fd00:1:3::9]:8782", false));
    assert_true(allows(&policy, "10.0.0.1:8782", true));
}

static void we_do_not_dial_ourselves(void **state) {
    (void)state;
    struct dial_policy policy = {.own_count = 1};
    policy.own[0] = address_of("203.0.113.5:8782");
    assert_false(allows(&policy, "203.0.113.5:8782", false));
    assert_false(allows(&policy, "203.0.113.5:8782", true));
    assert_true(allows(&policy, "203.0.113.5:8783", false));
}

static void one_address_has_one_dial_in_ten_seconds(void **state) {
    (void)state;
    struct dial_policy policy = {0};
    assert_int_equal(wait_ms(&policy, "203.0.113.5:1", NOW), 0);
    dial(&policy, "203.0.113.5:1", NOW);
    assert_int_equal(wait_ms(&policy, "203.0.113.5:1", NOW + 1), LIMIT_DIAL_SAME_ADDRESS_MS - 1);
    assert_int_equal(wait_ms(&policy, "203.0.113.5:2", NOW + 1), 0);
    assert_int_equal(wait_ms(&policy, "203.0.113.5:1", NOW + LIMIT_DIAL_SAME_ADDRESS_MS), 0);
}

static void one_public_ip_has_six_a_minute_over_all_ports(void **state) {
    (void)state;
    struct dial_policy policy = {0};
    const char *const ports[] = {"203.0.113.5:1", "203.0.113.5:2", "203.0.113.5:3",
                                 "203.0.113.5:4", "203.0.113.5:5", "203.0.113.5:6"};
    for (int i = 0; i < 6; i++) {
        assert_int_equal(wait_ms(&policy, ports[i], NOW + i), 0);
        dial(&policy, ports[i], NOW + i);
    }
    assert_int_equal(wait_ms(&policy, "203.0.113.5:7", NOW + 6), 60000 - 6);
    assert_int_equal(wait_ms(&policy, "203.0.113.6:7", NOW + 6), 0);
    assert_int_equal(wait_ms(&policy, "203.0.113.5:7", NOW + 60000), 0);
}

static void a_private_ip_may_hold_many_nodes(void **state) {
    (void)state;
    struct dial_policy policy = {0};
    for (uint16_t port = 1; port <= 50; port++) {
        struct address address = address_of("127.0.0.1:1");
        address.port = port;
        assert_true(dial_policy_next_ms(&policy, &address, NOW) == NOW);
        assert_true(dial_policy_charge(&policy, &address, NOW));
    }
    assert_int_equal(wait_ms(&policy, "127.0.0.1:1", NOW), LIMIT_DIAL_SAME_ADDRESS_MS);
}

static void a_full_ledger_refuses_until_a_row_is_a_minute_old(void **state) {
    (void)state;
    struct dial_policy policy = {0};
    struct address address = {.family = ADDRESS_IPV4, .port = 1, .ip = {203}};
    for (uint32_t i = 0; i < LIMIT_DIAL_LEDGER_ROWS; i++) {
        address.ip[2] = (uint8_t)(i >> 8);
        address.ip[3] = (uint8_t)i;
        assert_true(dial_policy_charge(&policy, &address, NOW + (i > 0)));
    }
    address.ip[1] = 1;
    assert_false(dial_policy_charge(&policy, &address, NOW + 59999));
    assert_true(dial_policy_charge(&policy, &address, NOW + 60000));
    assert_false(dial_policy_charge(&policy, &address, NOW + 60000));
    assert_int_equal(policy.record_count, LIMIT_DIAL_LEDGER_ROWS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_addresses_are_never_dialled),
        cmocka_unit_test(public_addresses_are_dialled),
        cmocka_unit_test(loopback_is_for_those_on_it),
        cmocka_unit_test(private_addresses_are_for_neighbours),
        cmocka_unit_test(we_do_not_dial_ourselves),
        cmocka_unit_test(one_address_has_one_dial_in_ten_seconds),
        cmocka_unit_test(one_public_ip_has_six_a_minute_over_all_ports),
        cmocka_unit_test(a_private_ip_may_hold_many_nodes),
        cmocka_unit_test(a_full_ledger_refuses_until_a_row_is_a_minute_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
