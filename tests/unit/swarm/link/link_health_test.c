/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/link/link_health.h"

#include "swarm/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW_MS 1000000LL
#define NOW_US (NOW_MS * 1000)

static struct link_health begun(void) {
    struct link_health health;
    link_health_init(&health, NOW_MS);
    return health;
}

/* A ping at `at_us`, answered `rtt_us` later. */
static void measure(struct link_health *health, struct prng *prng, int64_t at_us, int64_t rtt_us, uint32_t held_us) {
    struct ping ping = link_health_ping(health, prng, at_us);
    struct pong pong = {ping.seq, held_us};
    assert_true(link_health_pong(health, &pong, at_us + rtt_us));
}

static void nothing_is_known_before_the_first_answer(void **state) {
    (void)state;
    struct link_health health = begun();
    assert_true(link_health_rtt_ms(&health) < 0);
    assert_true(link_health_rtt_p95_ms(&health) < 0);
    assert_true(link_health_jitter_ms(&health) < 0);
    assert_true(link_health_deadline_ms(&health) == NOW_MS); /* the first ping is due at once */
}

/* Within the error of the sketch. */
static bool is_about(double value, double expected) {
    return value >= expected * (1 - RTT_SKETCH_ERROR) && value <= expected * (1 + RTT_SKETCH_ERROR);
}

static void a_round_trip_is_less_what_the_peer_held(void **state) {
    (void)state;
    struct prng prng = prng_seeded(1);
    struct link_health health = begun(), lied = begun();
    measure(&health, &prng, NOW_US, 5000, 2000);
    assert_true(is_about(link_health_rtt_ms(&health), 3.0));
    measure(&lied, &prng, NOW_US, 5000, UINT32_MAX); /* a lie: the whole trip counts */
    assert_true(is_about(link_health_rtt_ms(&lied), 5.0));
}

static void the_median_is_of_the_last_minutes(void **state) {
    (void)state;
    struct prng prng = prng_seeded(2);
    struct link_health health = begun();
    for (int i = 0; i < 100; i++) measure(&health, &prng, NOW_US, 900000, 0);
    for (int i = 0; i < RTT_SKETCH_WEIGHT; i++) measure(&health, &prng, NOW_US, 20000, 0);
    assert_true(is_about(link_health_rtt_ms(&health), 20.0));
}

static void who_must_answer_has_until_then(void **state) {
    (void)state;
    struct link_health health = begun();
    int64_t late_ms = NOW_MS + 60000; /* it was silent while we stood still */
    assert_true(link_health_is_lost(&health, late_ms));
    link_health_demand(&health, late_ms + LIMIT_ANSWER_MS);
    health.next_ping_at_ms = INT64_MAX;
    assert_false(link_health_is_lost(&health, late_ms + LIMIT_ANSWER_MS - 1));
    assert_true(link_health_deadline_ms(&health) == late_ms + LIMIT_ANSWER_MS);
    assert_true(link_health_is_lost(&health, late_ms + LIMIT_ANSWER_MS));
    link_health_heard(&health, late_ms + 100);
    assert_false(link_health_is_lost(&health, late_ms + LIMIT_ANSWER_MS));
}

static void a_p95_wants_twenty_samples(void **state) {
    (void)state;
    struct prng prng = prng_seeded(3);
    struct link_health health = begun();
    for (int i = 1; i < HEALTH_P95_SAMPLES_MIN; i++) measure(&health, &prng, NOW_US, i * 1000, 0);
    assert_true(link_health_rtt_p95_ms(&health) < 0);
    measure(&health, &prng, NOW_US, 1000, 0);
    assert_true(link_health_rtt_p95_ms(&health) > 0);
}

static void jitter_follows_the_difference_of_neighbours(void **state) {
    (void)state;
    struct prng prng = prng_seeded(4);
    struct link_health health = begun();
    measure(&health, &prng, NOW_US, 10000, 0);
    measure(&health, &prng, NOW_US, 14000, 0);
    assert_true(link_health_jitter_ms(&health) == 4.0);
    measure(&health, &prng, NOW_US, 14000, 0);
    assert_true(link_health_jitter_ms(&health) == 3.75);
    for (int i = 0; i < 200; i++) measure(&health, &prng, NOW_US, 14000, 0);
    assert_true(link_health_jitter_ms(&health) < 0.1);
}

static void only_the_newest_ping_is_answered_and_once(void **state) {
    (void)state;
    struct prng prng = prng_seeded(5);
    struct link_health health = begun();
    struct ping first = link_health_ping(&health, &prng, NOW_US);
    struct ping second = link_health_ping(&health, &prng, NOW_US);
    struct pong pong = {first.seq, 0};
    assert_false(link_health_pong(&health, &pong, NOW_US + 1000));
    pong.seq = second.seq;
    assert_true(link_health_pong(&health, &pong, NOW_US + 1000));
    assert_false(link_health_pong(&health, &pong, NOW_US + 2000));
    assert_int_equal(health.sample_count, 1);
}

static void pings_come_quickly_first_then_every_ten_seconds(void **state) {
    (void)state;
    struct prng prng = prng_seeded(6);
    struct link_health health = begun();
    for (int i = 0; i < 2; i++) {
        link_health_ping(&health, &prng, NOW_US);
        assert_in_range(health.next_ping_at_ms - NOW_MS, 800, 1200);
    }
    for (int i = 0; i < 100; i++) {
        link_health_ping(&health, &prng, NOW_US);
        assert_in_range(health.next_ping_at_ms - NOW_MS, 8000, 12000);
    }
}

static void silence_has_two_deadlines(void **state) {
    (void)state;
    struct link_health health = begun();
    health.next_ping_at_ms = INT64_MAX;
    assert_true(link_health_deadline_ms(&health) == NOW_MS + LIMIT_SILENCE_PING_MS);
    health.has_asked = true;
    assert_true(link_health_deadline_ms(&health) == NOW_MS + LIMIT_SILENCE_MS);
    link_health_heard(&health, NOW_MS + 16000);
    assert_true(link_health_deadline_ms(&health) == NOW_MS + 16000 + LIMIT_SILENCE_PING_MS);
}

static void a_pong_proves_and_a_frame_only_speaks(void **state) {
    (void)state;
    struct prng prng = prng_seeded(7);
    struct link_health health = begun();
    link_health_heard(&health, NOW_MS + 5000);
    assert_true(health.heard_at_ms == NOW_MS + 5000 && health.proved_at_ms == NOW_MS);
    measure(&health, &prng, NOW_US + 6000000, 1000, 0);
    assert_true(health.proved_at_ms == NOW_MS + 6001);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_before_the_first_answer),
        cmocka_unit_test(a_round_trip_is_less_what_the_peer_held),
        cmocka_unit_test(the_median_is_of_the_last_minutes),
        cmocka_unit_test(who_must_answer_has_until_then),
        cmocka_unit_test(a_p95_wants_twenty_samples),
        cmocka_unit_test(jitter_follows_the_difference_of_neighbours),
        cmocka_unit_test(only_the_newest_ping_is_answered_and_once),
        cmocka_unit_test(pings_come_quickly_first_then_every_ten_seconds),
        cmocka_unit_test(silence_has_two_deadlines),
        cmocka_unit_test(a_pong_proves_and_a_frame_only_speaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
