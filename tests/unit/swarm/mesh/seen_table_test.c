/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/seen_table.h"

#include "lib/broadcast_rig.h"
#include "swarm/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CAPACITY = 8, NOW_MS = 1000000 };

static void add(struct seen_table *table, uint32_t number, int64_t now_ms) {
    const struct object_half id = broadcast_rig_half(number);
    seen_table_add(table, &id, now_ms);
}

static bool has(const struct seen_table *table, uint32_t number, int64_t now_ms) {
    const struct object_half id = broadcast_rig_half(number);
    return seen_table_has(table, &id, now_ms);
}

static void what_was_added_is_there_for_ten_minutes(void **state) {
    (void)state;
    struct seen_table table;
    assert_true(seen_table_init(&table, CAPACITY, LIMIT_SEEN_MS, 1));
    add(&table, 1, NOW_MS);
    assert_true(has(&table, 1, NOW_MS));
    assert_false(has(&table, 2, NOW_MS));
    assert_true(has(&table, 1, NOW_MS + LIMIT_SEEN_MS - 1));
    assert_false(has(&table, 1, NOW_MS + LIMIT_SEEN_MS));
    add(&table, 1, NOW_MS + LIMIT_SEEN_MS); /* and can be added again */
    assert_true(has(&table, 1, NOW_MS + LIMIT_SEEN_MS + 1));
    assert_int_equal(table.count, 1);
    seen_table_deinit(&table);
}

static void a_full_table_forgets_the_oldest(void **state) {
    (void)state;
    struct seen_table table;
    assert_true(seen_table_init(&table, CAPACITY, LIMIT_SEEN_MS, 1));
    for (uint32_t i = 0; i < 100; i++) {
        add(&table, i, NOW_MS + i);
        assert_in_range(table.count, 1, CAPACITY);
        for (uint32_t k = 0; k <= i; k++) assert_true(has(&table, k, NOW_MS + i) == (k + CAPACITY > i));
    }
    seen_table_deinit(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_there_for_ten_minutes),
        cmocka_unit_test(a_full_table_forgets_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
