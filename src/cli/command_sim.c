/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "sim/scenario.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep sim calm --nodes 100 --for 5m\n"                                                                           \
    "  skep sim crash --nodes 50 --seed 7 --for 10m --json\n"                                                          \
    "\n"                                                                                                               \
    "Usage: skep sim SCENARIO [--nodes N] [--seed S] [--for T] [--json]\n"                                             \
    "\n"                                                                                                               \
    "Runs the protocol, as it is in this program, in a swarm that exists only in memory, in virtual time, and "        \
    "prints\n"                                                                                                         \
    "what it measured. One seed is one run: the last line is the command that runs exactly the same again.\n"          \
    "\n"                                                                                                               \
    "Scenarios:\n"                                                                                                     \
    "  calm        nothing goes wrong\n"                                                                               \
    "  stalls      nodes stand still for up to 40 s, six times a minute\n"                                             \
    "  crash       nodes end without a word, six times a minute, and start again; some lost their disk\n"              \
    "  partition   every two minutes the network falls in two for a minute\n"                                          \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --nodes N   how many nodes (20; at most 10000, about 0.3 MB each)\n"                                            \
    "  --seed S    which run (1)\n"                                                                                    \
    "  --for T     how long, in virtual time (2m)\n"                                                                   \
    "  --json      the same as one JSON object\n"                                                                      \
    "\n"                                                                                                               \
    "Exit code 4: something happened that must never happen, or the swarm did not become one.\n"

static int simulate(const struct scenario_options *options, bool is_json) {
    struct scenario_report report;
    void *memory = memory_zeroed(1, SCENARIO_TEXT_MAX);
    struct buffer out = buffer_over(memory, SCENARIO_TEXT_MAX);
    scenario_run(options, &report);
    if (is_json) {
        scenario_write_json(&out, options, &report);
    } else {
        scenario_write_text(&out, options, &report);
    }
    (void)fwrite(out.at, 1, out.size, stdout);
    memory_free(memory);
    return scenario_is_good(&report) ? EXIT_CODE_DONE : EXIT_CODE_CHECK;
}

static int run(int argc, char **argv) {
    bool is_json = false;
    int64_t nodes = 20;
    int64_t seed = 1;
    int64_t for_ms = 120000;
    int exit_code;
    const char *names[1];
    struct options_list operands = {.items = names, .capacity = 1};
    const struct options_entry entries[] = {
        {.name = "nodes", .kind = OPTIONS_INTEGER, .into.integer = &nodes, .min = 1, .max = SCENARIO_NODES_MAX},
        {.name = "seed", .kind = OPTIONS_INTEGER, .into.integer = &seed, .min = 0, .max = INT64_MAX},
        {.name = "for", .kind = OPTIONS_DURATION, .into.integer = &for_ms, .min = 1000, .max = 7 * 86400000LL},
        {.name = "json", .kind = OPTIONS_FLAG, .into.flag = &is_json},
    };
    const struct options_table table = {
        .command = "skep sim",
        .help = HELP,
        .entries = entries,
        .count = sizeof entries / sizeof entries[0],
        .operands = &operands,
        .operand_name = "SCENARIO",
        .operands_min = 1,
    };
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    const struct scenario_options options = {
        .scenario = scenario_find(names[0]), .nodes = (size_t)nodes, .seed = (uint64_t)seed, .for_ms = for_ms};
    if (options.scenario == NULL) return options_refuse(&table, "there is no scenario \"%s\"", names[0]);
    return simulate(&options, is_json);
}

const struct command command_sim = {
    .name = "sim", .summary = "a swarm in virtual time, repeatable from a seed", .help = HELP, .run = run};
