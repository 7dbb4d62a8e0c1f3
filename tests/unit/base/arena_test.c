/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void blocks_are_zeroed_aligned_and_apart(void **state) {
    (void)state;
    uint8_t memory[256];
    memset(memory, 0xaa, sizeof memory);
    struct arena a = arena_over(memory + 1, sizeof memory - 1);
    uint8_t *first = arena_take(&a, 3);
    uint8_t *second = arena_take(&a, 8);
    assert_non_null(first);
    assert_non_null(second);
    assert_true((uintptr_t)first % _Alignof(max_align_t) == 0);
    assert_true((uintptr_t)second % _Alignof(max_align_t) == 0);
    assert_true(second >= first + 3);
    for (int i = 0; i < 8; i++) assert_int_equal(second[i], 0);
}

static void full_arena_stays_full_until_reset(void **state) {
    (void)state;
    _Alignas(max_align_t) uint8_t memory[64];
    struct arena a = arena_over(memory, sizeof memory);
    assert_non_null(arena_take(&a, 40));
    assert_null(arena_take(&a, 17));
    assert_null(arena_take(&a, 1));
    arena_reset(&a);
    assert_non_null(arena_take(&a, 64));
    assert_null(arena_take(&a, 1));
}

static void wishes_that_would_wrap_around_are_refused(void **state) {
    (void)state;
    uint8_t memory[64];
    struct arena a = arena_over(memory, sizeof memory);
    assert_null(arena_take(&a, SIZE_MAX));
    arena_reset(&a);
    assert_null(arena_take(&a, SIZE_MAX - 8));
}

static void arena_over_nothing_gives_nothing(void **state) {
    (void)state;
    struct arena a = arena_over(NULL, 0);
    assert_null(arena_take(&a, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_zeroed_aligned_and_apart),
        cmocka_unit_test(full_arena_stays_full_until_reset),
        cmocka_unit_test(wishes_that_would_wrap_around_are_refused),
        cmocka_unit_test(arena_over_nothing_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
