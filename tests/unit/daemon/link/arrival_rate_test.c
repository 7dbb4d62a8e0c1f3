/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/arrival_rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { START_MS = 1000000 };

static struct address at(const char *text) {
    struct address address;
    assert_true(address_read((struct span){(const uint8_t *)text, strlen(text)}, &address));
    return address;
}

static size_t passing(struct arrival_rate *rate, const char *text, int64_t now_ms) {
    const struct address remote = at(text);
    size_t count = 0;
    while (count < 5000 && arrival_rate_take(rate, &remote, now_ms)) count++;
    return count;
}

static void address_has_a_burst_and_then_a_rate(void **state) {
    (void)state;
    static struct arrival_rate rate;
    assert_int_equal(passing(&rate, "203.0.113.5:1000", START_MS), 60);
    assert_int_equal(passing(&rate, "203.0.113.5:1001", START_MS + 99), 0); /* another port is no other address */
    assert_int_equal(passing(&rate, "203.0.113.5:1000", START_MS + 100), 1);
    assert_int_equal(passing(&rate, "203.0.113.5:1000", START_MS + 1100), 10);
    assert_int_equal(passing(&rate, "203.0.113.6:1000", START_MS + 1100), 60);
    assert_int_equal(passing(&rate, "203.0.113.5:1000", START_MS + 60000), 60);
}

static void an_ipv6_network_is_one(void **state) {
    (void)state;
    static struct arrival_rate rate;
    assert_int_equal(passing(&rate, "[2001:db8:0:1::1]:1", START_MS), 60);
    assert_int_equal(passing(&rate, "[2001:db8:0:1:ffff::2]:1", START_MS), 0);
    assert_int_equal(passing(&rate, "[2001:db8:0:2::1]:1", START_MS), 60);
}

static void own_machine_may_connect_faster(void **state) {
    (void)state;
    static struct arrival_rate rate;
    assert_int_equal(passing(&rate, "127.0.0.1:1", START_MS), 1000);
    assert_int_equal(passing(&rate, "127.0.0.1:1", START_MS + 1000), 200);
    assert_int_equal(passing(&rate, "[::1]:1", START_MS), 1000);
}

static void clock_that_goes_back_gives_nothing(void **state) {
    (void)state;
    static struct arrival_rate rate;
    assert_int_equal(passing(&rate, "203.0.113.5:1", START_MS), 60);
    assert_int_equal(passing(&rate, "203.0.113.5:1", START_MS - 5000), 0);
}

/* Many addresses that come once do not let the one go that comes all the time. */
static void full_table_forgets_whoever_owes_least(void **state) {
    (void)state;
    static struct arrival_rate rate;
    assert_int_equal(passing(&rate, "203.0.113.5:1", START_MS), 60);
    for (uint32_t i = 0; i < 5 * ARRIVAL_ROWS; i++) {
        struct address other = {.family = ADDRESS_IPV4, .ip = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
        assert_true(arrival_rate_take(&rate, &other, START_MS));
    }
    assert_int_equal(passing(&rate, "203.0.113.5:1", START_MS), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_has_a_burst_and_then_a_rate),   cmocka_unit_test(an_ipv6_network_is_one),
        cmocka_unit_test(own_machine_may_connect_faster),        cmocka_unit_test(clock_that_goes_back_gives_nothing),
        cmocka_unit_test(full_table_forgets_whoever_owes_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
