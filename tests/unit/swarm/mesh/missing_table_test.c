/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/missing_table.h"

#include "lib/broadcast_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CAPACITY = 256, NOW_MS = 1000000 };

static struct missing_table made(void) {
    struct missing_table table;
    assert_true(missing_table_init(&table, CAPACITY, 1));
    return table;
}

static void note(struct missing_table *table, uint32_t number, size_t link) {
    const struct object_half id = broadcast_rig_half(number);
    missing_table_note(table, &id, link, NOW_MS);
}

static struct missing_row *find(const struct missing_table *table, uint32_t number) {
    const struct object_half id = broadcast_rig_half(number);
    return missing_table_find(table, &id);
}

static size_t count(const struct missing_table *table) {
    size_t used = 0;
    for (size_t i = 0; i < table->capacity; i++) used += table->rows[i].in_use;
    return used;
}

static void announcers_stand_in_order_and_once(void **state) {
    (void)state;
    struct missing_table table = made();
    note(&table, 1, 5);
    note(&table, 1, 3);
    note(&table, 1, 5);
    const struct missing_row *row = find(&table, 1);
    assert_int_equal(row->announcer_count, 2);
    assert_int_equal(row->announcers[0], 5);
    assert_int_equal(row->announcers[1], 3);
    assert_int_equal(row->ask_at_ms, NOW_MS + LIMIT_GRAFT_FIRST_MS);
    assert_int_equal(table.next_ms, row->ask_at_ms);
    for (size_t link = 10; link < 30; link++) note(&table, 1, link);
    assert_int_equal(find(&table, 1)->announcer_count, LIMIT_ANNOUNCERS_MAX);
    missing_table_deinit(&table);
}

static void a_link_begins_no_more_rows_than_its_share(void **state) {
    (void)state;
    struct missing_table table = made();
    for (uint32_t i = 0; i < 10000; i++) note(&table, i, 0);
    assert_int_equal(count(&table), LIMIT_MISSING_PER_LINK);
    note(&table, 20000, 1); /* others have theirs */
    assert_non_null(find(&table, 20000));
    note(&table, 20000, 0); /* and it may say that it has those too */
    assert_int_equal(find(&table, 20000)->announcer_count, 2);
    missing_table_drop(&table, find(&table, 0));
    note(&table, 30000, 0);
    assert_non_null(find(&table, 30000));
    missing_table_deinit(&table);
}

static void a_full_table_takes_no_more(void **state) {
    (void)state;
    struct missing_table table = made();
    for (uint32_t i = 0; i < 10000; i++) note(&table, i, i % LIMIT_LINKS_MAX);
    assert_int_equal(count(&table), CAPACITY);
    assert_null(find(&table, 9999));
    missing_table_clear(&table);
    assert_int_equal(count(&table), 0);
    assert_true(table.next_ms == INT64_MAX);
    for (size_t link = 0; link < LIMIT_LINKS_MAX; link++) assert_int_equal(table.begun[link], 0);
    note(&table, 9999, 1);
    assert_non_null(find(&table, 9999));
    missing_table_deinit(&table);
}

static void a_link_that_goes_takes_its_word_with_it(void **state) {
    (void)state;
    struct missing_table table = made();
    note(&table, 1, 5);
    note(&table, 2, 5);
    note(&table, 2, 6);
    find(&table, 2)->asked = 5;
    find(&table, 2)->announcer_count = 1;
    find(&table, 2)->announcers[0] = 6;
    missing_table_forget_link(&table, 5, NOW_MS + 10);
    assert_null(find(&table, 1)); /* nobody else has it */
    const struct missing_row *row = find(&table, 2);
    assert_int_equal(row->asked, MISSING_NOBODY);
    assert_int_equal(row->ask_at_ms, NOW_MS + 10); /* the next one is asked at once */
    assert_int_equal(table.next_ms, NOW_MS + 10);
    assert_int_equal(table.begun[5], 0);
    missing_table_drop(&table, find(&table, 2)); /* it is of nobody's share any more */
    assert_int_equal(table.begun[5], 0);
    missing_table_deinit(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(announcers_stand_in_order_and_once),
        cmocka_unit_test(a_link_begins_no_more_rows_than_its_share),
        cmocka_unit_test(a_full_table_takes_no_more),
        cmocka_unit_test(a_link_that_goes_takes_its_word_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
