/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/key_count.h"

#include "base/prng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void what_comes_and_goes_is_counted(void **state) {
    (void)state;
    struct key_count count;
    assert_true(key_count_init(&count, 8, 1));
    assert_int_equal(key_count_of(&count, 5), 0);
    key_count_add(&count, 5);
    key_count_add(&count, 5);
    key_count_add(&count, 6);
    assert_int_equal(key_count_of(&count, 5), 2);
    key_count_remove(&count, 5);
    key_count_remove(&count, 6);
    assert_int_equal(key_count_of(&count, 5), 1);
    assert_int_equal(key_count_of(&count, 6), 0);
    key_count_deinit(&count);
}

static void nobodys_key_is_not_counted(void **state) {
    (void)state;
    struct key_count count;
    assert_true(key_count_init(&count, 8, 1));
    for (int i = 0; i < 100; i++) key_count_add(&count, 0);
    key_count_remove(&count, 0);
    assert_int_equal(key_count_of(&count, 0), 0);
    key_count_deinit(&count);
}

/* Held against a plain array, with as many keys at once as there may be. */
static void it_agrees_with_a_walk(void **state) {
    (void)state;
    enum { ROWS = 64, KEYS = 80 };
    struct key_count count;
    struct prng prng = prng_seeded(3);
    uint64_t rows[ROWS] = {0};
    assert_true(key_count_init(&count, ROWS, 1));
    for (int step = 0; step < 20000; step++) {
        size_t at = prng_below(&prng, ROWS);
        uint64_t key = prng_below(&prng, KEYS);
        key_count_remove(&count, rows[at]);
        key_count_add(&count, key);
        rows[at] = key;
        uint32_t walked = 0;
        for (size_t i = 0; i < ROWS; i++) walked += key != 0 && rows[i] == key;
        assert_int_equal(key_count_of(&count, key), walked);
    }
    key_count_deinit(&count);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_and_goes_is_counted),
        cmocka_unit_test(nobodys_key_is_not_counted),
        cmocka_unit_test(it_agrees_with_a_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
