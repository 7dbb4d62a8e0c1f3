/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/endpoint_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { START_MS = 1000000, A = 0, B = 1, C = 2 };

/* A set with its time, and what it wanted last. */
struct bench {
    struct endpoint_set set;
    struct prng prng;
    int64_t now_ms;
};

static struct bench bench_of(size_t count, size_t remembered) {
    static const char *const urls[] = {"ws://a.example:9000/", "ws://b.example:9000/", "ws://c.example:9000/"};
    struct bench bench = {.prng = prng_seeded(7), .now_ms = START_MS};
    assert_true(endpoint_set_init(&bench.set, urls, count, remembered, bench.now_ms));
    return bench;
}

static struct endpoint_step next(struct bench *bench) {
    return endpoint_set_next(&bench->set, &bench->prng, bench->now_ms);
}

static void expect(struct bench *bench, enum endpoint_verb verb, size_t endpoint) {
    const struct endpoint_step step = next(bench);
    assert_int_equal(step.verb, verb);
    if (verb != ENDPOINT_REST) assert_int_equal(step.endpoint, endpoint);
}

static void expect_rest(struct bench *bench) {
    expect(bench, ENDPOINT_REST, ENDPOINT_NONE);
}

static void opened(struct bench *bench, size_t endpoint, int64_t after_ms) {
    bench->now_ms += after_ms;
    endpoint_set_opened(&bench->set, endpoint, bench->now_ms);
}

static void failed(struct bench *bench, size_t endpoint, enum endpoint_fault fault) {
    endpoint_set_failed(&bench->set, endpoint, fault, "connection refused", &bench->prng, bench->now_ms);
}

static void open_first(struct bench *bench) {
    expect(bench, ENDPOINT_CONNECT, A);
    opened(bench, A, 20);
    expect_rest(bench);
}

/* Lives for that long, answering every question; a heartbeat may be among what it wants. */
static void live(struct bench *bench, int64_t for_ms) {
    const int64_t end_ms = bench->now_ms + for_ms;
    const size_t in_use = endpoint_set_in_use(&bench->set);
    while (endpoint_set_deadline_ms(&bench->set) <= end_ms) {
        const int64_t deadline_ms = endpoint_set_deadline_ms(&bench->set);
        if (deadline_ms > bench->now_ms) bench->now_ms = deadline_ms;
        for (struct endpoint_step step = next(bench); step.verb != ENDPOINT_REST; step = next(bench)) {
            assert_true(step.verb == ENDPOINT_BEAT || step.verb == ENDPOINT_ASK);
            if (step.verb == ENDPOINT_ASK) endpoint_set_answered(&bench->set, in_use, bench->now_ms);
        }
    }
    bench->now_ms = end_ms;
}

static void names_that_do_not_fit_are_refused(void **state) {
    (void)state;
    struct endpoint_set set;
    char long_url[ENDPOINT_URL_MAX + 1];
    const char *urls[ENDPOINTS_MAX + 1] = {long_url};
    memset(long_url, 'a', sizeof long_url - 1);
    long_url[sizeof long_url - 1] = '\0';
    assert_false(endpoint_set_init(&set, urls, 1, ENDPOINT_NONE, START_MS));
    assert_false(endpoint_set_init(&set, urls, 0, ENDPOINT_NONE, START_MS));
    for (size_t i = 0; i <= ENDPOINTS_MAX; i++) urls[i] = "ws://a/";
    assert_false(endpoint_set_init(&set, urls, ENDPOINTS_MAX + 1, ENDPOINT_NONE, START_MS));
    assert_true(endpoint_set_init(&set, urls, ENDPOINTS_MAX, ENDPOINT_NONE, START_MS));
    urls[1] = "";
    assert_false(endpoint_set_init(&set, urls, 2, ENDPOINT_NONE, START_MS));
}

static void the_first_of_the_configuration_is_tried_first(void **state) {
    (void)state;
    struct bench bench = bench_of(3, ENDPOINT_NONE);
    assert_int_equal(endpoint_set_deadline_ms(&bench.set), 0); /* at once */
    open_first(&bench);
    assert_int_equal(endpoint_set_in_use(&bench.set), A);
    assert_int_equal(bench.set.reason, ENDPOINT_BY_ORDER);
    assert_int_equal(bench.set.rows[A].latency_ms, 20);
}

