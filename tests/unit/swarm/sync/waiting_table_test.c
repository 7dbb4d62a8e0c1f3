/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/waiting_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CAPACITY = 8 };

static struct set_item item(uint8_t number) {
    return (struct set_item){100U + number, {{number}}};
}

static void add(struct waiting_table *table, uint8_t number, uint64_t session) {
    const struct set_item added = item(number);
    waiting_table_add(table, &added, session);
}

static bool tell(struct waiting_table *table, uint8_t number, uint64_t session) {
    const struct object_id id = item(number).id;
    return waiting_table_tell(table, &id, session);
}

static void what_a_session_did_not_tell_of_is_there(void **state) {
    (void)state;
    struct waiting_table table;
    assert_true(waiting_table_init(&table, CAPACITY, 1));
    add(&table, 3, 4);
    add(&table, 1, 4);
    add(&table, 2, 5); /* while session 5 was under way */
    add(&table, 1, 5); /* it is there */
    assert_int_equal(table.count, 3);
    const struct object_id second = item(2).id;
    assert_true(tell(&table, 3, 5));
    assert_false(tell(&table, 9, 5));
    assert_int_equal(waiting_table_confirm(&table, 5, 0), 1);
    assert_int_equal(table.count, 2);
    for (uint8_t i = 0; i < 2; i++) assert_int_equal(waiting_table_item(&table, i).id.bytes[0], 2 + i);
    assert_int_equal(waiting_table_confirm(&table, 6, 103), 1); /* 2 is older than what was compared */
    assert_int_equal(waiting_table_item(&table, 0).id.bytes[0], 2);
    waiting_table_remove(&table, &second);
    waiting_table_remove(&table, &second);
    assert_int_equal(table.count, 0);
    waiting_table_deinit(&table);
}

static void one_more_than_there_is_room_for_does_not_wait(void **state) {
    (void)state;
    struct waiting_table table;
    assert_true(waiting_table_init(&table, CAPACITY, 1));
    for (uint8_t i = 0; i <= CAPACITY; i++) add(&table, i, 1);
    assert_int_equal(table.count, CAPACITY);
    assert_false(tell(&table, CAPACITY, 2));
    waiting_table_deinit(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_session_did_not_tell_of_is_there),
        cmocka_unit_test(one_more_than_there_is_room_for_does_not_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
