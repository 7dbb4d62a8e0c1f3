/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/history/history_tiers.h"

#include "base/memory.h"
#include "daemon/history/history_range.h"
#include "unit/daemon/history/history_fixture.h"

enum { HOUR_S = 3600, DAY_S = 86400 };

static int setup(void **state) {
    *state = memory_zeroed(1, sizeof(struct history_tiers));
    return 0;
}

static int teardown(void **state) {
    memory_free(*state);
    return 0;
}

static struct history_row second_at(uint32_t at_s) {
    return (struct history_row){.at_s = at_s,
                                .seconds = 1,
                                .links = 4,
                                .links_wanted = 8,
                                .bytes_in = 100,
                                .in_peak = 100,
                                .rtt_p95_peak_ms = -1};
}

static void put(struct history_tiers *tiers, uint32_t from_s, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const struct history_row row = second_at(from_s + i);
        history_tiers_put(tiers, &row);
    }
}

/* The first second of each minute alone. */
static void put_minutes(struct history_tiers *tiers, uint32_t from_s, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) put(tiers, from_s + i * 60, 1);
}

static uint32_t seconds_of(const struct history_tiers *tiers, enum history_tier tier, uint32_t at_s) {
    const struct history_row *row = row_at(tiers, tier, at_s);
    return row == NULL ? 0 : row->seconds;
}

static uint64_t seconds_in(const struct history_tiers *tiers, enum history_tier tier, uint32_t from_s, uint32_t end_s) {
    struct history_sum sum = {0};
    history_tiers_sum(tiers, tier, from_s, end_s, &sum);
    return sum.seconds;
}

static struct history_figures figures_of(const struct history_row *row) {
    struct history_sum sum = {0};
    history_sum_add(&sum, row);
    return history_sum_figures(&sum);
}

/* ---- Merging ---- */

static void a_minute_is_made_of_its_seconds(void **state) {
    struct history_tiers *tiers = *state;
    for (uint32_t i = 0; i < 60; i++) {
        struct history_row row = second_at(NOON_S + i);
        struct rtt_counts rtts = {0};
        rtt_counts_add(&rtts, i < 54 ? 10 : 500);
        row.rtts = rtt_counts_pack(&rtts);
        row.bytes_in = row.in_peak = i == 30 ? 6100 : 100;
        row.level = i == 7 ? HISTORY_BAD : HISTORY_CALM;
        row.findings = i == 7 ? 2 : 1;
        row.rendezvous_attempts = i < 3;
        row.loss_in = i == 5 ? HISTORY_LOSS_ALL : 0; /* of one link, then none of three */
        row.loss_in_weight = i == 5 ? 1 : i == 6 ? 3 : 0;
        row.loss_in_peak = row.loss_in;
        history_tiers_put(tiers, &row);
    }
    const struct history_row *minute = row_at(tiers, HISTORY_MINUTES, NOON_S + 59);
    assert_non_null(minute);
    assert_int_equal(minute->at_s, NOON_S);
    assert_int_equal(minute->seconds, 60);
    const struct history_figures figures = figures_of(minute);
    assert_float_equal(figures.links, 4, 0.001);
    assert_float_equal(figures.in_bytes_per_second, 200, 0.001);
    assert_float_equal(figures.in_peak, 6100, 0.001);
    assert_float_equal(figures.rtt_p50_ms, 10, 1);
    assert_float_equal(figures.rtt_p95_ms, 500, 45); /* six of sixty; no mean of percentiles gives it */
    assert_float_equal(figures.rtt_p95_peak_ms, 500, 45);
    assert_float_equal(figures.loss_in, 0.25, 0.001); /* one link of four lost everything */
    assert_float_equal(figures.loss_in_peak, 1, 0.001);
    assert_true(figures.loss_out < 0);
    assert_float_equal(figures.rendezvous_attempts, 3, 0.001);
    assert_float_equal(figures.level, HISTORY_BAD, 0.001);
    assert_int_equal(minute->findings, 3);
}

