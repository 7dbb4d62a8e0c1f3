/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "sim/seed_range.h"

#include <stdio.h>
#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep sim calm --nodes 100 --for 5m\n"                                                                           \
    "  skep sim crash --nodes 50 --seed 7 --for 10m --json\n"                                                          \
    "  skep sim storm --seeds 1..20 --shrink\n"                                                                        \
    "\n"                                                                                                               \
    "Usage: skep sim SCENARIO [--nodes N] [--seed S | --seeds A..B] [--for T] [--without KINDS] [--no-beacon]\n"       \
    "                [--shrink] [--json]\n"                                                                            \
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
    "  oneway      the same, but one direction still passes\n"                                                         \
    "  cables      single nodes reach nobody for 5 to 60 s, six times a minute\n"                                      \
    "  slow        a fifth of the paths takes up to 2 s longer, often in one direction only\n"                         \
    "  lossy       a third of the paths loses a tenth of what is sent\n"                                               \
    "  clocks      clocks are wrong, and some jump\n"                                                                  \
    "  nat         half of the nodes cannot be dialled, a fifth only at a router's address\n"                          \
    "  liars       a fifth of the nodes lies, and nodes crash\n"                                                       \
    "  storm       a tenth stands still at any time, nodes crash, and once the network falls in two (200 nodes)\n"     \
    "  replication two hundred files, each to be kept three times, while nodes crash twice a minute (12 nodes)\n"      \
    "  massacre50, massacre80   half, four fifths of the machines die in one instant (500 nodes)\n"                    \
    "  killed50, killed80       the same of the processes: their peers hear of it\n"                                   \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --nodes N        how many nodes (20, or the scenario's own; at most 10000, about 0.3 MB each)\n"                \
    "  --seed S         which run (1)\n"                                                                               \
    "  --seeds A..B     these runs, a line for each\n"                                                                 \
    "  --for T          how long, in virtual time (2m, or the scenario's own)\n"                                       \
    "  --without KINDS  leave out kinds of faults: stalls,crashes,cuts,cables,slow,lossy,clocks,massacre\n"            \
    "  --no-beacon      once the swarm has formed, no beacon answers any more\n"                                       \
    "  --shrink         make a run that fails smaller while it still fails, and print the command for the smallest\n"  \
    "  --json           the same as one JSON object (not with --seeds or --shrink)\n"                                  \
    "\n"                                                                                                               \
    "Exit code 4: something happened that must never happen, or the swarm did not become one. With --seeds: 1 if\n"    \
    "that is so for any of them.\n"

static void print_now(void *context, struct span text) {
    (void)context;
    (void)fwrite(text.at, 1, text.size, stdout);
    (void)fflush(stdout);
}

static int simulate(const struct scenario_options *options, bool is_json, bool shrinks) {
    struct scenario_report report;
    void *memory = memory_zeroed(1, SCENARIO_TEXT_MAX);
    struct buffer out = buffer_over(memory, SCENARIO_TEXT_MAX);
    scenario_run(options, &report);
    if (is_json) {
        scenario_write_json(&out, options, &report);
    } else {
        scenario_write_text(&out, options, &report);
    }
    print_now(NULL, buffer_span(&out));
    memory_free(memory);
    if (scenario_is_good(&report)) return EXIT_CODE_DONE;
    if (shrinks) (void)seed_range_shrink(&(struct seed_range){.print = print_now}, options);
    return EXIT_CODE_CHECK;
}

/* One of "stalls,cuts"; false: there is no such kind. */
static bool add_kind(const char *name, size_t size, uint32_t *without) {
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) {
        const char *known = fault_kind_name((enum fault_kind)kind);
        if (strlen(known) != size || strncmp(known, name, size) != 0) continue;
        *without |= 1U << kind;
        return true;
    }
    return false;
}

static bool read_kinds(const char *names, uint32_t *without) {
    for (const char *at = names; *at != '\0';) {
        size_t size = strcspn(at, ",");
        if (!add_kind(at, size, without)) return false;
        at += size;
        if (*at == ',') at++;
    }
    return true;
}

