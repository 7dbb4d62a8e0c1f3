/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/sync/sync_session.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct object_id id_of(uint32_t number) {
    struct object_id id = {{0}};
    memcpy(id.bytes, &number, sizeof number);
    return id;
}

static bool have(struct sync_session *session, uint32_t number) {
    const struct set_item item = {number, id_of(number)};
    return sync_session_put_have(session, &item);
}

/* An id whose list begins at that time; gives what was left out, 0 = nothing. */
static uint32_t need(struct sync_session *session, uint32_t from, uint32_t number) {
    struct object_id left_out;
    uint32_t out = 0;
    const struct sync_need wanted = {{.timestamp = from}, id_of(number)};
    if (sync_session_put_need(session, &wanted, &left_out)) memcpy(&out, left_out.bytes, sizeof out);
    return out;
}

static void the_oldest_that_we_have_stay_in_their_order(void **state) {
    (void)state;
    struct sync_session *session = memory_zeroed(1, sizeof *session);
    for (uint32_t i = 0; i < LIMIT_SYNC_MOVED; i++) assert_true(have(session, 10 * (LIMIT_SYNC_MOVED - i)));
    assert_true(have(session, 50)); /* told twice */
    assert_false(session->is_cut);
    assert_false(have(session, 10 * LIMIT_SYNC_MOVED + 1));
    assert_true(session->is_cut);
    assert_true(have(session, 15));
    assert_int_equal(session->have_count, LIMIT_SYNC_MOVED);
    for (uint32_t i = 1; i < LIMIT_SYNC_MOVED; i++)
        assert_true(session->haves[i - 1].timestamp < session->haves[i].timestamp);
    assert_int_equal(session->haves[LIMIT_SYNC_MOVED - 1].timestamp, 10 * (LIMIT_SYNC_MOVED - 1));
    memory_free(session);
}

static void needs_are_in_the_order_of_their_lists_and_as_told_within_one(void **state) {
    (void)state;
    struct sync_session *session = memory_zeroed(1, sizeof *session);
    const uint32_t told[][2] = {{50, 51}, {50, 52}, {90, 91}, {10, 11}, {10, 12}, {50, 53}};
    const uint32_t wanted[] = {11, 12, 51, 52, 53, 91};
    for (size_t i = 0; i < 6; i++) assert_int_equal(need(session, told[i][0], told[i][1]), 0);
    for (size_t i = 0; i < 6; i++) {
        const struct object_id id = id_of(wanted[i]);
        assert_true(object_id_equal(&session->needs[i].id, &id));
    }
    memory_free(session);
}

static void a_full_session_leaves_out_what_was_made_last(void **state) {
    (void)state;
    struct sync_session *session = memory_zeroed(1, sizeof *session);
    for (uint32_t i = 1; i <= LIMIT_SYNC_MOVED; i++) assert_int_equal(need(session, 100, i), 0);
    assert_int_equal(need(session, 100, 5000), 5000);
    assert_int_equal(need(session, 200, 5001), 5001);
    assert_int_equal(need(session, 50, 5002), LIMIT_SYNC_MOVED);
    assert_true(session->is_cut);
    assert_int_equal(session->need_count, LIMIT_SYNC_MOVED);
    memory_free(session);
}

static void what_comes_tells_that_those_before_it_do_not(void **state) {
    (void)state;
    struct sync_session *session = memory_zeroed(1, sizeof *session);
    const struct object_id second = id_of(2), third = id_of(3), last = id_of(5);
    for (uint32_t i = 1; i <= 5; i++) (void)need(session, 100, i);
    assert_false(sync_session_take(session, &second)); /* it was not asked for yet */
    session->asked = 4;
    assert_true(sync_session_take(session, &third));
    assert_int_equal(session->got, 3);
    assert_false(sync_session_take(session, &second) || sync_session_take(session, &third));
    assert_false(sync_session_take(session, &last) || sync_session_has_moved(session));
    session->asked = 5;
    assert_true(sync_session_take(session, &last) && sync_session_has_moved(session));
    memory_free(session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_that_we_have_stay_in_their_order),
        cmocka_unit_test(needs_are_in_the_order_of_their_lists_and_as_told_within_one),
        cmocka_unit_test(a_full_session_leaves_out_what_was_made_last),
        cmocka_unit_test(what_comes_tells_that_those_before_it_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