static void what_worked_last_is_tried_first_after_a_restart(void **state) {
    (void)state;
    struct bench bench = bench_of(3, C);
    expect(&bench, ENDPOINT_CONNECT, C);
    assert_int_equal(bench.set.reason, ENDPOINT_BY_MEMORY);
    failed(&bench, C, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, A);
    struct bench other = bench_of(3, 7); /* not one of ours any more */
    expect(&other, ENDPOINT_CONNECT, A);
}

static void the_next_is_tried_at_once_when_one_fails(void **state) {
    (void)state;
    struct bench bench = bench_of(3, ENDPOINT_NONE);
    open_first(&bench);
    failed(&bench, A, ENDPOINT_LOST);
    assert_int_equal(endpoint_set_deadline_ms(&bench.set), 0);
    expect(&bench, ENDPOINT_CONNECT, B);
    failed(&bench, B, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, C);
    assert_int_equal(bench.set.reason, ENDPOINT_BY_HEALTH);
    opened(&bench, C, 30);
    expect_rest(&bench);
    assert_string_equal(bench.set.rows[A].why, "connection refused");
    assert_int_equal(bench.set.failovers, 1);
    assert_int_equal(endpoint_set_failovers_today(&bench.set, bench.now_ms), 1);
    assert_int_equal(endpoint_set_failovers_today(&bench.set, bench.now_ms + INT64_C(25) * 3600000), 0);
}

static void the_choice_sticks_while_it_works(void **state) {
    (void)state;
    struct bench bench = bench_of(3, ENDPOINT_NONE);
    expect(&bench, ENDPOINT_CONNECT, A);
    failed(&bench, A, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, B);
    opened(&bench, B, 20);
    live(&bench, INT64_C(2) * 3600000);
    assert_int_equal(endpoint_set_in_use(&bench.set), B);
    assert_int_equal(bench.set.rows[A].state, ENDPOINT_STANDBY);
    failed(&bench, B, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, A); /* its failure was long ago */
}

static void health_weighs_more_than_order(void **state) {
    (void)state;
    struct bench bench = bench_of(3, ENDPOINT_NONE);
    expect(&bench, ENDPOINT_CONNECT, A);
    failed(&bench, A, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, B);
    opened(&bench, B, 20);
    live(&bench, 61000); /* A waits no longer, but failed a minute ago */
    failed(&bench, B, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, C);
    failed(&bench, C, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, A); /* before nobody at all */
}

static void among_the_healthy_much_slower_ones_come_later(void **state) {
    (void)state;
    struct bench bench = bench_of(3, ENDPOINT_NONE);
    bench.set.rows[A].latency_ms = 900;
    bench.set.rows[B].latency_ms = 50;
    bench.set.rows[C].latency_ms = 10;
    expect(&bench, ENDPOINT_CONNECT, B);
    assert_int_equal(bench.set.reason, ENDPOINT_BY_LATENCY);
    struct bench near = bench_of(3, ENDPOINT_NONE); /* by less than a place is worth: order decides */
    near.set.rows[A].latency_ms = 100;
    near.set.rows[B].latency_ms = 1;
    expect(&near, ENDPOINT_CONNECT, A);
}

static void one_that_does_not_answer_is_left_after_its_time(void **state) {
    (void)state;
    struct bench bench = bench_of(3, ENDPOINT_NONE);
    expect(&bench, ENDPOINT_CONNECT, A);
    expect_rest(&bench);
    assert_int_equal(endpoint_set_deadline_ms(&bench.set), START_MS + ENDPOINT_PATIENCE_MS);
    bench.now_ms += ENDPOINT_PATIENCE_MS;
    expect(&bench, ENDPOINT_DROP, A);
    expect(&bench, ENDPOINT_CONNECT, B);
    assert_string_equal(bench.set.rows[A].why, "no answer within 2.5 s");
}

