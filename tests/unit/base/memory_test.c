/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void zeroed_memory_is_zero(void **state) {
    (void)state;
    unsigned char *block = memory_zeroed(3, 5);
    for (int i = 0; i < 15; i++) assert_int_equal(block[i], 0);
    memory_free(block);
}

static void wish_for_nothing_is_not_a_failure(void **state) {
    (void)state;
    void *block = memory_try_zeroed(0, 8);
    assert_non_null(block);
    memory_free(block);
}

static void wish_that_cannot_be_is_refused_not_fatal(void **state) {
    (void)state;
    assert_null(memory_try_zeroed(SIZE_MAX / 2, 8));
}

static void resized_memory_keeps_its_bytes(void **state) {
    (void)state;
    char *block = memory_resized(NULL, 4);
    memcpy(block, "abc", 4);
    block = memory_resized(block, 4096);
    assert_string_equal(block, "abc");
    memory_free(block);
    memory_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeroed_memory_is_zero),
        cmocka_unit_test(wish_for_nothing_is_not_a_failure),
        cmocka_unit_test(wish_that_cannot_be_is_refused_not_fatal),
        cmocka_unit_test(resized_memory_keeps_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
