/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/options.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep version\n"                                                                                                 \
    "  skep version --json\n"                                                                                          \
    "\n"                                                                                                               \
    "Prints the version of this program.\n"                                                                            \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --json   {\"version\": \"...\"}\n"

static int run(int argc, char **argv) {
    bool is_json = false;
    int exit_code;
    const struct options_entry entries[] = {{.name = "json", .kind = OPTIONS_FLAG, .into.flag = &is_json}};
    const struct options_table table = {.command = "skep version", .help = HELP, .entries = entries, .count = 1};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    (void)printf(is_json ? "{\"version\":\"%s\"}\n" : "skep %s\n", SKEP_VERSION);
    return EXIT_CODE_DONE;
}

const struct command command_version = {
    .name = "version", .summary = "the version of this program", .help = HELP, .run = run};
