/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/certificate_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const int64_t DAY_MS = 86400000;

struct place {
    struct loop *loop;
    struct event_log *events;
    struct certificate_watch *watch;
};

static int setup(void **state) {
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    assert_int_equal(loop_new(&place->loop), ERR_OK);
    place->events = event_log_new();
    place->watch = certificate_watch_new(place->loop, place->events);
    *state = place;
    return 0;
}

static int teardown(void **state) {
    struct place *place = *state;
    certificate_watch_free(place->watch);
    event_log_free(place->events);
    loop_free(place->loop);
    free(place);
    return 0;
}

/* The number of the last event after a certificate that is good for that long has been loaded. */
static uint64_t told_of(struct place *place, int64_t left_ms, bool has_open_key) {
    const struct http_tls_facts facts = {
        .is_on = true, .has_open_key = has_open_key, .expires_at_ms = loop_wall_ms(place->loop) + left_ms};
    certificate_watch_set(place->watch, &facts, "/etc/skep/key.pem");
    return event_log_newest(place->events);
}

static const struct event *last(struct place *place) {
    return &event_log_at(place->events, event_log_newest(place->events))->event;
}

static void a_certificate_with_time_left_is_no_news(void **state) {
    struct place *place = *state;
    const struct http_tls_facts off = {0};
    assert_int_equal(told_of(place, 15 * DAY_MS, false), 0);
    certificate_watch_set(place->watch, &off, "");
    assert_int_equal(event_log_newest(place->events), 0);
}

static void two_weeks_before_its_end_it_is_told(void **state) {
    struct place *place = *state;
    assert_int_equal(told_of(place, 13 * DAY_MS + DAY_MS / 2, false), 1);
    assert_int_equal(last(place)->code, EVENT_CERTIFICATE_ENDS);
    assert_int_equal(last(place)->figures[0], 13);
    assert_int_equal(told_of(place, -3 * DAY_MS - DAY_MS / 2, false), 2);
    assert_int_equal(last(place)->code, EVENT_CERTIFICATE_OVER);
    assert_int_equal(last(place)->figures[0], 3);
}

static void a_key_that_lies_open_is_told_by_its_name(void **state) {
    struct place *place = *state;
    assert_int_equal(told_of(place, 90 * DAY_MS, true), 1);
    assert_int_equal(last(place)->code, EVENT_CERTIFICATE_KEY_OPEN);
    assert_string_equal(last(place)->text, "/etc/skep/key.pem");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_certificate_with_time_left_is_no_news),
        TEST(two_weeks_before_its_end_it_is_told),
        TEST(a_key_that_lies_open_is_told_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
