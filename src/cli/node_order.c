/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/node_order.h"

#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "swarm/identity/node_id.h"

/* NODEID, IP:PORT, or NODEID@IP:PORT; `memory` holds the id of the last. */
static void name_target(struct operation_order *order, const char *text, char memory[NODE_ID_TEXT_SIZE + 1]) {
    const char *at = strchr(text, '@');
    const bool has_id = at != NULL && (size_t)(at - text) == NODE_ID_TEXT_SIZE;
    order->node = order->address = NULL;
    if (has_id) {
        (void)snprintf(memory, NODE_ID_TEXT_SIZE + 1, "%.*s", (int)NODE_ID_TEXT_SIZE, text);
        order->node = memory;
        order->address = at + 1;
    } else if (strchr(text, ':') != NULL) {
        order->address = text;
    } else {
        order->node = text;
    }
}

int node_order_run(const struct node_order *what, int argc, char **argv) {
    struct operation_order order = {.action = what->action};
    struct api_client client;
    const char *data = NULL;
    bool is_json = false;
    char id[NODE_ID_TEXT_SIZE + 1];
    const char *node[1];
    struct options_list operands = {.items = node, .capacity = 1};
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&is_json),
        OPERATION_ORDER_REASON(&order),
        OPERATION_ORDER_DRY_RUN(&order),
        OPERATION_ORDER_TIME("for", &order.for_ms), /* the last: not all take it */
    };
    const size_t count = sizeof entries / sizeof entries[0];
    const struct options_table table = {.command = what->command,
                                        .help = what->help,
                                        .entries = entries,
                                        .count = what->takes_time ? count : count - 1,
                                        .operands = &operands,
                                        .operand_name = what->takes_address ? "NODE or ADDRESS" : "NODE",
                                        .operands_min = what->without_node == NULL};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    if (operands.count > 0 && what->takes_address)
        name_target(&order, node[0], id);
    else if (operands.count > 0)
        order.node = node[0];
    if (!operation_order_fits(&order)) return options_refuse(&table, "a value is too long");
    exit_code = api_client_open(&client, what->command, data);
    if (exit_code == EXIT_CODE_DONE)
        exit_code = operands.count == 0 ? what->without_node(&client, is_json)
                                        : operation_order_carry_out(&client, &order, is_json, what->done);
    api_client_close(&client);
    return exit_code;
}
