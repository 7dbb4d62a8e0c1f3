/* SPDX-License-Identifier: Apache-2.0 */
/* A run that fails becomes smaller while it fails, and what is printed replays it; seeds are read as people write
 * them. */
#include "sim/seed_range.h"
#include "sim/shrink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void count_try(void *context, const struct scenario_options *options, const struct scenario_report *report) {
    size_t *tries = context;
    (void)options;
    (void)report;
    (*tries)++;
}

static void keep_text(void *context, struct span text) {
    struct buffer *out = context;
    buffer_put(out, text);
}

/* Where nobody can be dialled, nobody is linked. */
static const struct scenario UNREACHABLE = {
    .name = "unreachable",
    .summary = "every router is closed",
    .closed_percent = 100,
    .faults.crashes = {.per_minute = 6, .down_ms_min = 1000, .down_ms_max = 2000},
};

static struct scenario_options failing(void) {
    return (struct scenario_options){.scenario = &UNREACHABLE, .nodes = 12, .seed = 1, .for_ms = 20000};
}

static void a_failing_run_becomes_smaller(void **state) {
    (void)state;
    struct scenario_options options = failing();
    struct shrink_result result;
    size_t tries = 0;
    assert_true(shrink(&options, &(struct shrink_listener){count_try, &tries}, &result));
    assert_int_equal(tries, result.runs);
    assert_false(scenario_is_good(&result.report));
    assert_int_equal(result.options.nodes, 2);
    assert_int_equal(result.options.for_ms, 5000);
    assert_int_equal(result.options.without, 1U << FAULT_CRASHES);
}

static void a_good_run_is_not_made_smaller(void **state) {
    (void)state;
    struct scenario_options options = {.scenario = scenario_find("calm"), .nodes = 5, .seed = 1, .for_ms = 20000};
    struct shrink_result result;
    size_t tries = 0;
    assert_false(shrink(&options, &(struct shrink_listener){count_try, &tries}, &result));
    assert_int_equal(tries, 0);
}

static void what_failed_is_printed_with_its_replay(void **state) {
    (void)state;
    uint8_t memory[16384];
    struct buffer out = buffer_over(memory, sizeof memory - 1);
    struct seed_range range = {.first = 1, .last = 2, .shrinks = true, .print = keep_text, .context = &out};
    struct scenario_options options = failing();
    assert_int_equal(seed_range_run(&range, &options), 2);
    memory[out.size] = '\0';
    assert_non_null(strstr((const char *)memory, "unreachable seed 1: FAILED"));
    assert_non_null(strstr((const char *)memory, "  replay: skep sim unreachable --nodes 12 --seed 1 --for 20s\n"));
    assert_non_null(
        strstr((const char *)memory, "  replay: skep sim unreachable --nodes 2 --seed 1 --for 5s --without crashes\n"));
}

static void seeds_are_read_as_a_range(void **state) {
    (void)state;
    struct seed_range range = {0};
    assert_true(seed_range_read(&range, "3..20"));
    assert_true(range.first == 3 && range.last == 20);
    assert_true(seed_range_read(&range, "7"));
    assert_true(range.first == 7 && range.last == 7);
    const char *const wrong[] = {"", "..", "1..", "..2", "5..4", "1-2", "a", "1..2x", "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert_false(seed_range_read(&range, wrong[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_run_becomes_smaller),
        cmocka_unit_test(a_good_run_is_not_made_smaller),
        cmocka_unit_test(what_failed_is_printed_with_its_replay),
        cmocka_unit_test(seeds_are_read_as_a_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