static void one_alone_may_take_longer(void **state) {
    (void)state;
    struct bench bench = bench_of(1, ENDPOINT_NONE);
    expect(&bench, ENDPOINT_CONNECT, A);
    expect_rest(&bench);
    assert_int_equal(endpoint_set_deadline_ms(&bench.set), START_MS + ENDPOINT_PATIENCE_MS_MAX);
    opened(&bench, A, 9000);
    expect_rest(&bench);
    assert_int_equal(endpoint_set_in_use(&bench.set), A);
}

/* With two that need 4 s each, neither would ever open within 2.5 s. */
static void a_slow_line_gets_more_time_when_all_were_too_slow(void **state) {
    (void)state;
    struct bench bench = bench_of(2, ENDPOINT_NONE);
    int64_t connect_ms = 0;
    while (endpoint_set_in_use(&bench.set) == ENDPOINT_NONE) {
        const struct endpoint_step step = next(&bench);
        if (step.verb == ENDPOINT_CONNECT) connect_ms = bench.now_ms;
        if (step.verb != ENDPOINT_REST) continue;
        const size_t active = endpoint_set_active(&bench.set);
        int64_t deadline_ms = endpoint_set_deadline_ms(&bench.set);
        if (active != ENDPOINT_NONE && connect_ms + 4000 < deadline_ms) opened(&bench, active, 4000);
        if (deadline_ms > bench.now_ms) bench.now_ms = deadline_ms;
        assert_true(bench.now_ms < START_MS + 60000);
    }
}

static void the_one_in_use_is_asked_each_second_while_another_stands_by(void **state) {
    (void)state;
    struct bench bench = bench_of(2, ENDPOINT_NONE);
    open_first(&bench);
    bench.now_ms += ENDPOINT_ASK_MS;
    expect(&bench, ENDPOINT_ASK, A);
    expect_rest(&bench);
    bench.now_ms += 10;
    endpoint_set_answered(&bench.set, A, bench.now_ms);
    expect_rest(&bench);
    assert_int_equal(endpoint_set_deadline_ms(&bench.set), bench.now_ms - 10 + ENDPOINT_ASK_MS);
    struct bench alone = bench_of(1, ENDPOINT_NONE);
    open_first(&alone);
    assert_int_equal(endpoint_set_deadline_ms(&alone.set), alone.now_ms + ENDPOINT_BEAT_MS);
}

static void a_heartbeat_goes_out_every_five_seconds(void **state) {
    (void)state;
    struct bench bench = bench_of(2, ENDPOINT_NONE);
    int beats = 0;
    open_first(&bench);
    const int64_t end_ms = bench.now_ms + 60000;
    while (endpoint_set_deadline_ms(&bench.set) <= end_ms) {
        bench.now_ms = endpoint_set_deadline_ms(&bench.set);
        for (struct endpoint_step step = next(&bench); step.verb != ENDPOINT_REST; step = next(&bench)) {
            beats += step.verb == ENDPOINT_BEAT;
            if (step.verb == ENDPOINT_ASK) endpoint_set_answered(&bench.set, A, bench.now_ms);
        }
    }
    assert_int_equal(beats, 12);
}

static void one_that_falls_silent_is_lost_and_the_next_in_use_within_three_seconds(void **state) {
    (void)state;
    struct bench bench = bench_of(3, ENDPOINT_NONE);
    open_first(&bench);
    live(&bench, 10500);
    const int64_t lost_ms = bench.now_ms;
    struct endpoint_step step = next(&bench);
    while (step.verb != ENDPOINT_CONNECT) {
        if (step.verb == ENDPOINT_REST) bench.now_ms = endpoint_set_deadline_ms(&bench.set);
        step = next(&bench);
    }
    assert_int_equal(step.endpoint, B);
    assert_true(bench.now_ms - lost_ms <= ENDPOINT_ASK_MS + ENDPOINT_ANSWER_MS_MIN);
    assert_non_null(strstr(bench.set.rows[A].why, "silent for"));
}