static void an_hour_is_made_of_its_minutes_and_never_behind(void **state) {
    struct history_tiers *tiers = *state;
    put(tiers, NOON_S, HOUR_S);
    assert_int_equal(seconds_of(tiers, HISTORY_HOURS, NOON_S + 10), HOUR_S);
    assert_float_equal(figures_of(row_at(tiers, HISTORY_HOURS, NOON_S)).links, 4, 0.001);
    put(tiers, NOON_S + HOUR_S, 1);
    assert_int_equal(seconds_of(tiers, HISTORY_HOURS, NOON_S + HOUR_S), 1);
    assert_int_equal(seconds_of(tiers, HISTORY_MINUTES, NOON_S + HOUR_S + 59), 1);
}

static void what_is_not_known_stays_so(void **state) {
    struct history_tiers *tiers = *state;
    put(tiers, NOON_S, 1);
    const struct history_figures figures = figures_of(row_at(tiers, HISTORY_HOURS, NOON_S));
    assert_true(figures.rtt_p50_ms < 0 && figures.rtt_p95_ms < 0 && figures.rtt_p95_peak_ms < 0);
    assert_true(figures.loss_in < 0 && figures.loss_out < 0 && figures.loss_in_peak < 0);
    assert_float_equal(figures.level, HISTORY_CALM, 0.001);
}

/* ---- Gaps and rings ---- */

static void the_time_the_node_was_down_is_a_gap(void **state) {
    struct history_tiers *tiers = *state;
    put(tiers, NOON_S, 30);
    put(tiers, NOON_S + 150, 30);
    assert_null(row_at(tiers, HISTORY_SECONDS, NOON_S + 30));
    assert_null(row_at(tiers, HISTORY_MINUTES, NOON_S + 60));
    assert_int_equal(seconds_of(tiers, HISTORY_MINUTES, NOON_S), 30);
    assert_int_equal(seconds_of(tiers, HISTORY_HOURS, NOON_S), 60);
    assert_float_equal(figures_of(row_at(tiers, HISTORY_HOURS, NOON_S)).in_bytes_per_second, 100, 0.001);
}

static void full_tiers_go_round(void **state) {
    struct history_tiers *tiers = *state;
    const uint32_t end_s = NOON_S + 32 * DAY_S;
    put_minutes(tiers, NOON_S, 32 * DAY_S / 60);
    put(tiers, end_s - HOUR_S - 10, HOUR_S + 10);
    assert_int_equal(history_tiers_oldest_s(tiers, HISTORY_SECONDS, end_s), end_s - HISTORY_SECOND_ROWS);
    assert_int_equal(history_tiers_oldest_s(tiers, HISTORY_MINUTES, end_s), end_s - HISTORY_MINUTE_ROWS * 60);
    assert_int_equal(history_tiers_oldest_s(tiers, HISTORY_HOURS, end_s), end_s - HISTORY_HOUR_ROWS * HOUR_S);
    assert_null(row_at(tiers, HISTORY_SECONDS, end_s - HISTORY_SECOND_ROWS - 1));
    assert_null(row_at(tiers, HISTORY_HOURS, NOON_S + HOUR_S));
    assert_int_equal(seconds_in(tiers, HISTORY_HOURS, end_s - 31 * DAY_S, end_s - DAY_S), 30 * DAY_S / 60);
}

static void what_a_slot_held_a_round_ago_is_not_taken_for_now(void **state) {
    struct history_tiers *tiers = *state;
    put(tiers, NOON_S, 60);
    assert_null(row_at(tiers, HISTORY_SECONDS, NOON_S + HISTORY_SECOND_ROWS));
    assert_null(row_at(tiers, HISTORY_MINUTES, NOON_S + HISTORY_MINUTE_ROWS * 60));
    assert_int_equal(seconds_of(tiers, HISTORY_SECONDS, NOON_S), 1);
}

/* ---- Clocks ---- */

