/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/wipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void wiped_bytes_are_zero_and_their_neighbours_stay(void **state) {
    (void)state;
    uint8_t bytes[34];
    const uint8_t zero[32] = {0};
    memset(bytes, 0xaa, sizeof bytes);
    wipe_bytes(bytes + 1, 32);
    assert_memory_equal(bytes + 1, zero, 32);
    assert_int_equal(bytes[0], 0xaa);
    assert_int_equal(bytes[33], 0xaa);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(wiped_bytes_are_zero_and_their_neighbours_stay)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
