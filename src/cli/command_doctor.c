/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "cli/command.h"
#include "cli/doctor/judge.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep doctor\n"                                                                                                  \
    "  skep doctor --data /var/lib/skep\n"                                                                             \
    "  skep doctor --json | jq '.steps[] | select(.result == \"problem\")'\n"                                          \
    "\n"                                                                                                               \
    "What is the matter with your node, step by step, and what to do: configuration, data folder, process, ports,\n"   \
    "beacons (asked by this command as well), clock, whether peers reach it, links, errors of the last hour. When\n"   \
    "no node answers it says why, from outside. It changes nothing.\n"                                                 \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR      the node's data folder\n"                                                                       \
    "  --config FILE   the node's configuration file, or none\n"                                                       \
    "  --json          one object with all steps\n"                                                                    \
    "\n"                                                                                                               \
    "Exit codes: 0 all is well, or only to be known; 3 something needs a look; 5 no node answers.\n"

/* In an order in which each step may use what the ones before it found. */
static const struct {
    void (*take)(struct facts *facts); /* NULL: there is nothing more to find out */
    void (*judge)(const struct facts *facts, struct diagnosis *diagnosis);
} CHECKS[] = {
    {facts_take_config, judge_config},
    {facts_take_folder, judge_folder},
    {facts_take_process, NULL},
    {facts_take_node, judge_process},
    {facts_take_database, judge_database},
    {facts_take_ports, judge_ports},
    {facts_take_beacons, judge_beacons},
    {NULL, judge_clock},
    {NULL, judge_reachability},
    {NULL, judge_links},
    {NULL, judge_findings},
    {NULL, judge_events},
};
enum { CHECK_COUNT = sizeof CHECKS / sizeof CHECKS[0], JSON_BYTES_MAX = DIAGNOSIS_STEPS_MAX * 8192 };

static void print_json(const struct diagnosis *diagnosis) {
    uint8_t *memory = memory_zeroed(1, JSON_BYTES_MAX);
    struct buffer out = buffer_over(memory, JSON_BYTES_MAX);
    diagnosis_write_json(&out, diagnosis);
    (void)printf("%.*s\n", (int)out.size, (const char *)out.at);
    memory_free(memory);
}

static void examine(struct facts *facts, struct diagnosis *diagnosis, bool is_json) {
    for (size_t i = 0; i < CHECK_COUNT; i++) {
        size_t first = diagnosis->count;
        if (CHECKS[i].take != NULL) CHECKS[i].take(facts);
        diagnosis->has_node = facts->snapshot != NULL;
        if (CHECKS[i].judge != NULL) CHECKS[i].judge(facts, diagnosis);
        if (!is_json) diagnosis_print_steps(diagnosis, first);
    }
}

static int run(int argc, char **argv) {
    bool is_json = false;
    int exit_code;
    struct facts *facts = memory_zeroed(1, sizeof *facts);
    struct diagnosis *diagnosis = memory_zeroed(1, sizeof *diagnosis);
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&facts->data_flag),
        API_CLIENT_JSON(&is_json),
        {.name = "config", .kind = OPTIONS_TEXT, .into.text = &facts->config_flag},
    };
    const struct options_table table = {.command = "skep doctor", .help = HELP, .entries = entries, .count = 3};
    if (options_accept(&table, argc, argv, &exit_code)) {
        examine(facts, diagnosis, is_json);
        (is_json ? print_json : diagnosis_print_end)(diagnosis);
        exit_code = diagnosis_exit_code(diagnosis);
    }
    facts_deinit(facts);
    memory_free(diagnosis);
    memory_free(facts);
    return exit_code;
}

const struct command command_doctor = {
    .name = "doctor", .summary = "what is the matter with the node, and what to do", .help = HELP, .run = run};
