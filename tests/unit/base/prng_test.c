/* SPDX-License-Identifier: Apache-2.0 */
#include "base/prng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void same_seed_gives_the_same_numbers_for_ever(void **state) {
    (void)state;
    const uint64_t expected[] = {UINT64_C(0x15780b2e0c2ec716), UINT64_C(0x6104d9866d113a7e),
                                 UINT64_C(0xae17533239e499a1), UINT64_C(0xecb8ad4703b360a1)};
    struct prng p = prng_seeded(42);
    for (size_t i = 0; i < COUNT(expected); i++) assert_true(prng_next(&p) == expected[i]);
}

static void seeds_give_different_numbers(void **state) {
    (void)state;
    struct prng a = prng_seeded(0);
    struct prng b = prng_seeded(1);
    assert_true(prng_next(&a) != prng_next(&b));
}

static void number_below_a_bound_reaches_all_of_them(void **state) {
    (void)state;
    struct prng p = prng_seeded(7);
    unsigned seen[5] = {0};
    for (int i = 0; i < 5000; i++) {
        const uint32_t value = prng_below(&p, 5);
        assert_true(value < 5);
        seen[value]++;
    }
    for (int i = 0; i < 5; i++) assert_in_range(seen[i], 850, 1150);
    assert_int_equal(prng_below(&p, 1), 0);
}

static void number_between_stays_between(void **state) {
    (void)state;
    struct prng p = prng_seeded(7);
    bool has_low = false;
    bool has_high = false;
    for (int i = 0; i < 200; i++) {
        const int64_t value = prng_between(&p, -2, 2);
        assert_true(value >= -2 && value <= 2);
        has_low = has_low || value == -2;
        has_high = has_high || value == 2;
    }
    assert_true(has_low && has_high);
    assert_true(prng_between(&p, 9, 9) == 9);
    bool has_negative = false;
    for (int i = 0; i < 64; i++) has_negative = has_negative || prng_between(&p, INT64_MIN, INT64_MAX) < 0;
    assert_true(has_negative);
}

static void jitter_stays_within_its_share(void **state) {
    (void)state;
    struct prng p = prng_seeded(7);
    for (int i = 0; i < 500; i++) {
        const int64_t value = prng_jitter(&p, 60000, 10);
        assert_true(value >= 54000 && value <= 66000);
        const int64_t negative = prng_jitter(&p, -100, 50);
        assert_true(negative >= -150 && negative <= -50);
    }
    assert_true(prng_jitter(&p, 60000, 0) == 60000);
    assert_true(prng_jitter(&p, INT64_MAX / 4, 100) >= 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_gives_the_same_numbers_for_ever),
        cmocka_unit_test(seeds_give_different_numbers),
        cmocka_unit_test(number_below_a_bound_reaches_all_of_them),
        cmocka_unit_test(number_between_stays_between),
        cmocka_unit_test(jitter_stays_within_its_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
