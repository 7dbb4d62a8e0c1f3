/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW_MS 1000000LL
static const struct pace_limit LIMIT = {.interval_ms = 100, .burst = 4};

static int taken(struct pace *pace, int64_t now_ms) {
    int count = 0;
    while (count < 1000 && pace_take(pace, &LIMIT, now_ms)) count++;
    return count;
}

static void a_burst_at_once_and_then_one_in_an_interval(void **state) {
    (void)state;
    struct pace pace = {0};
    assert_int_equal(taken(&pace, NOW_MS), 4);
    assert_int_equal(taken(&pace, NOW_MS + 99), 0);
    assert_int_equal(taken(&pace, NOW_MS + 100), 1);
    assert_int_equal(taken(&pace, NOW_MS + 350), 2);
}

static void rest_fills_it_and_no_more(void **state) {
    (void)state;
    struct pace pace = {0};
    assert_int_equal(taken(&pace, NOW_MS), 4);
    assert_int_equal(taken(&pace, NOW_MS + 86400000), 4);
}

static void asking_costs_nothing(void **state) {
    (void)state;
    struct pace pace = {0};
    for (int i = 0; i < 100; i++) assert_true(pace_allows(&pace, &LIMIT, NOW_MS));
    assert_int_equal(taken(&pace, NOW_MS), 4);
    assert_false(pace_allows(&pace, &LIMIT, NOW_MS));
}

static void in_the_long_run_the_interval_decides(void **state) {
    (void)state;
    struct pace pace = {0};
    int count = 0;
    for (int64_t ms = 0; ms < 60000; ms++) count += pace_take(&pace, &LIMIT, NOW_MS + ms);
    assert_in_range(count, 600, 604);
}

static void what_is_owed_is_waited_for_beyond_a_burst(void **state) {
    (void)state;
    struct pace pace = {0};
    pace_owe(&pace, &LIMIT, 10, NOW_MS);
    assert_int_equal(taken(&pace, NOW_MS + 699), 0);
    assert_int_equal(taken(&pace, NOW_MS + 700), 1);
    pace_owe(&pace, &LIMIT, 0, NOW_MS + 86400000);
    assert_int_equal(taken(&pace, NOW_MS + 86400000), 4);
}

static void what_counts_for_many_waits_for_all_of_them(void **state) {
    (void)state;
    struct pace pace = {0};
    assert_true(pace_take_many(&pace, &LIMIT, 3, NOW_MS));
    assert_false(pace_take_many(&pace, &LIMIT, 2, NOW_MS));
    assert_false(pace_take_many(&pace, &LIMIT, 2, NOW_MS + 99)); /* a refusal costs nothing */
    assert_true(pace_take_many(&pace, &LIMIT, 2, NOW_MS + 100));
    assert_false(pace_take_many(&pace, &LIMIT, 5, NOW_MS + 86400000)); /* more than a burst */
    assert_true(pace_take_many(&pace, &LIMIT, 4, NOW_MS + 86400000));
    assert_int_equal(taken(&pace, NOW_MS + 86400000), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_at_once_and_then_one_in_an_interval),
        cmocka_unit_test(rest_fills_it_and_no_more),
        cmocka_unit_test(asking_costs_nothing),
        cmocka_unit_test(what_is_owed_is_waited_for_beyond_a_burst),
        cmocka_unit_test(what_counts_for_many_waits_for_all_of_them),
        cmocka_unit_test(in_the_long_run_the_interval_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
