/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/record_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct set_item item(uint64_t timestamp, uint8_t number) {
    return (struct set_item){timestamp, {{number}}};
}

static bool add(struct record_set *set, uint64_t timestamp, uint8_t number) {
    const struct set_item added = item(timestamp, number);
    return record_set_add(set, &added);
}

static void a_full_set_loses_its_oldest_time_as_a_whole(void **state) {
    (void)state;
    struct record_set set;
    assert_true(record_set_init(&set, 4));
    assert_true(add(&set, 10, 1) && add(&set, 10, 2) && add(&set, 20, 3) && add(&set, 30, 4));
    assert_false(add(&set, 30, 4));
    assert_int_equal(set.floor, 0);
    assert_true(add(&set, 40, 5));
    assert_int_equal(set.floor, 11);
    assert_int_equal(record_set_size(&set), 3);
    assert_false(add(&set, 10, 6)); /* below the floor, although there is room */
    assert_true(add(&set, 11, 7));
    assert_false(add(&set, 5, 8));
    const struct set_item there = item(20, 3);
    assert_true(record_set_has(&set, &there) && record_set_remove(&set, &there) && !record_set_has(&set, &there));
    record_set_deinit(&set);
}

static void what_is_older_than_all_of_a_full_set_raises_nothing_but_the_floor(void **state) {
    (void)state;
    struct record_set set;
    assert_true(record_set_init(&set, 2));
    assert_true(add(&set, 10, 1) && add(&set, 10, 2));
    assert_false(add(&set, 10, 3));
    assert_int_equal(record_set_size(&set), 0);
    assert_true(add(&set, 11, 4));
    record_set_deinit(&set);
}

static void a_range_is_the_part_from_its_time_on(void **state) {
    (void)state;
    struct record_set set;
    assert_true(record_set_init(&set, 2000));
    for (uint64_t i = 0; i < 1500; i++) {
        const struct set_item added = {i / 2, {{(uint8_t)i, (uint8_t)(i >> 8)}}};
        assert_true(record_set_add(&set, &added));
    }
    struct record_range all = {&set, 0}, part = {&set, 500};
    const struct ordered_set whole = record_range_view(&all), from = record_range_view(&part);
    assert_int_equal(ordered_set_size(&whole), 1500);
    assert_int_equal(ordered_set_size(&from), 500);
    for (size_t i = 0; i < 500; i++) {
        const struct set_item a = ordered_set_item(&whole, 1000 + i), b = ordered_set_item(&from, i);
        assert_int_equal(set_item_compare(&a, &b), 0);
        assert_int_equal(ordered_set_lower_bound(&from, &a), i);
    }
    const struct set_item before = item(3, 0);
    assert_int_equal(ordered_set_lower_bound(&from, &before), 0);
    const struct fingerprint a = ordered_set_fingerprint(&whole, 1100, 1300),
                             b = ordered_set_fingerprint(&from, 100, 300);
    assert_true(fingerprint_equal(&a, &b));
    record_set_deinit(&set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_set_loses_its_oldest_time_as_a_whole),
        cmocka_unit_test(what_is_older_than_all_of_a_full_set_raises_nothing_but_the_floor),
        cmocka_unit_test(a_range_is_the_part_from_its_time_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
