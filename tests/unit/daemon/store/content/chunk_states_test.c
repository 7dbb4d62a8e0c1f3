/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/chunk_states.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void all_are_missing_at_first(void **state) {
    struct chunk_states states;
    uint32_t index = 7;
    (void)state;
    chunk_states_init(&states, 3);
    assert_int_equal(states.in[CHUNK_MISSING], 3);
    for (uint32_t i = 0; i < 3; i++) assert_int_equal(chunk_state_of(&states, i), CHUNK_MISSING);
    assert_true(chunk_states_next(&states, CHUNK_MISSING, 0, &index));
    assert_int_equal(index, 0);
    assert_false(chunk_states_next(&states, CHUNK_MISSING, 3, &index));
    assert_false(chunk_states_next(&states, CHUNK_HERE, 0, &index));
    chunk_states_deinit(&states);
}

static void each_is_counted_where_it_is_and_found_from_any_place(void **state) {
    struct chunk_states states;
    uint32_t index;
    (void)state;
    chunk_states_init(&states, 10);
    chunk_states_enter(&states, 4, CHUNK_HERE);
    chunk_states_enter(&states, 8, CHUNK_MOVING);
    chunk_states_enter(&states, 8, CHUNK_WRITTEN);
    chunk_states_enter(&states, 8, CHUNK_SYNCING);
    chunk_states_enter(&states, 8, CHUNK_HERE);
    assert_int_equal(states.in[CHUNK_MISSING], 8);
    assert_int_equal(states.in[CHUNK_MOVING], 0);
    assert_int_equal(states.in[CHUNK_HERE], 2);
    assert_true(chunk_states_next(&states, CHUNK_HERE, 0, &index));
    assert_int_equal(index, 4);
    assert_true(chunk_states_next(&states, CHUNK_HERE, 5, &index));
    assert_int_equal(index, 8);
    assert_false(chunk_states_next(&states, CHUNK_HERE, 9, &index));
    assert_true(chunk_states_next(&states, CHUNK_MISSING, 4, &index));
    assert_int_equal(index, 5);
    chunk_states_deinit(&states);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_missing_at_first),
        cmocka_unit_test(each_is_counted_where_it_is_and_found_from_any_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