static void a_clock_set_back_counts_no_second_twice(void **state) {
    struct history_tiers *tiers = *state;
    put(tiers, NOON_S, 90);
    put(tiers, NOON_S + 50, 90);
    assert_int_equal(seconds_of(tiers, HISTORY_MINUTES, NOON_S), 60);
    assert_int_equal(seconds_of(tiers, HISTORY_MINUTES, NOON_S + 60), 60);
    assert_int_equal(seconds_of(tiers, HISTORY_HOURS, NOON_S), 140);
    assert_int_equal(seconds_in(tiers, HISTORY_SECONDS, NOON_S, NOON_S + 200), 140);
}

/* Ten years ahead for 20 s, and back: as many seconds are lost as were wrong, a minute, an hour, and no more. */
static void a_clock_far_ahead_costs_the_rows_it_wrote_and_no_other(void **state) {
    struct history_tiers *tiers = *state;
    const uint32_t end_s = NOON_S + 2 * DAY_S, ahead_s = end_s + 10 * 365 * DAY_S;
    put_minutes(tiers, NOON_S, 2 * DAY_S / 60);
    put(tiers, end_s - HOUR_S, HOUR_S);
    const uint64_t minutes = seconds_in(tiers, HISTORY_MINUTES, NOON_S, end_s);
    const uint64_t hours = seconds_in(tiers, HISTORY_HOURS, NOON_S, end_s);
    put(tiers, ahead_s, 20);
    const uint64_t kept = seconds_in(tiers, HISTORY_SECONDS, end_s - HOUR_S, end_s);
    assert_int_equal(kept, HOUR_S - 20);
    assert_in_range(seconds_in(tiers, HISTORY_MINUTES, NOON_S, end_s), minutes - 60, minutes);
    assert_in_range(seconds_in(tiers, HISTORY_HOURS, NOON_S, end_s), hours - HOUR_S, hours);
    put(tiers, end_s, HOUR_S); /* right again: the ring is whole after one round */
    assert_int_equal(seconds_in(tiers, HISTORY_SECONDS, end_s, end_s + HOUR_S), HOUR_S);
    assert_int_equal(history_tiers_oldest_s(tiers, HISTORY_SECONDS, end_s + HOUR_S), end_s);
}

static void rows_of_a_time_to_come_are_not_shown(void **state) {
    struct history_tiers *tiers = *state;
    static struct history_figures figures[HISTORY_POINTS_MAX];
    put(tiers, NOON_S, 5);
    put(tiers, NOON_S + 7, 2);
    const struct history_span span = history_span_of(HISTORY_RANGE_15M, NOON_S + 5);
    history_span_fill(&span, tiers, NOON_S + 5, figures);
    assert_true(figures[span.points - 1].links < 0);
    assert_float_equal(figures[span.points - 2].links, 4, 0.001);
    assert_int_equal(history_tiers_oldest_s(tiers, HISTORY_SECONDS, NOON_S - 1), 0);
}

static void a_clock_that_starts_in_1970_leaves_the_rest_alone(void **state) {
    struct history_tiers *tiers = *state;
    put(tiers, NOON_S, HOUR_S);
    put(tiers, 5, 30);
    assert_int_equal(seconds_in(tiers, HISTORY_SECONDS, NOON_S, NOON_S + HOUR_S), HOUR_S - 30);
    assert_int_equal(seconds_of(tiers, HISTORY_MINUTES, 0), 0); /* the minute 0 would be taken for none */
}

/* ---- From the disk ---- */

static void rows_that_cannot_be_are_not_restored(void **state) {
    struct history_tiers *tiers = *state;
    struct history_row row = second_at(NOON_S);
    assert_true(history_tiers_restore(tiers, HISTORY_MINUTES, &row));
    row.at_s = NOON_S + 1;
    assert_false(history_tiers_restore(tiers, HISTORY_MINUTES, &row)); /* between two minutes */
    row.seconds = 2;
    assert_false(history_tiers_restore(tiers, HISTORY_SECONDS, &row)); /* two seconds in one */
    row.seconds = 0;
    assert_false(history_tiers_restore(tiers, HISTORY_SECONDS, &row));
    row = second_at(0);
    assert_false(history_tiers_restore(tiers, HISTORY_HOURS, &row));
    row = second_at(NOON_S);
    row.level = HISTORY_BAD + 1;
    assert_false(history_tiers_restore(tiers, HISTORY_SECONDS, &row));
}

