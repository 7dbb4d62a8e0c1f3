/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/mesh/hearsay_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PLACES = 3 };

static struct node_id node(uint8_t number) {
    return (struct node_id){{number}};
}

/* Link `link` says so many links. */
static void hear(struct hearsay_table *table, uint32_t link, size_t count, int64_t now_ms) {
    struct view view = {.link_count = count};
    struct node_id from = node((uint8_t)link);
    for (size_t i = 0; i < count; i++) view.links[i] = (struct view_link){node((uint8_t)(100 + i)), LINK_PATH_LAN, 1};
    hearsay_table_put(table, link, &from, &view, now_ms);
}

/* How many links that link said; 0: it said nothing. */
static size_t heard(const struct hearsay_table *table, uint32_t link) {
    size_t count = 0, rows = 0;
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->rows[i].link != link) continue;
        count = table->rows[i].view.link_count;
        rows++;
        assert_int_equal(table->rows[i].from.bytes[0], link);
    }
    assert_true(rows <= 1);
    return count;
}

static void a_link_has_its_newest_view_until_it_ends(void **state) {
    (void)state;
    struct hearsay_table table;
    assert_true(hearsay_table_init(&table, PLACES));
    hear(&table, 7, 4, 1000);
    hear(&table, 9, 2, 1000);
    hear(&table, 7, 5, 2000);
    assert_int_equal(heard(&table, 7), 5);
    assert_int_equal(heard(&table, 9), 2);
    hearsay_table_forget(&table, 7);
    assert_int_equal(heard(&table, 7), 0);
    assert_int_equal(heard(&table, 9), 2);
    hearsay_table_deinit(&table);
}

static void an_empty_view_takes_back_what_was_said(void **state) {
    (void)state;
    struct hearsay_table table;
    assert_true(hearsay_table_init(&table, PLACES));
    hear(&table, 7, 4, 1000);
    hear(&table, 7, 0, 2000);
    assert_int_equal(heard(&table, 7), 0);
    assert_true(hearsay_table_deadline_ms(&table) == INT64_MAX);
    hearsay_table_deinit(&table);
}

static void a_view_is_kept_for_three_minutes(void **state) {
    (void)state;
    struct hearsay_table table;
    assert_true(hearsay_table_init(&table, PLACES));
    hear(&table, 7, 4, 1000);
    hear(&table, 9, 2, 5000);
    assert_true(hearsay_table_deadline_ms(&table) == 1000 + LIMIT_HEARSAY_KEPT_MS);
    hearsay_table_forget_old(&table, 1000 + LIMIT_HEARSAY_KEPT_MS - 1);
    assert_int_equal(heard(&table, 7), 4);
    hearsay_table_forget_old(&table, 1000 + LIMIT_HEARSAY_KEPT_MS);
    assert_int_equal(heard(&table, 7), 0);
    assert_int_equal(heard(&table, 9), 2);
    hearsay_table_deinit(&table);
}

static void in_a_full_table_the_oldest_goes(void **state) {
    (void)state;
    struct hearsay_table table;
    assert_true(hearsay_table_init(&table, PLACES));
    for (uint32_t link = 1; link <= PLACES; link++) hear(&table, link, link, 1000 + link);
    hear(&table, 1, 6, 2000);
    hear(&table, 50, 8, 2001);
    assert_int_equal(heard(&table, 50), 8);
    assert_int_equal(heard(&table, 2), 0);
    assert_int_equal(heard(&table, 1), 6);
    assert_int_equal(heard(&table, 3), 3);
    hearsay_table_clear(&table);
    for (uint32_t link = 1; link <= 50; link++) assert_int_equal(heard(&table, link), 0);
    hearsay_table_deinit(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_has_its_newest_view_until_it_ends),
        cmocka_unit_test(an_empty_view_takes_back_what_was_said),
        cmocka_unit_test(a_view_is_kept_for_three_minutes),
        cmocka_unit_test(in_a_full_table_the_oldest_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
