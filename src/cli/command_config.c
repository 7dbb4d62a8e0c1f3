/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/config_check.h"
#include "cli/config_example.h"
#include "cli/config_reload.h"
#include "cli/config_show.h"
#include "cli/options.h"

#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep config check                                what `skep run` would read\n"                                  \
    "  skep config check --config /etc/skep/skep.conf   this file\n"                                                   \
    "  skep config show                                 what counts, and where each value comes from\n"                \
    "  skep config show --running                       the same, of the node that runs\n"                             \
    "  skep config reload                               make the running node read its file again\n"                   \
    "  skep config example > skep.conf                  a file to begin with\n"                                        \
    "\n"                                                                                                               \
    "Checks and shows the configuration: the file, SKEP_* variables and the flags of `skep run`.\n"                    \
    "\n"                                                                                                               \
    "  skep config check [--config FILE] [flags of skep run] [--json]    exit code 4: something is wrong in it\n"      \
    "  skep config show [the same] | --running [--data DIR] [--json]\n"                                                \
    "  skep config reload [--data DIR]                                   exit code 4: it was refused\n"                \
    "  skep config example\n"

static int run(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv, const char *help);
    } verbs[] = {{"check", config_check_run},
                 {"show", config_show_run},
                 {"reload", config_reload_run},
                 {"example", config_example_run}};
    const struct options_table table = {.command = "skep config", .help = HELP};
    int exit_code;
    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(argv[1], verbs[i].name) == 0) return verbs[i].run(argc - 1, argv + 1, HELP);
    if (argc > 1 && argv[1][0] != '-') return options_refuse(&table, "there is no \"%s\" here", argv[1]);
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    return options_refuse(&table, "check, show, reload or example?");
}

const struct command command_config = {
    .name = "config", .summary = "check and show the configuration", .help = HELP, .run = run};