/* A kill in the middle of a minute: its seconds are there, its minute and hour are not, or are behind. */
static void what_a_kill_left_behind_is_mended(void **state) {
    struct history_tiers *tiers = *state;
    for (uint32_t i = 0; i < 90; i++) {
        const struct history_row row = second_at(NOON_S + i);
        assert_true(history_tiers_restore(tiers, HISTORY_SECONDS, &row));
    }
    struct history_row early = second_at(NOON_S);
    early.seconds = 20;
    assert_true(history_tiers_restore(tiers, HISTORY_MINUTES, &early));
    history_tiers_mend(tiers);
    assert_int_equal(seconds_of(tiers, HISTORY_MINUTES, NOON_S), 60);
    assert_int_equal(seconds_of(tiers, HISTORY_MINUTES, NOON_S + 60), 30);
    assert_int_equal(seconds_of(tiers, HISTORY_HOURS, NOON_S), 90);
}

static void a_coarser_row_that_knows_more_is_left_as_it_is(void **state) {
    struct history_tiers *tiers = *state;
    struct history_row hour = second_at(NOON_S);
    hour.seconds = HOUR_S;
    assert_true(history_tiers_restore(tiers, HISTORY_HOURS, &hour)); /* its minutes are long gone */
    const struct history_row row = second_at(NOON_S + 59);
    assert_true(history_tiers_restore(tiers, HISTORY_SECONDS, &row));
    history_tiers_mend(tiers);
    assert_int_equal(seconds_of(tiers, HISTORY_MINUTES, NOON_S), 1);
    assert_int_equal(seconds_of(tiers, HISTORY_HOURS, NOON_S), HOUR_S);
}

/* ---- Ranges ---- */

static void a_range_ends_with_the_point_of_now_and_has_whole_steps(void **state) {
    (void)state;
    static const uint32_t lengths_s[HISTORY_RANGES] = {900, HOUR_S, DAY_S, 30 * DAY_S};
    for (enum history_range range = 0; range <= HISTORY_RANGE_30D; range++) {
        const uint32_t now_s = NOON_S + 12345;
        const struct history_span span = history_span_of(range, now_s);
        assert_int_equal(span.points * span.step_s, lengths_s[range]);
        assert_true(span.points <= HISTORY_POINTS_MAX);
        assert_int_equal(span.from_s % span.step_s, 0);
        assert_int_equal(span.step_s % history_tier_step_s(span.tier), 0);
        assert_true(lengths_s[range] <= history_tier_rows(span.tier) * history_tier_step_s(span.tier));
        const uint32_t end_s = span.from_s + span.points * span.step_s;
        assert_true(now_s < end_s && now_s >= end_s - span.step_s);
    }
    assert_int_equal(history_span_of(HISTORY_RANGE_30D, 1000).from_s, 0); /* a clock that is wrong */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_minute_is_made_of_its_seconds),
        TEST(an_hour_is_made_of_its_minutes_and_never_behind),
        TEST(what_is_not_known_stays_so),
        TEST(the_time_the_node_was_down_is_a_gap),
        TEST(full_tiers_go_round),
        TEST(what_a_slot_held_a_round_ago_is_not_taken_for_now),
        TEST(a_clock_set_back_counts_no_second_twice),
        TEST(a_clock_far_ahead_costs_the_rows_it_wrote_and_no_other),
        TEST(rows_of_a_time_to_come_are_not_shown),
        TEST(a_clock_that_starts_in_1970_leaves_the_rest_alone),
        TEST(rows_that_cannot_be_are_not_restored),
        TEST(what_a_kill_left_behind_is_mended),
        TEST(a_coarser_row_that_knows_more_is_left_as_it_is),
        TEST(a_range_ends_with_the_point_of_now_and_has_whole_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