static void one_that_is_far_away_has_longer_to_answer(void **state) {
    (void)state;
    struct bench bench = bench_of(2, ENDPOINT_NONE);
    expect(&bench, ENDPOINT_CONNECT, A);
    opened(&bench, A, 400);
    bench.now_ms += ENDPOINT_ASK_MS;
    expect(&bench, ENDPOINT_ASK, A);
    expect_rest(&bench);
    assert_int_equal(endpoint_set_deadline_ms(&bench.set), bench.now_ms + 3200);
    bench.now_ms += 3000;
    expect_rest(&bench);
    endpoint_set_heard(&bench.set, A, bench.now_ms); /* anything will do */
    expect(&bench, ENDPOINT_ASK, A);
}

static void whoever_stood_still_himself_blames_nobody(void **state) {
    (void)state;
    struct bench bench = bench_of(2, ENDPOINT_NONE);
    open_first(&bench);
    bench.now_ms += ENDPOINT_ASK_MS;
    expect(&bench, ENDPOINT_ASK, A);
    expect_rest(&bench);
    bench.now_ms += 3600000; /* a laptop that slept */
    expect(&bench, ENDPOINT_BEAT, A);
    expect(&bench, ENDPOINT_ASK, A);
    expect_rest(&bench);
    assert_int_equal(endpoint_set_in_use(&bench.set), A);
    bench.now_ms += ENDPOINT_ANSWER_MS_MIN;
    expect(&bench, ENDPOINT_DROP, A);
    expect(&bench, ENDPOINT_CONNECT, B);
}

static void waits_double_to_a_minute_with_jitter(void **state) {
    (void)state;
    struct bench bench = bench_of(1, ENDPOINT_NONE);
    int64_t longest_ms = 0, window_ms = ENDPOINT_BACKOFF_MS_MIN;
    bool has_varied = false;
    for (int i = 0; i < 300; i++) {
        expect(&bench, ENDPOINT_CONNECT, A);
        failed(&bench, A, ENDPOINT_LOST);
        expect_rest(&bench);
        const int64_t wait_ms = bench.set.rows[A].next_try_ms - bench.now_ms;
        assert_int_equal(endpoint_set_deadline_ms(&bench.set), bench.set.rows[A].next_try_ms);
        assert_in_range(wait_ms, ENDPOINT_JITTER_MS_MIN, window_ms);
        if (wait_ms > longest_ms) longest_ms = wait_ms;
        has_varied |= i > 10 && wait_ms < ENDPOINT_BACKOFF_MS_MAX / 4;
        bench.now_ms += wait_ms - 1;
        expect_rest(&bench); /* not before its time */
        bench.now_ms += 1;
        window_ms = window_ms * 2 < ENDPOINT_BACKOFF_MS_MAX ? window_ms * 2 : ENDPOINT_BACKOFF_MS_MAX;
    }
    assert_true(longest_ms > ENDPOINT_BACKOFF_MS_MAX / 2 && has_varied);
    opened(&bench, A, 10); /* nothing is connecting */
    assert_int_equal(endpoint_set_in_use(&bench.set), ENDPOINT_NONE);
    expect(&bench, ENDPOINT_CONNECT, A); /* it never gives up */
}

static void what_works_for_a_minute_begins_anew(void **state) {
    (void)state;
    struct bench bench = bench_of(1, ENDPOINT_NONE);
    for (int i = 0; i < 5; i++) {
        expect(&bench, ENDPOINT_CONNECT, A);
        opened(&bench, A, 10); /* and goes again at once: the wait grows all the same */
        failed(&bench, A, ENDPOINT_LOST);
        bench.now_ms = bench.set.rows[A].next_try_ms;
    }
    assert_int_equal(bench.set.rows[A].failures, 5);
    expect(&bench, ENDPOINT_CONNECT, A);
    opened(&bench, A, 10);
    live(&bench, ENDPOINT_STEADY_MS);
    failed(&bench, A, ENDPOINT_LOST);
    assert_int_equal(bench.set.rows[A].failures, 1);
}

static void a_taken_id_is_not_held_against_the_endpoint(void **state) {
    (void)state;
    struct bench bench = bench_of(2, ENDPOINT_NONE);
    expect(&bench, ENDPOINT_CONNECT, A);
    endpoint_set_failed(&bench.set, A, ENDPOINT_TAKEN, "the id is taken", &bench.prng, bench.now_ms);
    assert_int_equal(bench.set.rows[A].failures, 0);
    assert_int_equal(bench.set.rows[A].failed_ms, 0);
    assert_string_equal(bench.set.rows[A].why, "the id is taken");
    expect(&bench, ENDPOINT_CONNECT, B);
    opened(&bench, B, 10);
    live(&bench, 10000);
    failed(&bench, B, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, A);
}

