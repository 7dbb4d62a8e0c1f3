/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peer/backoff.h"

#include "swarm/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW 1000000LL

static void a_new_target_may_be_dialled(void **state) {
    (void)state;
    struct backoff b = {0};
    assert_true(backoff_may_dial(&b, 0));
}

static void the_ceiling_doubles_up_to_five_minutes(void **state) {
    (void)state;
    struct prng prng = prng_seeded(1);
    for (uint8_t failures = 0; failures < 20; failures++) {
        int64_t ceiling_ms = failures < 9 ? (int64_t)LIMIT_BACKOFF_MS_MIN << failures : LIMIT_BACKOFF_MS_MAX;
        if (ceiling_ms > LIMIT_BACKOFF_MS_MAX) ceiling_ms = LIMIT_BACKOFF_MS_MAX;
        int64_t least_ms = INT64_MAX, most_ms = 0;
        for (int i = 0; i < 2000; i++) {
            struct backoff b = {.failure_count = failures};
            backoff_failed(&b, &prng, NOW);
            assert_int_equal(b.failure_count, failures + 1);
            if (b.next_at_ms - NOW < least_ms) least_ms = b.next_at_ms - NOW;
            if (b.next_at_ms - NOW > most_ms) most_ms = b.next_at_ms - NOW;
        }
        assert_in_range(least_ms, 1, ceiling_ms / 20);
        assert_in_range(most_ms, ceiling_ms / 20 * 19, ceiling_ms);
    }
}

static void failures_without_end_do_not_overflow(void **state) {
    (void)state;
    struct prng prng = prng_seeded(2);
    struct backoff b = {0};
    for (int i = 0; i < 1000; i++) backoff_failed(&b, &prng, NOW);
    assert_int_equal(b.failure_count, UINT8_MAX);
    assert_true(b.next_at_ms <= NOW + LIMIT_BACKOFF_MS_MAX);
}

static void it_may_dial_at_its_time_and_not_before(void **state) {
    (void)state;
    struct prng prng = prng_seeded(3);
    struct backoff b = {0};
    backoff_failed(&b, &prng, NOW);
    assert_false(backoff_may_dial(&b, b.next_at_ms - 1));
    assert_true(backoff_may_dial(&b, b.next_at_ms));
}

static void a_hold_never_shortens(void **state) {
    (void)state;
    struct backoff b = {0};
    backoff_hold(&b, BACKOFF_ASKED, NOW + 5000);
    backoff_hold(&b, BACKOFF_ASKED, NOW + 1000);
    assert_true(b.next_at_ms == NOW + 5000);
}

static void a_minute_up_clears_what_was(void **state) {
    (void)state;
    struct prng prng = prng_seeded(4);
    struct backoff b = {0};
    for (int i = 0; i < 8; i++) backoff_failed(&b, &prng, NOW);
    assert_false(backoff_dropped(&b, LIMIT_BACKOFF_CLEAR_MS, &prng, NOW + 400000));
    assert_int_equal(b.failure_count, 1);
    assert_true(b.next_at_ms <= NOW + 400000 + LIMIT_BACKOFF_MS_MIN);
}

static void three_drops_in_a_minute_hold_it_down(void **state) {
    (void)state;
    struct prng prng = prng_seeded(5);
    struct backoff b = {0};
    assert_false(backoff_dropped(&b, 1000, &prng, NOW));
    assert_false(backoff_dropped(&b, 1000, &prng, NOW + 20000));
    assert_true(backoff_dropped(&b, 1000, &prng, NOW + LIMIT_FLAP_WINDOW_MS));
    assert_true(b.next_at_ms == NOW + LIMIT_FLAP_WINDOW_MS + LIMIT_FLAP_HOLD_MS);
}

static void drops_further_apart_do_not_add_up(void **state) {
    (void)state;
    struct prng prng = prng_seeded(6);
    struct backoff b = {0};
    for (int i = 0; i < 20; i++) {
        assert_false(backoff_dropped(&b, 1000, &prng, NOW + i * (LIMIT_FLAP_WINDOW_MS / 2 + 1)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_target_may_be_dialled),
        cmocka_unit_test(the_ceiling_doubles_up_to_five_minutes),
        cmocka_unit_test(failures_without_end_do_not_overflow),
        cmocka_unit_test(it_may_dial_at_its_time_and_not_before),
        cmocka_unit_test(a_hold_never_shortens),
        cmocka_unit_test(a_minute_up_clears_what_was),
        cmocka_unit_test(three_drops_in_a_minute_hold_it_down),
        cmocka_unit_test(drops_further_apart_do_not_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
