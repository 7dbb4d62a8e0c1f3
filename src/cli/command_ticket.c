/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/options.h"
#include "cli/ticket_create.h"
#include "cli/ticket_verify.h"

#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep ticket create --key identity/node.key | skep ticket verify\n"                                              \
    "  skep ticket verify --now 1763640001000 < envelope.json\n"                                                       \
    "\n"                                                                                                               \
    "Makes and checks presence tickets, on standard input and output, without a node.\n"                               \
    "\n"                                                                                                               \
    "  skep ticket create --help    signs a ticket\n"                                                                  \
    "  skep ticket verify --help    checks an envelope\n"

static int run(int argc, char **argv) {
    const struct options_table table = {.command = "skep ticket", .help = HELP};
    int exit_code;
    if (argc > 1 && strcmp(argv[1], "create") == 0) return ticket_create_run(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "verify") == 0) return ticket_verify_run(argc - 1, argv + 1);
    if (argc > 1 && argv[1][0] != '-') return options_refuse(&table, "there is no \"%s\" here", argv[1]);
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    return options_refuse(&table, "create or verify?");
}

const struct command command_ticket = {
    .name = "ticket", .summary = "create and verify presence tickets", .help = HELP, .run = run};