static void the_caretakers_choice_is_taken_at_once(void **state) {
    (void)state;
    struct bench bench = bench_of(3, ENDPOINT_NONE);
    open_first(&bench);
    assert_true(endpoint_set_choose(&bench.set, C, bench.now_ms));
    expect(&bench, ENDPOINT_DROP, A);
    expect(&bench, ENDPOINT_CONNECT, C);
    assert_int_equal(bench.set.reason, ENDPOINT_BY_HAND);
    opened(&bench, C, 10);
    assert_int_equal(bench.set.failovers, 0); /* nothing failed */
    failed(&bench, C, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, A); /* better another than none */
    opened(&bench, A, 10);
    assert_int_equal(bench.set.failovers, 1);
    live(&bench, 120000);
    assert_int_equal(endpoint_set_in_use(&bench.set), A); /* no change without need */
    failed(&bench, A, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, C); /* although it failed lately */
    assert_false(endpoint_set_choose(&bench.set, 3, bench.now_ms));
}

static void a_choice_does_not_wait_for_its_backoff(void **state) {
    (void)state;
    struct bench bench = bench_of(2, ENDPOINT_NONE);
    expect(&bench, ENDPOINT_CONNECT, A);
    failed(&bench, A, ENDPOINT_LOST);
    expect(&bench, ENDPOINT_CONNECT, B);
    opened(&bench, B, 10);
    assert_true(endpoint_set_choose(&bench.set, A, bench.now_ms));
    expect(&bench, ENDPOINT_DROP, B);
    expect(&bench, ENDPOINT_CONNECT, A);
}

static void taking_the_choice_back_returns_to_the_preferred_one(void **state) {
    (void)state;
    struct bench bench = bench_of(3, ENDPOINT_NONE);
    open_first(&bench);
    assert_true(endpoint_set_choose(&bench.set, B, bench.now_ms));
    expect(&bench, ENDPOINT_DROP, A);
    expect(&bench, ENDPOINT_CONNECT, B);
    opened(&bench, B, 10);
    assert_true(endpoint_set_choose(&bench.set, ENDPOINT_NONE, bench.now_ms));
    expect(&bench, ENDPOINT_DROP, B);
    expect(&bench, ENDPOINT_CONNECT, A);
    opened(&bench, A, 10);
    assert_true(endpoint_set_choose(&bench.set, ENDPOINT_NONE, bench.now_ms)); /* there already */
    expect_rest(&bench);
    assert_true(endpoint_set_choose(&bench.set, A, bench.now_ms));
    expect_rest(&bench);
    assert_int_equal(bench.set.reason, ENDPOINT_BY_HAND);
}

static void what_is_stopped_does_nothing_until_it_is_resumed(void **state) {
    (void)state;
    struct bench bench = bench_of(2, ENDPOINT_NONE);
    open_first(&bench);
    endpoint_set_stop(&bench.set, bench.now_ms);
    assert_int_equal(endpoint_set_deadline_ms(&bench.set), 0);
    expect(&bench, ENDPOINT_DROP, A);
    expect_rest(&bench);
    assert_int_equal(endpoint_set_deadline_ms(&bench.set), INT64_MAX);
    bench.now_ms += 86400000;
    expect_rest(&bench);
    assert_true(endpoint_set_choose(&bench.set, B, bench.now_ms));
    expect_rest(&bench);
    endpoint_set_resume(&bench.set, bench.now_ms);
    expect(&bench, ENDPOINT_CONNECT, B);
}

