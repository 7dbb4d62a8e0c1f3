/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/author_table.h"

#include "swarm/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CAPACITY = 8, NOW_MS = 1000000 };

static struct record_author author(uint32_t number, bool is_user) {
    struct record_author made = {.is_user = is_user};
    for (size_t i = 0; i < 4; i++) made.key.bytes[i] = (uint8_t)(number >> 8 * i);
    return made;
}

static size_t takes(struct author_table *table, uint32_t number, int64_t now_ms) {
    const struct record_author who = author(number, false);
    size_t count = 0;
    while (count < 1000 && author_table_take(table, &who, now_ms)) count++;
    return count;
}

static bool knows(const struct author_table *table, uint32_t number) {
    const struct record_author who = author(number, false);
    return author_table_knows(table, &who);
}

static void an_author_says_thirty_at_once_and_ten_a_minute(void **state) {
    (void)state;
    struct author_table table;
    assert_true(author_table_init(&table, CAPACITY, 1));
    assert_int_equal(takes(&table, 1, NOW_MS), 30);
    assert_int_equal(takes(&table, 2, NOW_MS), 30); /* another is another */
    assert_int_equal(takes(&table, 1, NOW_MS + 60000), 10);
    assert_int_equal(takes(&table, 1, NOW_MS + 60000 + 180000), 30);
    author_table_deinit(&table);
}

static void a_user_and_a_node_of_one_key_are_two(void **state) {
    (void)state;
    struct author_table table;
    const struct record_author user = author(1, true);
    assert_true(author_table_init(&table, CAPACITY, 1));
    assert_int_equal(takes(&table, 1, NOW_MS), 30);
    assert_false(author_table_knows(&table, &user));
    assert_true(author_table_take(&table, &user, NOW_MS));
    author_table_deinit(&table);
}

static void a_full_table_forgets_who_was_heard_longest_ago(void **state) {
    (void)state;
    struct author_table table;
    assert_true(author_table_init(&table, CAPACITY, 1));
    for (uint32_t i = 0; i < CAPACITY; i++) (void)takes(&table, i, NOW_MS + i);
    (void)takes(&table, 0, NOW_MS + 100); /* heard again, though it was one too many */
    for (uint32_t i = 0; i < 3; i++) (void)takes(&table, 100 + i, NOW_MS + 200 + i);
    assert_int_equal(table.count, CAPACITY);
    for (uint32_t i = 0; i < CAPACITY; i++) assert_true(knows(&table, i) == (i == 0 || i > 3));
    assert_int_equal(takes(&table, 0, NOW_MS + 300), 0);
    author_table_deinit(&table);
}

static void a_crowd_of_authors_never_overflows_it(void **state) {
    (void)state;
    struct author_table table;
    assert_true(author_table_init(&table, CAPACITY, 1));
    for (uint32_t i = 0; i < 10000; i++) {
        const struct record_author who = author(i * 7919 % 1000, false);
        (void)author_table_take(&table, &who, NOW_MS + i);
        assert_in_range(table.count, 1, CAPACITY);
        assert_true(author_table_knows(&table, &who));
    }
    author_table_deinit(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_author_says_thirty_at_once_and_ten_a_minute),
        cmocka_unit_test(a_user_and_a_node_of_one_key_are_two),
        cmocka_unit_test(a_full_table_forgets_who_was_heard_longest_ago),
        cmocka_unit_test(a_crowd_of_authors_never_overflows_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
