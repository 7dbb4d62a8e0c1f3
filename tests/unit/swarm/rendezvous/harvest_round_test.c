/* SPDX-License-Identifier: Apache-2.0 */
/* What one round of asking is, what is told of it, and what is counted of each source. */
#include "lib/engine_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { STEP_MS = 100, SOURCES = 2 };
#define MINUTE_MS 60000LL

/* A node with two sources, each of which answers or does not; what was told. */
struct bench {
    struct rig *rig;
    bool is_up[SOURCES];
    uint32_t events[EVENT_COUNT];
    int64_t figures[EVENT_COUNT][2]; /* of the last one */
};

static struct rendezvous_view view_of(const struct bench *bench) {
    struct rendezvous_view view;
    engine_view_rendezvous(bench->rig->engine, &view);
    return view;
}

static void note_events(struct bench *bench) {
    const struct action *action;
    for (size_t i = 0; (action = rig_action(bench->rig, ACTION_EMIT, i)) != NULL; i++) {
        const struct event *event = &action->as.event;
        bench->events[event->code]++;
        for (int f = 0; f < 2; f++) bench->figures[event->code][f] = event->figures[f];
    }
}

static void reply(struct bench *bench, uint8_t source) {
    static const struct beacon_reply list = {.is_ok = true};
    struct input input = {.kind = INPUT_BEACON_REPLY};
    bool is_up = bench->is_up[source];
    input.as.beacon.source = source;
    input.as.beacon.was_announce = true;
    input.as.beacon.elapsed_ms = is_up ? 30 : LIMIT_HARVEST_TIMEOUT_MS;
    input.as.beacon.outcome = is_up ? BEACON_OUTCOME_ANSWERED : BEACON_OUTCOME_TIMEOUT;
    input.as.beacon.status = is_up ? 200 : 0;
    input.as.beacon.reply = is_up ? &list : NULL;
    rig_feed(bench->rig, &input);
    note_events(bench);
}

static void reply_to_all(struct bench *bench) {
    for (uint8_t i = 0; i < SOURCES; i++) {
        if (view_of(bench).sources[i].is_asked) reply(bench, i);
    }
}

static void live(struct bench *bench, int64_t for_ms) {
    for (; for_ms > 0; for_ms -= STEP_MS) {
        rig_tick(bench->rig, STEP_MS);
        note_events(bench);
        reply_to_all(bench);
    }
}

static void begin(struct bench *bench, bool is_first_up, bool is_second_up) {
    *bench = (struct bench){.rig = RIG(.source_count = SOURCES), .is_up = {is_first_up, is_second_up}};
    rig_tick(bench->rig, 0);
    note_events(bench);
    reply_to_all(bench);
}

static void three_tries_are_one_round(void **state) {
    (void)state;
    struct bench bench;
    begin(&bench, false, false);
    live(&bench, 3900); /* the fourth comes 4 s after the start at the earliest */
    assert_int_equal(view_of(&bench).sources[0].attempts, LIMIT_HARVEST_TRIES);
    assert_int_equal(view_of(&bench).sources[1].attempts, LIMIT_HARVEST_TRIES);
    assert_int_equal(bench.events[EVENT_BEACON_TIMEOUT], LIMIT_HARVEST_TRIES * SOURCES);
    assert_int_equal(bench.events[EVENT_HARVEST_SUMMARY], 1);
    assert_int_equal(bench.figures[EVENT_HARVEST_SUMMARY][0], 0);
    assert_int_equal(bench.figures[EVENT_HARVEST_SUMMARY][1], LIMIT_HARVEST_TRIES * SOURCES);
    rig_free(bench.rig);
}