static void resuming_or_a_new_network_ends_every_wait(void **state) {
    (void)state;
    struct bench bench = bench_of(1, ENDPOINT_NONE);
    for (int i = 0; i < 2; i++) {
        expect(&bench, ENDPOINT_CONNECT, A);
        failed(&bench, A, ENDPOINT_LOST);
        expect_rest(&bench);
        endpoint_set_stop(&bench.set, bench.now_ms);
        endpoint_set_resume(&bench.set, bench.now_ms);
        expect(&bench, ENDPOINT_CONNECT, A);
        failed(&bench, A, ENDPOINT_LOST);
        endpoint_set_retry(&bench.set, bench.now_ms);
    }
}

static void the_one_in_use_is_asked_at_once_in_a_new_network(void **state) {
    (void)state;
    struct bench bench = bench_of(1, ENDPOINT_NONE);
    open_first(&bench);
    bench.now_ms += 100;
    expect_rest(&bench);
    endpoint_set_retry(&bench.set, bench.now_ms);
    expect(&bench, ENDPOINT_ASK, A);
    expect_rest(&bench);
    assert_int_equal(endpoint_set_deadline_ms(&bench.set), bench.now_ms + ENDPOINT_ANSWER_MS_MIN);
}

static void in_a_new_network_it_is_doubted_until_it_answers(void **state) {
    (void)state;
    struct bench bench = bench_of(2, ENDPOINT_NONE);
    open_first(&bench);
    assert_false(bench.set.is_doubted);
    endpoint_set_retry(&bench.set, bench.now_ms);
    assert_true(bench.set.is_doubted);
    endpoint_set_answered(&bench.set, A, bench.now_ms); /* to what was asked before */
    assert_true(bench.set.is_doubted);
    expect(&bench, ENDPOINT_ASK, A);
    endpoint_set_heard(&bench.set, A, bench.now_ms); /* that may have been on its way before */
    assert_true(bench.set.is_doubted);
    endpoint_set_answered(&bench.set, A, bench.now_ms);
    assert_false(bench.set.is_doubted);
    failed(&bench, A, ENDPOINT_LOST); /* and from here on it is its own fault again */
    assert_int_equal(bench.set.rows[A].state, ENDPOINT_WAITING);
}

static void a_connection_that_the_new_network_ended_is_no_failure_of_the_server(void **state) {
    (void)state;
    for (int is_told = 0; is_told <= 1; is_told++) {
        struct bench bench = bench_of(2, ENDPOINT_NONE);
        open_first(&bench);
        endpoint_set_retry(&bench.set, bench.now_ms);
        expect(&bench, ENDPOINT_ASK, A);
        bench.now_ms += ENDPOINT_ANSWER_MS_MIN;
        if (is_told == 1) failed(&bench, A, ENDPOINT_LOST);
        if (is_told == 0) expect(&bench, ENDPOINT_DROP, A);
        expect(&bench, ENDPOINT_CONNECT, A);
        assert_int_equal(bench.set.rows[A].failures, 0);
        assert_false(bench.set.is_doubted);
        failed(&bench, A, ENDPOINT_LOST); /* not there either: now it is */
        expect(&bench, ENDPOINT_CONNECT, B);
        assert_int_equal(bench.set.rows[A].failures, 1);
    }
}

static void what_comes_late_means_nothing(void **state) {
    (void)state;
    struct bench bench = bench_of(2, ENDPOINT_NONE);
    expect(&bench, ENDPOINT_CONNECT, A);
    bench.now_ms += ENDPOINT_PATIENCE_MS;
    expect(&bench, ENDPOINT_DROP, A);
    expect(&bench, ENDPOINT_CONNECT, B);
    opened(&bench, A, 1);
    failed(&bench, A, ENDPOINT_LOST);
    failed(&bench, 9, ENDPOINT_LOST);
    endpoint_set_answered(&bench.set, A, bench.now_ms);
    endpoint_set_answered(&bench.set, B, bench.now_ms); /* not asked yet */
    assert_int_equal(endpoint_set_active(&bench.set), B);
    assert_int_equal(bench.set.rows[A].failures, 1);
    assert_int_equal(bench.set.rows[B].state, ENDPOINT_CONNECTING);
}

