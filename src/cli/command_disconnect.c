/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/operation_order.h"

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
    struct operation_order order = {.action = "link.disconnect"};
    struct api_client client;
    const char *data = NULL;
    bool is_json = false;
    const char *node[1];
    struct options_list operands = {.items = node, .capacity = 1};
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&is_json),
        OPERATION_ORDER_REASON(&order),
        OPERATION_ORDER_DRY_RUN(&order),
    };
    const struct options_table table = {.command = "skep disconnect",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &operands,
                                        .operand_name = "NODE",
                                        .operands_min = 1};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    order.node = node[0];
    if (!operation_order_fits(&order)) return options_refuse(&table, "a value is too long");
    exit_code = api_client_open(&client, "skep disconnect", data);
    if (exit_code == EXIT_CODE_DONE) exit_code = operation_order_carry_out(&client, &order, is_json, "disconnected");
    api_client_close(&client);
    return exit_code;
}

const struct command command_disconnect = {
    .name = "disconnect", .summary = "end the link with a node", .help = HELP, .run = run};
