/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/link_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CAPACITY = 4 };

static int make(void **state) {
    struct link_table *table = calloc(1, sizeof *table);
    *state = table;
    return table != NULL && link_table_init(table, CAPACITY) ? 0 : 1;
}

static int unmake(void **state) {
    link_table_deinit(*state);
    free(*state);
    return 0;
}

/* As the session does it. */
static void close_row(struct link_table *table, uint32_t id, int64_t at_ms) {
    struct link_row *row = link_table_find(table, id);
    assert_non_null(row);
    row->state = LINK_STATE_CLOSED;
    row->since_ms = at_ms;
    table->count--;
}

static void states_follow_the_drawing(void **state) {
    (void)state;
    const bool may[5][5] = {
        /* dialing handshaking open closing closed */
        {false, true, false, true, true},   {false, false, true, true, true},    {false, false, false, true, true},
        {false, false, false, false, true}, {false, false, false, false, false},
    };
    for (int from = 0; from < 5; from++) {
        for (int to = 0; to < 5; to++) {
            assert_int_equal(link_state_may_follow((enum link_state)from, (enum link_state)to), may[from][to]);
        }
    }
    assert_string_equal(link_state_name(LINK_STATE_HANDSHAKING), "handshaking");
    assert_string_equal(link_state_name(LINK_STATE_CLOSED), "closed");
}

static void a_row_is_found_by_its_id_until_closed(void **state) {
    struct link_table *table = *state;
    struct link_row *row = link_table_add(table, 7);
    assert_ptr_equal(link_table_find(table, 7), row);
    assert_null(link_table_find(table, 8));
    assert_int_equal(row->in_rate, -1);
    close_row(table, 7, 100);
    assert_null(link_table_find(table, 7));
    assert_int_equal(table->count, 0);
}

static void when_full_the_row_closed_longest_ago_goes(void **state) {
    struct link_table *table = *state;
    for (uint32_t id = 1; id <= CAPACITY; id++) assert_non_null(link_table_add(table, id));
    assert_false(link_table_has_room(table));
    assert_null(link_table_add(table, 9));
    close_row(table, 2, 200);
    close_row(table, 3, 100);
    assert_true(link_table_has_room(table));
    struct link_row *third = &table->rows[2];
    assert_ptr_equal(link_table_add(table, 10), third);
    assert_non_null(link_table_add(table, 11));
    assert_null(link_table_add(table, 12));
    assert_int_equal(table->count, CAPACITY);
}

static void a_thousand_links_need_no_more_than_its_rows(void **state) {
    struct link_table *table = *state;
    for (uint32_t id = 1; id <= 1000; id++) {
        assert_non_null(link_table_add(table, id));
        close_row(table, id, id);
    }
    assert_int_equal(table->count, 0);
    for (size_t i = 0; i < CAPACITY; i++) assert_true(table->rows[i].id > 1000 - CAPACITY);
}

static void peers_are_found_by_their_state(void **state) {
    struct link_table *table = *state;
    struct node_id peer = {{1}}, other = {{2}};
    struct link_row *row = link_table_add(table, 1);
    row->state = LINK_STATE_DIALING;
    row->node_id = peer;
    assert_false(link_table_has_peer(table, &peer)); /* whose link it is is not known yet */
    row->has_peer = true;
    assert_true(link_table_has_peer(table, &peer));
    assert_false(link_table_has_peer(table, &other));
    assert_ptr_equal(link_table_find_peer(table, &peer, LINK_STATE_DIALING), row);
    assert_null(link_table_find_peer(table, &peer, LINK_STATE_OPEN));
    assert_int_equal(link_table_count_state(table, LINK_STATE_DIALING), 1);
    close_row(table, 1, 1);
    assert_false(link_table_has_peer(table, &peer));
    assert_int_equal(link_table_count_state(table, LINK_STATE_CLOSED), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(states_follow_the_drawing, make, unmake),
        cmocka_unit_test_setup_teardown(a_row_is_found_by_its_id_until_closed, make, unmake),
        cmocka_unit_test_setup_teardown(when_full_the_row_closed_longest_ago_goes, make, unmake),
        cmocka_unit_test_setup_teardown(a_thousand_links_need_no_more_than_its_rows, make, unmake),
        cmocka_unit_test_setup_teardown(peers_are_found_by_their_state, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