/* All are down for five minutes, then one is back. */
static void it_never_gives_up(void **state) {
    (void)state;
    struct bench bench = bench_of(3, ENDPOINT_NONE);
    int attempts = 0;
    const int64_t back_ms = START_MS + 300000;
    while (endpoint_set_in_use(&bench.set) == ENDPOINT_NONE) {
        const struct endpoint_step step = next(&bench);
        attempts += step.verb == ENDPOINT_CONNECT;
        if (step.verb == ENDPOINT_CONNECT && bench.now_ms >= back_ms && step.endpoint == B)
            opened(&bench, B, 5);
        else if (step.verb == ENDPOINT_CONNECT)
            failed(&bench, step.endpoint, ENDPOINT_LOST);
        else if (endpoint_set_deadline_ms(&bench.set) > bench.now_ms)
            bench.now_ms = endpoint_set_deadline_ms(&bench.set);
    }
    assert_true(bench.now_ms <= back_ms + ENDPOINT_BACKOFF_MS_MAX + 5);
    assert_in_range(attempts, 15, 90); /* three of them, each about every half minute */
}

/* ---- Anything at all, over virtual time ---- */

/* The world: which have a connection, which would open, which would answer. */
struct world {
    struct bench bench;
    struct prng dice;
    bool has_connection[ENDPOINTS_MAX];
    int64_t may_try_ms[ENDPOINTS_MAX];
    bool is_asked;
};

static size_t count_in(const struct endpoint_set *set, enum endpoint_state state) {
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++) count += set->rows[i].state == state;
    return count;
}

static void check(const struct world *world) {
    const struct endpoint_set *set = &world->bench.set;
    const size_t active = count_in(set, ENDPOINT_CONNECTING) + count_in(set, ENDPOINT_IN_USE);
    size_t connections = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct endpoint *row = &set->rows[i];
        connections += world->has_connection[i];
        if (row->state == ENDPOINT_WAITING)
            assert_true(row->next_try_ms <= row->since_ms + ENDPOINT_BACKOFF_MS_MAX);
        else
            assert_int_equal(row->next_try_ms, 0);
        if (world->has_connection[i]) assert_int_equal(endpoint_set_active(set), i);
    }
    assert_true(connections <= 1);
    /* At rest exactly one is in use or connecting, unless all wait or it is stopped. */
    if (set->is_stopped)
        assert_int_equal(active, 0);
    else
        assert_int_equal(active, count_in(set, ENDPOINT_WAITING) == set->count ? 0 : 1);
    assert_true(endpoint_set_deadline_ms(set) > world->bench.now_ms);
    assert_true(set->is_stopped || endpoint_set_deadline_ms(set) <= world->bench.now_ms + ENDPOINT_BACKOFF_MS_MAX);
}

static void carry_out(struct world *world) {
    struct bench *bench = &world->bench;
    for (int i = 0; i < 100; i++) {
        const struct endpoint_step step = next(bench);
        if (step.verb == ENDPOINT_REST) {
            check(world);
            return;
        }
        if (step.verb == ENDPOINT_CONNECT) {
            assert_false(world->has_connection[step.endpoint]);
            assert_false(bench->set.is_stopped);
            assert_true(bench->now_ms >= world->may_try_ms[step.endpoint]);
            world->has_connection[step.endpoint] = true;
        } else {
            assert_true(world->has_connection[step.endpoint]);
            if (step.verb == ENDPOINT_DROP) world->has_connection[step.endpoint] = false;
        }
    }
    fail_msg("it never rests");
}

static void note_waits(struct world *world) {
    for (size_t i = 0; i < world->bench.set.count; i++) world->may_try_ms[i] = world->bench.set.rows[i].next_try_ms;
}

