/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/entropy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/sign.h"

static void system_fills_every_byte_and_never_twice_the_same(void **state) {
    (void)state;
    uint8_t first[64] = {0}, second[64] = {0}, zero[8] = {0};
    struct entropy entropy = entropy_of_system();
    entropy_fill(&entropy, first, sizeof first);
    entropy_fill(&entropy, second, sizeof second);
    assert_memory_not_equal(first, second, sizeof first);
    for (size_t i = 0; i < sizeof first; i += 8) assert_memory_not_equal(first + i, zero, 8);
}

static void fill_sevens(void *context, uint8_t *bytes, size_t size) {
    *(size_t *)context += size;
    memset(bytes, 7, size);
}

static void source_of_the_caller_is_used(void **state) {
    (void)state;
    size_t asked = 0;
    uint8_t bytes[3];
    struct entropy entropy = {.fill = fill_sevens, .context = &asked};
    entropy_fill(&entropy, bytes, sizeof bytes);
    assert_int_equal(asked, 3);
    assert_int_equal(bytes[2], 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(system_fills_every_byte_and_never_twice_the_same),
        cmocka_unit_test(source_of_the_caller_is_used),
    };
    if (!sign_init()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
