/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/node_flags.h"
#include "daemon/node.h"

#include <stdio.h>

extern const struct command command_run;

static const char help[] =
    "Examples:\n"
    "  skep run                                      a node with its dashboard at http://127.0.0.1:8780\n"
    "  skep run --beacon https://beacon.example      found through a beacon\n"
    "  skep run --roles node,beacon                  also a beacon for others, on port 8781\n"
    "  skep run --peer 203.0.113.5:8782              linked with a node you know\n"
    "\n"
    "Usage: skep run [options]\n" NODE_FLAGS_HELP
#define OPTION(NAME, name, member, LIST, APPLY, group, fallback, shape, expected, does)                                \
    "  --" name " " shape "\n      " does "\n"
#include "options.def"
#undef OPTION
    "Options that hold a list may be given again. Each can also stand in the configuration file (name = value) and in\n"
    "the environment (SKEP_NAME); the flag counts first, then the variable, then the file. `skep config show` prints\n"
    "what counts, and why. SIGHUP reads the file again. Port 0 takes a free port; run.json in the data folder says\n"
    "which.\n";

static int run_node(struct config_source *source, const struct config *config) {
    struct err_detail detail = {0};
    const enum err err = node_run(&(struct node_options){.source = source, .config = config}, &detail);
    if (err == ERR_OK) return EXIT_CODE_DONE;
    (void)fprintf(stderr, "skep run: %s\n", detail.text[0] != '\0' ? detail.text : err_sentence(err));
    return EXIT_CODE_FAILED;
}

static int run(int argc, char **argv) {
    struct node_flags flags = {0};
    struct options_entry entries[NODE_FLAGS_ENTRIES];
    const struct options_table table = {
        .command = "skep run", .help = help, .entries = entries, .count = NODE_FLAGS_ENTRIES};
    int exit_code;
    node_flags_entries(&flags, entries);
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    struct config_source source = node_flags_source(&flags);
    struct config *config = config_load(&source);
    if (config_mistakes(config)->count > 0) {
        node_flags_print_mistakes(table.command, config);
        (void)fputs("Try: skep run --help\n", stderr);
        exit_code = EXIT_CODE_USAGE;
    } else {
        exit_code = run_node(&source, config);
    }
    config_free(config);
    return exit_code;
}

const struct command command_run = {
    .name = "run",
    .summary = "run a node",
    .help = help,
    .run = run,
};
