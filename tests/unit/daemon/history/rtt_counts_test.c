/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/rtt_counts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_about(double got, double wanted) {
    if (got < wanted * (1 - RTT_COUNTS_ERROR) || got > wanted * (1 + RTT_COUNTS_ERROR))
        fail_msg("%f is not about %f", got, wanted);
}

static void nothing_counted_has_no_quantile(void **state) {
    (void)state;
    assert_true(rtt_counts_quantile_ms(&(struct rtt_counts){0}, 0.5) < 0);
}

static void every_length_is_right_within_the_error(void **state) {
    (void)state;
    for (double rtt_ms = 0.1; rtt_ms < 5000; rtt_ms *= 1.07) {
        struct rtt_counts counts = {0};
        rtt_counts_add(&counts, rtt_ms);
        assert_about(rtt_counts_quantile_ms(&counts, 0.5), rtt_ms);
    }
}

static void what_is_shorter_or_longer_than_a_bucket_falls_into_the_first_or_last(void **state) {
    (void)state;
    struct rtt_counts counts = {0};
    rtt_counts_add(&counts, 0);
    rtt_counts_add(&counts, 1e9);
    assert_int_equal(counts.of[0], 1);
    assert_int_equal(counts.of[RTT_COUNTS_BUCKETS - 1], 1);
}

/* 90 short and 10 long ones, apart: the mean of both medians or both 95ths would be neither. */
static void quantiles_of_joined_counts_are_those_of_all_that_was_counted(void **state) {
    (void)state;
    struct rtt_counts near = {0}, far = {0}, both = {0};
    for (int i = 0; i < 90; i++) rtt_counts_add(&near, 2);
    for (int i = 0; i < 10; i++) rtt_counts_add(&far, 400);
    const struct rtt_packed packed_near = rtt_counts_pack(&near), packed_far = rtt_counts_pack(&far);
    rtt_counts_join(&both, &packed_near);
    rtt_counts_join(&both, &packed_far);
    assert_about(rtt_counts_quantile_ms(&both, 0.5), 2);
    assert_about(rtt_counts_quantile_ms(&both, 0.95), 400);
}

static void packing_keeps_the_shape_of_large_counts(void **state) {
    (void)state;
    struct rtt_counts counts = {0}, again = {0};
    for (size_t i = 0; i < RTT_COUNTS_BUCKETS; i++) counts.of[i] = (uint32_t)(i + 1) * 14400;
    const struct rtt_packed packed = rtt_counts_pack(&counts);
    rtt_counts_join(&again, &packed);
    for (double q = 0; q <= 1; q += 0.01) {
        const double before = rtt_counts_quantile_ms(&counts, q), after = rtt_counts_quantile_ms(&again, q);
        if (before / after > 1.2 || after / before > 1.2) fail_msg("q %f: %f became %f", q, before, after);
    }
}

static void packing_the_largest_counts_stays_in_its_bytes(void **state) {
    (void)state;
    struct rtt_counts counts, again = {0};
    for (size_t i = 0; i < RTT_COUNTS_BUCKETS; i++) counts.of[i] = i % 2 == 0 ? UINT32_MAX : 1;
    const struct rtt_packed packed = rtt_counts_pack(&counts);
    rtt_counts_join(&again, &packed);
    for (size_t i = 0; i < RTT_COUNTS_BUCKETS; i++) assert_true(again.of[i] <= counts.of[i] || i % 2 == 1);
    assert_true(again.of[0] > UINT32_MAX - (1U << 25));
}

static void half_a_byte_is_exact_for_a_few_and_keeps_the_shape_of_many(void **state) {
    (void)state;
    struct rtt_counts few = {0}, many = {0}, again = {0};
    few.of[0] = 14, few.of[31] = 1, few.of[63] = 8;
    const struct rtt_small small = rtt_counts_pack_small(&few);
    const struct rtt_packed packed = rtt_small_packed(&small);
    rtt_counts_join(&again, &packed);
    assert_memory_equal(&again, &few, sizeof few);
    for (size_t i = 10; i < 20; i++) many.of[i] = 25; /* a full link table */
    const struct rtt_small full = rtt_counts_pack_small(&many);
    const struct rtt_packed unpacked = rtt_small_packed(&full);
    again = (struct rtt_counts){0};
    rtt_counts_join(&again, &unpacked);
    for (double q = 0; q <= 1; q += 0.05) {
        const double before = rtt_counts_quantile_ms(&many, q), after = rtt_counts_quantile_ms(&again, q);
        if (before / after > 1.2 || after / before > 1.2) fail_msg("q %f: %f became %f", q, before, after);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_counted_has_no_quantile),
        cmocka_unit_test(every_length_is_right_within_the_error),
        cmocka_unit_test(what_is_shorter_or_longer_than_a_bucket_falls_into_the_first_or_last),
        cmocka_unit_test(quantiles_of_joined_counts_are_those_of_all_that_was_counted),
        cmocka_unit_test(packing_keeps_the_shape_of_large_counts),
        cmocka_unit_test(half_a_byte_is_exact_for_a_few_and_keeps_the_shape_of_many),
        cmocka_unit_test(packing_the_largest_counts_stays_in_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
