/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/node_order.h"

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep connect q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa                     where this node knows it to live\n"           \
    "  skep connect 203.0.113.5:8782                                     whoever lives there\n"                        \
    "  skep connect q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa@[2001:db8::5]:8782  that node, there, and nobody else\n"          \
    "\n"                                                                                                               \
    "Calls it now, whatever back-off says; `skep links` shows what comes of it. A peer that is always to be called\n"  \
    "belongs in the configuration (peer), which takes names too.\n"                                                    \
    "\n"                                                                                                               \
    "  --reason TEXT  --dry-run  --data DIR  --json\n"

static int run(int argc, char **argv) {
    return node_order_run(&(struct node_order){.command = "skep connect",
                                               .help = HELP,
                                               .action = "link.connect",
                                               .done = "called; `skep links` shows what comes of it",
                                               .takes_address = true},
                          argc, argv);
}

const struct command command_connect = {.name = "connect", .summary = "call a node now", .help = HELP, .run = run};
