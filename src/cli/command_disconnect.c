/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/node_order.h"

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep disconnect q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa              ends the link with that node\n"                   \
    "  skep disconnect q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa --dry-run    whether there is one\n"                           \
    "\n"                                                                                                               \
    "Says goodbye and closes. This node does not call it again within a minute; it may call us. To keep it out:\n"     \
    "skep block add --node ID.\n"                                                                                      \
    "\n"                                                                                                               \
    "  --reason TEXT  --dry-run  --data DIR  --json\n"

static int run(int argc, char **argv) {
    return node_order_run(
        &(struct node_order){
            .command = "skep disconnect", .help = HELP, .action = "link.disconnect", .done = "disconnected"},
        argc, argv);
}

const struct command command_disconnect = {
    .name = "disconnect", .summary = "end the link with a node", .help = HELP, .run = run};
