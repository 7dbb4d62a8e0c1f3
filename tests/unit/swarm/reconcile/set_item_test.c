/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reconcile/set_item.h"

#include "lib/reconcile_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_place_between_two_times_is_a_time(void **state) {
    (void)state;
    const struct set_item a = {5, {{9, 9}}}, b = {7, {{1, 2, 3}}};
    const struct set_item place = set_item_between(&a, &b), expected = {.timestamp = 7};
    assert_int_equal(set_item_compare(&place, &expected), 0);
}

static void the_place_between_two_of_one_time_is_what_tells_them_apart(void **state) {
    (void)state;
    const struct set_item a = {7, {{1, 2, 3, 4}}}, b = {7, {{1, 2, 9, 4}}};
    const struct set_item place = set_item_between(&a, &b), expected = {7, {{1, 2, 9}}};
    assert_int_equal(set_item_compare(&place, &expected), 0);
    struct set_item last = a;
    last.id.bytes[31] = 1;
    const struct set_item whole = set_item_between(&a, &last);
    assert_int_equal(set_item_compare(&whole, &last), 0);
}

static void a_place_is_behind_the_one_and_not_behind_the_other(void **state) {
    (void)state;
    struct prng prng = prng_seeded(2);
    for (int i = 0; i < 10000; i++) {
        struct set_item a = item_random(&prng, 3), b = item_random(&prng, 3);
        const uint32_t same = prng_below(&prng, 32);
        memcpy(b.id.bytes, a.id.bytes, same);
        const int order = set_item_compare(&a, &b);
        if (order == 0) continue;
        const struct set_item *low = order < 0 ? &a : &b, *high = order < 0 ? &b : &a;
        const struct set_item place = set_item_between(low, high);
        assert_true(set_item_compare(low, &place) < 0);
        assert_true(set_item_compare(&place, high) <= 0);
        assert_true(set_item_compare(high, &SET_ITEM_INFINITY) < 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_place_between_two_times_is_a_time),
        cmocka_unit_test(the_place_between_two_of_one_time_is_what_tells_them_apart),
        cmocka_unit_test(a_place_is_behind_the_one_and_not_behind_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
