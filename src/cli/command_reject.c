/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/node_order.h"

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep reject q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa             it need not ask again\n"                               \
    "  skep reject q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa --for 24h   not before tomorrow\n"                                 \
    "\n"                                                                                                               \
    "While new peers need approval, a rejected one is refused at once and told so. `skep approve` takes it back; to\n" \
    "keep somebody out for good, whatever else is set: skep block add.\n"                                              \
    "\n"                                                                                                               \
    "  --for TIME  --reason TEXT  --dry-run  --data DIR  --json\n"

static int run(int argc, char **argv) {
    return node_order_run(
        &(struct node_order){
            .command = "skep reject", .help = HELP, .action = "pending.reject", .done = "rejected", .takes_time = true},
        argc, argv);
}

const struct command command_reject = {
    .name = "reject", .summary = "turn away a peer that waits for approval", .help = HELP, .run = run};