static void happen(struct world *world) {
    struct bench *bench = &world->bench;
    struct endpoint_set *set = &bench->set;
    const size_t which = prng_below(&world->dice, (uint32_t)set->count), active = endpoint_set_active(set);
    switch (prng_below(&world->dice, 16)) {
    case 0:
    case 1:
    case 2:
    case 3:
        if (active != ENDPOINT_NONE) endpoint_set_opened(set, active, bench->now_ms);
        break;
    case 4:
    case 5:
        if (active == ENDPOINT_NONE) break;
        world->has_connection[active] = false;
        failed(bench, active, (enum endpoint_fault)prng_below(&world->dice, ENDPOINT_TAKEN + 1));
        break;
    case 6: endpoint_set_heard(set, which, bench->now_ms); break;
    case 7:
    case 8:
    case 9: endpoint_set_answered(set, active == ENDPOINT_NONE ? which : active, bench->now_ms); break;
    case 10: endpoint_set_opened(set, which, bench->now_ms); break;
    case 11:
        if (prng_below(&world->dice, 8) == 0) endpoint_set_stop(set, bench->now_ms);
        break;
    case 12: endpoint_set_resume(set, bench->now_ms); break;
    case 13:
        if (prng_below(&world->dice, 8) == 0)
            (void)endpoint_set_choose(set, prng_below(&world->dice, 3) == 0 ? ENDPOINT_NONE : which, bench->now_ms);
        break;
    case 14:
        if (prng_below(&world->dice, 20) == 0) endpoint_set_retry(set, bench->now_ms);
        break;
    default: break; /* only time goes by */
    }
}

static void pass_time(struct world *world) {
    struct bench *bench = &world->bench;
    const int64_t deadline_ms = endpoint_set_deadline_ms(&bench->set);
    if (prng_below(&world->dice, 200) == 0)
        bench->now_ms += prng_between(&world->dice, 0, 7200000); /* it slept */
    else if (prng_below(&world->dice, 2) == 0 && deadline_ms != INT64_MAX && deadline_ms > bench->now_ms)
        bench->now_ms = deadline_ms;
    else
        bench->now_ms += prng_between(&world->dice, 0, 400);
}

static void whatever_happens_the_rules_hold(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct world world = {.bench = bench_of(1 + seed % 3, ENDPOINT_NONE), .dice = prng_seeded(seed)};
        carry_out(&world);
        for (int i = 0; i < 3000; i++) {
            pass_time(&world);
            happen(&world);
            note_waits(&world);
            carry_out(&world);
            note_waits(&world);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_do_not_fit_are_refused),
        cmocka_unit_test(the_first_of_the_configuration_is_tried_first),
        cmocka_unit_test(what_worked_last_is_tried_first_after_a_restart),
        cmocka_unit_test(the_next_is_tried_at_once_when_one_fails),
        cmocka_unit_test(the_choice_sticks_while_it_works),
        cmocka_unit_test(health_weighs_more_than_order),
        cmocka_unit_test(among_the_healthy_much_slower_ones_come_later),
        cmocka_unit_test(one_that_does_not_answer_is_left_after_its_time),
        cmocka_unit_test(one_alone_may_take_longer),
        cmocka_unit_test(a_slow_line_gets_more_time_when_all_were_too_slow),
        cmocka_unit_test(the_one_in_use_is_asked_each_second_while_another_stands_by),
        cmocka_unit_test(a_heartbeat_goes_out_every_five_seconds),
        cmocka_unit_test(one_that_falls_silent_is_lost_and_the_next_in_use_within_three_seconds),
        cmocka_unit_test(one_that_is_far_away_has_longer_to_answer),
        cmocka_unit_test(whoever_stood_still_himself_blames_nobody),
        cmocka_unit_test(waits_double_to_a_minute_with_jitter),
        cmocka_unit_test(what_works_for_a_minute_begins_anew),
        cmocka_unit_test(a_taken_id_is_not_held_against_the_endpoint),
        cmocka_unit_test(the_caretakers_choice_is_taken_at_once),
        cmocka_unit_test(a_choice_does_not_wait_for_its_backoff),
        cmocka_unit_test(taking_the_choice_back_returns_to_the_preferred_one),
        cmocka_unit_test(what_is_stopped_does_nothing_until_it_is_resumed),
        cmocka_unit_test(resuming_or_a_new_network_ends_every_wait),
        cmocka_unit_test(the_one_in_use_is_asked_at_once_in_a_new_network),
        cmocka_unit_test(in_a_new_network_it_is_doubted_until_it_answers),
        cmocka_unit_test(a_connection_that_the_new_network_ended_is_no_failure_of_the_server),
        cmocka_unit_test(what_comes_late_means_nothing),
        cmocka_unit_test(it_never_gives_up),
        cmocka_unit_test(whatever_happens_the_rules_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
