/* SPDX-License-Identifier: Apache-2.0 */
/* A sketch is held against the quantiles of the samples themselves. */
#include "swarm/link/rtt_sketch.h"

#include "base/prng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool is_within(double value, double expected, double share) {
    return fabs(value - expected) <= expected * share;
}

static void an_empty_sketch_knows_nothing(void **state) {
    (void)state;
    struct rtt_sketch sketch = {0};
    assert_true(rtt_sketch_quantile_ms(&sketch, 0.5) < 0);
}

static void one_sample_is_every_quantile(void **state) {
    (void)state;
    for (int64_t us = RTT_SKETCH_US_MIN; us <= RTT_SKETCH_US_MAX; us = us * 21 / 20 + 1) {
        struct rtt_sketch sketch = {0};
        rtt_sketch_add(&sketch, us);
        assert_true(is_within(rtt_sketch_quantile_ms(&sketch, 0), (double)us / 1000, RTT_SKETCH_ERROR + 1e-9));
        assert_true(is_within(rtt_sketch_quantile_ms(&sketch, 1), (double)us / 1000, RTT_SKETCH_ERROR + 1e-9));
    }
}

static int compare(const void *a, const void *b) {
    int64_t difference = *(const int64_t *)a - *(const int64_t *)b;
    return difference < 0 ? -1 : difference > 0;
}

/* Each sample twice as likely to be short as to be twice as long: a tail as networks have it. */
static int64_t drawn(struct prng *prng) {
    int64_t us = prng_between(prng, 1000, 2000);
    while (prng_below(prng, 3) == 0 && us < 1000000) us *= 2;
    return us;
}

static void quantiles_are_those_of_the_samples(void **state) {
    (void)state;
    static const double quantiles[] = {0.0, 0.5, 0.95, 1.0};
    struct prng prng = prng_seeded(1);
    for (int round = 0; round < 200; round++) {
        struct rtt_sketch sketch = {0};
        int64_t samples[RTT_SKETCH_WEIGHT];
        for (size_t i = 0; i < RTT_SKETCH_WEIGHT; i++) rtt_sketch_add(&sketch, samples[i] = drawn(&prng));
        qsort(samples, RTT_SKETCH_WEIGHT, sizeof samples[0], compare);
        for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
            double exact = (double)samples[(size_t)(quantiles[i] * (RTT_SKETCH_WEIGHT - 1))] / 1000;
            assert_true(is_within(rtt_sketch_quantile_ms(&sketch, quantiles[i]), exact, RTT_SKETCH_ERROR + 1e-9));
        }
    }
}

static void what_was_long_ago_is_forgotten(void **state) {
    (void)state;
    struct rtt_sketch sketch = {0};
    for (int i = 0; i < 1000; i++) rtt_sketch_add(&sketch, 900000);
    for (int i = 0; i < RTT_SKETCH_WEIGHT; i++) rtt_sketch_add(&sketch, 20000);
    assert_true(is_within(rtt_sketch_quantile_ms(&sketch, 0.5), 20, RTT_SKETCH_ERROR));
    for (int i = 0; i < 4 * RTT_SKETCH_WEIGHT; i++) rtt_sketch_add(&sketch, 20000);
    assert_true(is_within(rtt_sketch_quantile_ms(&sketch, 0.95), 20, RTT_SKETCH_ERROR));
}

static void samples_that_are_all_different_keep_their_shape(void **state) {
    (void)state;
    struct rtt_sketch sketch = {0};
    for (int64_t i = 1; i <= 1000; i++) rtt_sketch_add(&sketch, 1000 + (i * 7919 % 1000) * 100); /* 1..101 ms, mixed */
    assert_true(is_within(rtt_sketch_quantile_ms(&sketch, 0.5), 51, 0.25));
    assert_true(sketch.weight <= RTT_SKETCH_WEIGHT);
}

static void extremes_fall_into_the_outer_buckets(void **state) {
    (void)state;
    struct rtt_sketch sketch = {0};
    rtt_sketch_add(&sketch, 0);
    rtt_sketch_add(&sketch, -5);
    rtt_sketch_add(&sketch, INT64_MAX);
    assert_int_equal(sketch.weight, 3);
    assert_true(rtt_sketch_quantile_ms(&sketch, 1) >= RTT_SKETCH_US_MAX / 1000.0 * (1 - RTT_SKETCH_ERROR));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_sketch_knows_nothing),
        cmocka_unit_test(one_sample_is_every_quantile),
        cmocka_unit_test(quantiles_are_those_of_the_samples),
        cmocka_unit_test(what_was_long_ago_is_forgotten),
        cmocka_unit_test(samples_that_are_all_different_keep_their_shape),
        cmocka_unit_test(extremes_fall_into_the_outer_buckets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