struct wanted { /* as the command line says it */
    int64_t nodes, seed, for_ms;
    const char *seeds;
    const char *without;
    bool is_json, shrinks, has_no_beacon, has_seed;
};

static void put_name(struct buffer *names, const char *name) {
    if (names->size > 0) buffer_put_text(names, ", ");
    buffer_put_text(names, name);
}

static int refuse_kinds(const struct options_table *table, const char *wanted) {
    char memory[256];
    struct buffer kinds = buffer_over((uint8_t *)memory, sizeof memory);
    for (int kind = 0; kind < FAULT_KIND_COUNT; kind++) put_name(&kinds, fault_kind_name((enum fault_kind)kind));
    return options_refuse(table, "--without wants some of %.*s, with commas between, not \"%s\"", (int)kinds.size,
                          memory, wanted);
}

static int refuse_scenario(const struct options_table *table, const char *wanted) {
    char memory[256];
    struct buffer names = buffer_over((uint8_t *)memory, sizeof memory);
    for (size_t i = 0; i < scenario_count(); i++) put_name(&names, scenario_at(i)->name);
    return options_refuse(table, "there is no scenario \"%s\", but there are %.*s", wanted, (int)names.size, memory);
}

static int run_wanted(const struct options_table *table, const struct wanted *wanted, const char *name) {
    struct seed_range range = {.shrinks = wanted->shrinks, .print = print_now};
    struct scenario_options options = {.scenario = scenario_find(name), .has_no_beacon = wanted->has_no_beacon};
    if (options.scenario == NULL) return refuse_scenario(table, name);
    options.nodes = wanted->nodes == 0 ? scenario_nodes(options.scenario) : (size_t)wanted->nodes;
    options.for_ms = wanted->for_ms == 0 ? scenario_for_ms(options.scenario) : wanted->for_ms;
    options.seed = (uint64_t)wanted->seed;
    if (!read_kinds(wanted->without, &options.without)) return refuse_kinds(table, wanted->without);
    if (wanted->has_seed && wanted->seeds != NULL)
        return options_refuse(table, "--seed and --seeds exclude each other");
    if (wanted->is_json && (wanted->seeds != NULL || wanted->shrinks)) {
        return options_refuse(table, "--json tells of one run, without --seeds and --shrink");
    }
    if (wanted->seeds == NULL) return simulate(&options, wanted->is_json, wanted->shrinks);
    if (!seed_range_read(&range, wanted->seeds)) return options_refuse(table, "--seeds wants A..B, like 1..20");
    return seed_range_run(&range, &options) == 0 ? EXIT_CODE_DONE : EXIT_CODE_FAILED;
}

static int run(int argc, char **argv) {
    struct wanted wanted = {.seed = 1, .without = ""};
    int exit_code;
    const char *names[1];
    struct options_list operands = {.items = names, .capacity = 1};
    const struct options_entry entries[] = {
        {.name = "nodes", .kind = OPTIONS_INTEGER, .into.integer = &wanted.nodes, .min = 1, .max = SCENARIO_NODES_MAX},
        {.name = "seed",
         .kind = OPTIONS_INTEGER,
         .into.integer = &wanted.seed,
         .max = INT64_MAX,
         .is_given = &wanted.has_seed},
        {.name = "seeds", .kind = OPTIONS_TEXT, .into.text = &wanted.seeds},
        {.name = "for", .kind = OPTIONS_DURATION, .into.integer = &wanted.for_ms, .min = 1000, .max = 7 * 86400000LL},
        {.name = "without", .kind = OPTIONS_TEXT, .into.text = &wanted.without},
        {.name = "no-beacon", .kind = OPTIONS_FLAG, .into.flag = &wanted.has_no_beacon},
        {.name = "shrink", .kind = OPTIONS_FLAG, .into.flag = &wanted.shrinks},
        {.name = "json", .kind = OPTIONS_FLAG, .into.flag = &wanted.is_json},
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
    return run_wanted(&table, &wanted, names[0]);
}

const struct command command_sim = {
    .name = "sim", .summary = "a swarm in virtual time, repeatable from a seed", .help = HELP, .run = run};
