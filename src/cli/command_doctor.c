/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "cli/command.h"
#include "cli/doctor/diagnosis_sheet.h"
#include "cli/doctor/judge.h"
#include "cli/doctor/visit.h"
#include "swarm/identity/node_id.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep doctor\n"                                                                                                  \
    "  skep doctor q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa    one peer: why it is linked or not, from both ends\n"            \
    "  skep doctor --data /var/lib/skep\n"                                                                             \
    "  skep doctor --json | jq '.steps[] | select(.result == \"problem\")'\n"                                          \
    "\n"                                                                                                               \
    "What is the matter with your node, step by step, and what to do: configuration, data folder, process, ports,\n"   \
    "beacons, signaling endpoints, STUN and TURN servers (asked by this command as well), the router in between,\n"    \
    "clock, whether peers reach it, links, errors of the last hour. When no node answers it says why, from\n"          \
    "outside. Of a peer the node itself tells: blocks and controls here, what is known of it, whether its\n"           \
    "addresses answer, the link as both ends see it, what the other end says when it is asked, what happened, and\n"   \
    "what it is not. It changes nothing.\n"                                                                            \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR      the node's data folder\n"                                                                       \
    "  --config FILE   the node's configuration file, or none\n"                                                       \
    "  --json          one object with all steps\n"                                                                    \
    "\n"                                                                                                               \
    "Exit codes: 0 all is well, or only to be known; 3 something needs a look; 5 no node answers.\n"

/* In an order in which each step may use what the ones before it found. */
struct check {
    void (*take)(struct facts *facts); /* NULL: there is nothing more to find out */
    void (*judge)(const struct facts *facts, struct diagnosis *diagnosis);
};
static const struct check CHECKS[] = {
    {facts_take_config, judge_config},
    {facts_take_folder, judge_folder},
    {facts_take_process, NULL},
    {facts_take_node, judge_process},
    {facts_take_database, judge_database},
    {facts_take_ports, judge_ports},
    {facts_take_beacons, judge_beacons},
    {facts_take_signaling, judge_signaling},
    {facts_take_nat, judge_nat},
    {NULL, judge_clock},
    {NULL, judge_reachability},
    {NULL, judge_links},
    {NULL, judge_findings},
    {NULL, judge_events},
};
/* Before the node itself is asked to look at a peer. */
static const struct check CHECKS_OF_PEER[] = {
    {facts_take_config, NULL},
    {facts_take_folder, NULL},
    {facts_take_process, NULL},
    {facts_take_node, judge_process},
};
enum { JSON_BYTES_MAX = DIAGNOSIS_STEPS_MAX * 8192 };

static void print_json(const struct diagnosis *diagnosis) {
    uint8_t *memory = memory_zeroed(1, JSON_BYTES_MAX);
    struct buffer out = buffer_over(memory, JSON_BYTES_MAX);
    diagnosis_sheet_write_json(&out, diagnosis);
    (void)printf("%.*s\n", (int)out.size, (const char *)out.at);
    memory_free(memory);
}

static void run_checks(const struct check *checks, size_t count, struct facts *facts, struct diagnosis *diagnosis,
                       bool is_json) {
    for (size_t i = 0; i < count; i++) {
        size_t first = diagnosis->count;
        if (checks[i].take != NULL) checks[i].take(facts);
        diagnosis->has_node = facts->snapshot != NULL;
        if (checks[i].judge != NULL) checks[i].judge(facts, diagnosis);
        if (!is_json) diagnosis_sheet_print_steps(diagnosis, first);
    }
}

static void print_nothing(const struct diagnosis *diagnosis, size_t first) {
    (void)diagnosis;
    (void)first;
}

static void examine(const char *node, struct facts *facts, struct diagnosis *diagnosis, bool is_json) {
    if (node == NULL) {
        run_checks(CHECKS, sizeof CHECKS / sizeof CHECKS[0], facts, diagnosis, is_json);
        return;
    }
    run_checks(CHECKS_OF_PEER, sizeof CHECKS_OF_PEER / sizeof CHECKS_OF_PEER[0], facts, diagnosis, is_json);
    if (diagnosis->has_node)
        visit_follow(&facts->visit, facts->folder_path, node, diagnosis,
                     is_json ? print_nothing : diagnosis_sheet_print_steps);
}

static bool is_node_id(const char *text) {
    struct node_id id;
    return node_id_read(span_of_text(text), &id);
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
    const char *node[1] = {NULL};
    struct options_list operands = {.items = node, .capacity = 1};
    const struct options_table table = {.command = "skep doctor",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = 3,
                                        .operands = &operands,
                                        .operand_name = "NODE"};
    bool is_good = options_accept(&table, argc, argv, &exit_code);
    if (is_good && node[0] != NULL && !is_node_id(node[0])) {
        exit_code = options_refuse(&table, "NODE is the id of a peer, 32 characters; skep peers lists them");
        is_good = false;
    }
    if (is_good) {
        examine(node[0], facts, diagnosis, is_json);
        (is_json ? print_json : diagnosis_sheet_print_end)(diagnosis);
        exit_code = diagnosis_sheet_exit_code(diagnosis);
    }
    facts_deinit(facts);
    memory_free(diagnosis);
    memory_free(facts);
    return exit_code;
}

const struct command command_doctor = {
    .name = "doctor", .summary = "what is the matter with the node, and what to do", .help = HELP, .run = run};