static void a_round_without_any_source_is_told_as_empty(void **state) {
    (void)state;
    struct bench bench;
    begin(&bench, false, false);
    live(&bench, 3900);
    assert_int_equal(bench.events[EVENT_HARVEST_EMPTY], 1);
    assert_int_equal(bench.figures[EVENT_HARVEST_EMPTY][0], LIMIT_HARVEST_TRIES);
    assert_int_equal(bench.figures[EVENT_HARVEST_EMPTY][1], LIMIT_SOURCE_SILENT_STREAK);
    assert_int_equal(bench.events[EVENT_HARVEST_NOBODY], 0);
    assert_int_equal(bench.events[EVENT_FALLBACK_BEGAN], 1);
    rig_free(bench.rig);
}

static void a_round_with_an_answer_is_not_empty(void **state) {
    (void)state;
    struct bench bench;
    begin(&bench, true, false);
    live(&bench, 5 * MINUTE_MS);
    assert_true(view_of(&bench).sources[1].failure_streak > LIMIT_HARVEST_TRIES);
    assert_int_equal(bench.events[EVENT_HARVEST_EMPTY], 0);
    assert_true(bench.events[EVENT_HARVEST_NOBODY] > 0); /* it answers, and knows nobody */
    rig_free(bench.rig);
}

static void a_source_that_answers_the_second_try_ends_the_round(void **state) {
    (void)state;
    struct bench bench;
    begin(&bench, false, true);
    assert_int_equal(bench.events[EVENT_HARVEST_SUMMARY], 0);
    bench.is_up[0] = true;
    live(&bench, 900);                                      /* the second try, before the second round */
    assert_int_equal(bench.events[EVENT_HARVEST_START], 0); /* none since the one that began it */
    live(&bench, 200);
    assert_true(bench.events[EVENT_HARVEST_SUMMARY] >= 1);
    assert_int_equal(view_of(&bench).sources[0].failure_streak, 0);
    rig_free(bench.rig);
}

static void sources_may_come_and_go(void **state) {
    (void)state;
    struct bench bench;
    begin(&bench, true, true);
    for (uint32_t times = 1; times <= 3; times++) {
        bench.is_up[0] = bench.is_up[1] = false;
        live(&bench, 4 * MINUTE_MS);
        assert_true(view_of(&bench).is_on_fallback);
        assert_int_equal(bench.events[EVENT_FALLBACK_BEGAN], times);
        bench.is_up[times % SOURCES] = true;
        live(&bench, 2 * MINUTE_MS);
        assert_false(view_of(&bench).is_on_fallback);
        assert_int_equal(bench.events[EVENT_FALLBACK_ENDED], times);
    }
    rig_free(bench.rig);
}

static void failures_are_counted_by_kind(void **state) {
    (void)state;
    struct bench bench;
    begin(&bench, true, true);
    struct input input = {.kind = INPUT_BEACON_REPLY};
    for (int outcome = 0; outcome < SOURCE_OUTCOMES; outcome++) {
        rig_feed(bench.rig, &(struct input){.kind = INPUT_REFRESH});
        rig_tick(bench.rig, 0);
        input.as.beacon.outcome = (enum beacon_outcome)outcome;
        input.as.beacon.status = outcome == BEACON_OUTCOME_ANSWERED ? 503 : 0;
        rig_feed(bench.rig, &input);
    }
    struct rendezvous_view view = view_of(&bench);
    const struct source *source = &view.sources[0];
    for (int outcome = 0; outcome < SOURCE_OUTCOMES; outcome++) assert_int_equal(source->failures[outcome], 1);
    assert_int_equal(source->attempts - source->successes, SOURCE_OUTCOMES);
    assert_int_equal(source_average_latency_ms(source), 30);
    rig_free(bench.rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_tries_are_one_round),
        cmocka_unit_test(a_round_without_any_source_is_told_as_empty),
        cmocka_unit_test(a_round_with_an_answer_is_not_empty),
        cmocka_unit_test(a_source_that_answers_the_second_try_ends_the_round),
        cmocka_unit_test(sources_may_come_and_go),
        cmocka_unit_test(failures_are_counted_by_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
