/* SPDX-License-Identifier: Apache-2.0 */
/* Every scenario that `skep sim` offers ends well, tells what it measured, and can be run again. */
#include "lib/swarm.h"
#include "sim/scenario.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_scenario_ends_well(void **state) {
    (void)state;
    enum { NODES = 20 };
    for (size_t i = 0; i < scenario_count(); i++) {
        for (uint64_t seed = 1; seed <= 2; seed++) {
            struct scenario_options options = {
                .scenario = scenario_at(i), .nodes = NODES, .seed = seed, .for_ms = 240000};
            struct scenario_report report;
            scenario_run(&options, &report);
            if (!scenario_is_good(&report)) {
                uint8_t memory[SCENARIO_TEXT_MAX];
                struct buffer out = buffer_over(memory, sizeof memory);
                scenario_write_text(&out, &options, &report);
                print_message("%.*s", (int)out.size, (const char *)memory);
            }
            print_message("%s, seed %d: one after %d ms, %d links, healed after %d ms\n", options.scenario->name,
                          (int)seed, (int)report.one_component_ms, (int)report.links, (int)report.healed_ms);
            assert_true(scenario_is_good(&report));
        }
    }
}

static void a_report_is_json_and_names_its_replay(void **state) {
    (void)state;
    struct scenario_options options = {.scenario = scenario_find("calm"), .nodes = 5, .seed = 3, .for_ms = 20000};
    struct scenario_report report;
    uint8_t memory[SCENARIO_TEXT_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    enum json_fault fault;
    struct span replay;
    enum { ARENA_SIZE = 1 << 20 };
    void *arena_memory = memory_zeroed(1, ARENA_SIZE);
    struct arena arena = arena_over(arena_memory, ARENA_SIZE);
    scenario_run(&options, &report);
    scenario_write_json(&out, &options, &report);
    assert_false(out.overflowed);
    const struct json_value *object = json_parse(buffer_span(&out), JSON_WIRE, &arena, &fault, NULL);
    assert_non_null(object);
    assert_true(json_as_string(json_member(object, "replay"), &replay));
    assert_true(span_equal_text(replay, "skep sim calm --nodes 5 --seed 3 --for 20s"));
    memory_free(arena_memory);
}

static void unknown_scenarios_are_not_found(void **state) {
    (void)state;
    assert_null(scenario_find("drizzle"));
    assert_null(scenario_find(""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scenario_ends_well),
        cmocka_unit_test(a_report_is_json_and_names_its_replay),
        cmocka_unit_test(unknown_scenarios_are_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
