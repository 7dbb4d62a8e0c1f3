/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/demo_faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NODES = 8, TICK_MS = 250, HOUR_MS = 3600000 };

static void both_faults_are_read_in_any_order(void **state) {
    (void)state;
    struct demo_faults_wish wish;
    assert_true(demo_faults_read("stall=2%,churn=6/min", &wish));
    assert_int_equal(wish.stall_percent, 2);
    assert_int_equal(wish.churn_per_minute, 6);
    assert_true(demo_faults_read("churn=60/min,stall=90%", &wish));
    assert_int_equal(wish.stall_percent, 90);
    assert_int_equal(wish.churn_per_minute, 60);
}

static void one_fault_alone_is_read(void **state) {
    (void)state;
    struct demo_faults_wish wish;
    assert_true(demo_faults_read("stall=1%", &wish));
    assert_int_equal(wish.churn_per_minute, 0);
    assert_true(demo_faults_read("churn=1/min", &wish));
    assert_int_equal(wish.stall_percent, 0);
}

static void anything_else_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "",
        "stall",
        "stall=",
        "stall=%",
        "stall=2",
        "stall=0%",
        "stall=91%",
        "stall=-2%",
        "stall=2%,",
        ",stall=2%",
        "churn=6",
        "churn=/min",
        "churn=0/min",
        "churn=61/min",
        "churn=6/s",
        "loss=2%",
        "stall=2 %",
        "stall=02%",
        "stall=2%%",
        "stall=2%,stall=3%",
        "stall=2%;churn=6/min",
        "stall%",
        "churn/min",
        "churn=6/mi",
        "STALL=2%",
        "churn=6/min,churn=6/min",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct demo_faults_wish wish;
        if (demo_faults_read(wrong[i], &wish)) fail_msg("\"%s\" was taken", wrong[i]);
    }
}

/* An hour of faults: what was done, and how long nodes were stopped in all. Each act must fit the node's state. */
struct hour {
    int stops, continues, kills, starts;
    int64_t stopped_ms;
    bool is_stopped[NODES], is_down[NODES];
};

static void hour_note(struct hour *hour, const struct demo_act *act) {
    assert_in_range(act->node, 1, NODES - 1);
    bool *is_stopped = &hour->is_stopped[act->node];
    bool *is_down = &hour->is_down[act->node];
    const bool is_running = !*is_stopped && !*is_down;
    switch (act->kind) {
    case DEMO_ACT_STOP:
        assert_true(is_running);
        assert_in_range(act->for_ms, DEMO_STALL_MS_MIN, DEMO_STALL_MS_MAX);
        hour->stops++;
        break;
    case DEMO_ACT_CONTINUE:
        assert_true(*is_stopped);
        hour->continues++;
        break;
    case DEMO_ACT_KILL:
        assert_true(is_running);
        hour->kills++;
        break;
    case DEMO_ACT_START:
        assert_true(*is_down);
        hour->starts++;
        break;
    }
    *is_stopped = act->kind == DEMO_ACT_STOP;
    *is_down = act->kind == DEMO_ACT_KILL;
}

static struct hour hour_of(const char *text, uint64_t seed) {
    struct hour hour = {0};
    struct demo_faults_wish wish;
    struct demo_faults faults;
    struct demo_act act;
    assert_true(demo_faults_read(text, &wish));
    demo_faults_init(&faults, &wish, NODES, seed, 0);
    for (int64_t now_ms = 0; now_ms < HOUR_MS; now_ms += TICK_MS) {
        while (demo_faults_next(&faults, now_ms, &act)) hour_note(&hour, &act);
        for (size_t i = 0; i < NODES; i++) hour.stopped_ms += hour.is_stopped[i] ? TICK_MS : 0;
    }
    return hour;
}

static void stalls_have_the_share_that_was_asked_for(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int percent;
    } cases[] = {{"stall=2%", 2}, {"stall=25%", 25}, {"stall=80%", 80}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct hour hour = hour_of(cases[i].text, 7 + i);
        const int64_t asked_ms = (int64_t)HOUR_MS * (NODES - 1) * cases[i].percent / 100;
        assert_in_range(hour.stopped_ms, asked_ms * 9 / 10, asked_ms * 11 / 10);
        assert_int_equal(hour.kills, 0);
        assert_in_range(hour.stops - hour.continues, 0, NODES - 1);
    }
}

static void churn_kills_as_often_as_asked_and_starts_again(void **state) {
    (void)state;
    const struct hour hour = hour_of("churn=6/min", 11);
    assert_in_range(hour.kills, 360 * 9 / 10, 360 * 11 / 10);
    assert_in_range(hour.kills - hour.starts, 0, 1);
    assert_int_equal(hour.stops, 0);
}

static void both_at_once_never_harm_a_node_twice(void **state) {
    (void)state;
    const struct hour hour = hour_of("stall=60%,churn=60/min", 13);
    assert_true(hour.stops > 0 && hour.kills > 0); /* hour_note judged each act */
}

static void the_same_seed_has_the_same_faults(void **state) {
    (void)state;
    const struct hour first = hour_of("stall=10%,churn=20/min", 17);
    const struct hour second = hour_of("stall=10%,churn=20/min", 17);
    assert_memory_equal(&first, &second, sizeof first);
}

static void a_node_that_ended_by_itself_is_left_alone(void **state) {
    (void)state;
    const struct demo_faults_wish wish = {.stall_percent = 50, .churn_per_minute = 60};
    struct demo_faults faults;
    struct demo_act act;
    demo_faults_init(&faults, &wish, 2, 19, 0);
    demo_faults_lost(&faults, 1);
    for (int64_t now_ms = 0; now_ms < HOUR_MS; now_ms += TICK_MS) assert_false(demo_faults_next(&faults, now_ms, &act));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_faults_are_read_in_any_order),
        cmocka_unit_test(one_fault_alone_is_read),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(stalls_have_the_share_that_was_asked_for),
        cmocka_unit_test(churn_kills_as_often_as_asked_and_starts_again),
        cmocka_unit_test(both_at_once_never_harm_a_node_twice),
        cmocka_unit_test(the_same_seed_has_the_same_faults),
        cmocka_unit_test(a_node_that_ended_by_itself_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
