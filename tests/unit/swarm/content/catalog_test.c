/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct object_id id_of(uint32_t number) {
    struct object_id id = {{0}};
    memcpy(id.bytes, &number, sizeof number);
    return id;
}

static struct catalog catalog_of(size_t capacity) {
    struct catalog catalog;
    assert_true(catalog_init(&catalog, capacity, 1));
    return catalog;
}

static struct file_row *put(struct catalog *catalog, uint32_t number, enum file_state state) {
    const struct object_id id = id_of(number);
    struct file_row *row = catalog_put(catalog, &id);
    if (row != NULL) row->state = state;
    return row;
}

static bool knows(const struct catalog *catalog, uint32_t number) {
    const struct object_id id = id_of(number);
    return catalog_find(catalog, &id) != NULL;
}

static void the_oldest_that_is_only_known_makes_room(void **state) {
    (void)state;
    struct catalog catalog = catalog_of(4);
    put(&catalog, 1, FILE_HELD);
    put(&catalog, 2, FILE_KNOWN);
    put(&catalog, 3, FILE_WANTED);
    put(&catalog, 4, FILE_KNOWN);
    assert_non_null(put(&catalog, 5, FILE_KNOWN));
    assert_false(knows(&catalog, 2));
    assert_non_null(put(&catalog, 6, FILE_HELD));
    assert_false(knows(&catalog, 4));
    assert_true(knows(&catalog, 1) && knows(&catalog, 3) && knows(&catalog, 5));
    catalog_deinit(&catalog);
}

static void what_is_held_or_wanted_never_makes_room(void **state) {
    (void)state;
    struct catalog catalog = catalog_of(3);
    for (uint32_t number = 1; number <= 3; number++) put(&catalog, number, number == 2 ? FILE_WANTED : FILE_HELD);
    assert_null(put(&catalog, 4, FILE_HELD));
    const struct object_id id = id_of(2);
    catalog_remove(&catalog, catalog_find(&catalog, &id));
    assert_non_null(put(&catalog, 4, FILE_HELD));
    catalog_deinit(&catalog);
}

static void the_rarest_of_those_that_wait_is_next(void **state) {
    (void)state;
    struct catalog catalog = catalog_of(8);
    for (uint32_t number = 1; number <= 4; number++) catalog_wait(&catalog, put(&catalog, number, FILE_WANTED));
    const uint32_t order[] = {3, 2, 1, 4};
    for (size_t link = 0; link < 3; link++) file_row_set_holder(&catalog.rows[0], link, true); /* 1: three */
    for (size_t link = 0; link < 2; link++) file_row_set_holder(&catalog.rows[1], link, true); /* 2: two */
    file_row_set_holder(&catalog.rows[2], 70, true);                                           /* 3: one; 4: nobody */
    for (size_t i = 0; i < 4; i++) {
        const struct file_row *row = catalog_take_rarest(&catalog);
        const struct object_id id = id_of(order[i]);
        assert_true(object_id_equal(&row->id, &id));
    }
    assert_null(catalog_take_rarest(&catalog));
    catalog_deinit(&catalog);
}

static void those_that_wait_may_leave_from_anywhere(void **state) {
    (void)state;
    for (uint32_t left = 1; left <= 3; left++) {
        struct catalog catalog = catalog_of(8);
        for (uint32_t number = 1; number <= 3; number++) catalog_wait(&catalog, put(&catalog, number, FILE_WANTED));
        catalog_stop_waiting(&catalog, &catalog.rows[left - 1]);
        catalog_wait(&catalog, put(&catalog, 4, FILE_WANTED));
        size_t count = 0;
        for (const struct file_row *row = catalog_take_rarest(&catalog); row != NULL; count++) {
            const struct object_id gone = id_of(left);
            assert_false(object_id_equal(&row->id, &gone));
            row = catalog_take_rarest(&catalog);
        }
        assert_int_equal(count, 3);
        catalog_deinit(&catalog);
    }
}

static void a_link_that_ends_holds_nothing(void **state) {
    (void)state;
    struct catalog catalog = catalog_of(4);
    struct file_row *row = put(&catalog, 1, FILE_KNOWN);
    file_row_set_holder(row, 5, true);
    file_row_set_holder(row, 255, true);
    assert_int_equal(file_row_count_holders(row), 2);
    catalog_forget_link(&catalog, 5);
    assert_false(file_row_is_held_by(row, 5));
    assert_true(file_row_is_held_by(row, 255));
    catalog_deinit(&catalog);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_that_is_only_known_makes_room),
        cmocka_unit_test(what_is_held_or_wanted_never_makes_room),
        cmocka_unit_test(the_rarest_of_those_that_wait_is_next),
        cmocka_unit_test(those_that_wait_may_leave_from_anywhere),
        cmocka_unit_test(a_link_that_ends_holds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
