/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/history_sample.h"

#include "unit/daemon/history/history_fixture.h"

static struct history_row sampled(struct seen *seen, struct history_marks *marks) {
    struct history_row row = {0};
    assert_true(history_sample(marks, seen_at(seen, NOON_S), &row));
    return row;
}

static void open_links_are_counted_and_measured(void **state) {
    (void)state;
    struct history_marks marks = {0};
    static struct seen seen;
    seen_init(&seen, 4);
    seen.links[1].rtt_ms = -1;
    seen.links[2].rtt_ms = 300;
    seen.links[2].loss_in = 0.5;
    seen.links[1].loss_in = 0;
    seen.links[3].state = LINK_STATE_CLOSED;
    const struct history_row row = sampled(&seen, &marks);
    struct history_sum sum = {0};
    history_sum_add(&sum, &row);
    const struct history_figures figures = history_sum_figures(&sum);
    assert_int_equal(row.at_s, NOON_S);
    assert_int_equal(row.seconds, 1);
    assert_int_equal(row.links, 3);
    assert_int_equal(row.links_wanted, 8);
    assert_float_equal(figures.rtt_p50_ms, 10, 1);
    assert_float_equal(figures.loss_in, 0.25, 0.001); /* of the two links of which it is known */
    assert_true(figures.loss_out < 0);
}

static void what_only_grows_is_told_by_how_much_it_grew(void **state) {
    (void)state;
    struct history_marks marks = {0};
    static struct seen seen;
    seen_init(&seen, 1);
    seen.evidence.bytes_in = 1000;
    seen.source.attempts = 2;
    seen.source.successes = 1;
    struct history_row row = sampled(&seen, &marks);
    assert_int_equal(row.bytes_in, 1000); /* since the start */
    assert_int_equal(row.rendezvous_attempts, 2);
    assert_int_equal(row.rendezvous_successes, 1);
    seen.evidence.bytes_in = 1400;
    seen.evidence.bytes_out = 7;
    row = sampled(&seen, &marks);
    assert_int_equal(row.bytes_in, 400);
    assert_int_equal(row.in_peak, 400);
    assert_int_equal(row.bytes_out, 7);
    assert_int_equal(row.rendezvous_attempts, 0);
}

static void a_look_that_came_late_is_no_peak(void **state) {
    (void)state;
    struct history_marks marks = {0};
    static struct seen seen;
    seen_init(&seen, 1);
    (void)sampled(&seen, &marks);
    seen.evidence.now_ms += 3000;
    seen.evidence.bytes_in = 4000;
    assert_int_equal(sampled(&seen, &marks).in_peak, 1000);
}

static void the_worst_finding_is_the_level(void **state) {
    (void)state;
    struct history_marks marks = {0};
    static struct seen seen;
    seen_init(&seen, 1);
    seen_find(&seen, FINDING_NOT_REACHABLE, EVENT_LEVEL_INFO);
    assert_int_equal(sampled(&seen, &marks).level, HISTORY_CALM);
    seen_find(&seen, FINDING_BEACON_SILENT, EVENT_LEVEL_WARN);
    assert_int_equal(sampled(&seen, &marks).level, HISTORY_WARN);
    seen_find(&seen, FINDING_NO_PEERS, EVENT_LEVEL_ERROR);
    const struct history_row row = sampled(&seen, &marks);
    assert_int_equal(row.level, HISTORY_BAD);
    assert_int_equal(row.findings, 1U << FINDING_NOT_REACHABLE | 1U << FINDING_BEACON_SILENT | 1U << FINDING_NO_PEERS);
}

static void a_clock_before_1970_or_after_2106_gives_no_row(void **state) {
    (void)state;
    static const int64_t wrong_ms[] = {-1000, 0, 999, (int64_t)UINT32_MAX * 1000, INT64_MAX};
    static struct seen seen;
    seen_init(&seen, 1);
    for (size_t i = 0; i < sizeof wrong_ms / sizeof wrong_ms[0]; i++) {
        struct history_marks marks = {0};
        struct history_row row;
        struct history_evidence *evidence = seen_at(&seen, NOON_S);
        evidence->wall_ms = wrong_ms[i];
        assert_false(history_sample(&marks, evidence, &row));
    }
}

static void a_full_link_table_fits_a_row(void **state) {
    (void)state;
    struct history_marks marks = {0};
    static struct seen seen;
    seen_init(&seen, LIMIT_LINKS_MAX);
    for (size_t i = 0; i < LIMIT_LINKS_MAX; i++) seen.links[i].loss_in = seen.links[i].loss_out = 1;
    const struct history_row row = sampled(&seen, &marks);
    assert_int_equal(row.links, LIMIT_LINKS_MAX);
    assert_int_equal(row.loss_in, HISTORY_LOSS_ALL);
    assert_int_equal(row.loss_in_weight, LIMIT_LINKS_MAX);
    assert_float_equal(row.rtt_p95_peak_ms, 10, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_links_are_counted_and_measured),
        cmocka_unit_test(what_only_grows_is_told_by_how_much_it_grew),
        cmocka_unit_test(a_look_that_came_late_is_no_peak),
        cmocka_unit_test(the_worst_finding_is_the_level),
        cmocka_unit_test(a_clock_before_1970_or_after_2106_gives_no_row),
        cmocka_unit_test(a_full_link_table_fits_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
