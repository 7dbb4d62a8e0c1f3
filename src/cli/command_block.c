/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/block_import.h"
#include "cli/command.h"
#include "cli/operation_order.h"
#include "cli/panel_list.h"

#include <stdio.h>
#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep block list                                        who is kept out, and how often that told\n"              \
    "  skep block add --node NODEID --reason \"floods\"         never a link with it, in either direction\n"           \
    "  skep block add --node NODEID --direction in --for 2h   it may not call us, for two hours\n"                     \
    "  skep block add --user USERID                           a user who is proven, on any node\n"                     \
    "  skep block add --node NODEID --user USERID             a node that only claims to be that user: the node, "     \
    "and\n"                                                                                                            \
    "                                                         whoever else claims it; never the user himself\n"        \
    "  skep block remove --node NODEID\n"                                                                              \
    "  skep block list --json > blocks.json                   to keep, or for another node:\n"                         \
    "  skep block import blocks.json                          each for as long as it had left; - is standard input\n"  \
    "\n"                                                                                                               \
    "Keeps nodes and users out, from now on and after a restart; links there are end at once. Blocks stay on this\n"   \
    "node, they are not spread. A new key is a new node: a block does not hold somebody who makes one.\n"              \
    "\n"                                                                                                               \
    "  --direction in|out|all  links they call us on, links we call them on, or both (all)\n"                          \
    "  --for TIME              ends by itself after 30s, 15m, 2h\n"                                                    \
    "  --reason TEXT           for whoever looks later\n"                                                              \
    "  --dry-run               only say how many links it would end\n"                                                 \
    "  --data DIR  --json\n"

static void put_block(struct sheet *sheet, const struct json_value *item, int64_t now_ms) {
    char span[32];
    const int64_t ends_ms = api_client_time(item, "endsAt"), hit_ms = api_client_time(item, "lastHitAt");
    sheet_put_text(sheet, api_client_text(item, "kind"));
    sheet_put_text(sheet, api_client_text(item, "nodeId"));
    sheet_put_text(sheet, api_client_text(item, "userId"));
    sheet_put_text(sheet, api_client_text(item, "direction"));
    sheet_put_text(sheet, span_of_text(sheet_span(now_ms - api_client_time(item, "since"), span)));
    sheet_put_text(sheet, span_of_text(ends_ms == 0 ? "" : sheet_span(ends_ms - now_ms, span)));
    (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "%.0f", api_client_number(item, "hits"));
    sheet_put_text(sheet, span_of_text(hit_ms == 0 ? "" : sheet_span(now_ms - hit_ms, span)));
    sheet_put_text(sheet, api_client_text(item, "reason"));
}

static int list(struct api_client *client, bool is_json) {
    static const char *const titles[] = {"<BLOCKED", "<NODE", "<USER",    "<DIRECTION", "SINCE",
                                         "ENDS IN",  "HITS",  "LAST HIT", "<REASON"};
    static const struct panel_list blocks = {.path = "/api/v1/blocks",
                                             .titles = titles,
                                             .title_count = sizeof titles / sizeof titles[0],
                                             .put = put_block,
                                             .nothing = "nobody is blocked"};
    return panel_list_show(&blocks, client, is_json);
}

static int run(int argc, char **argv) {
    struct operation_order order = {.action = "block.add"};
    struct api_client client;
    const char *data = NULL;
    bool is_json = false;
    const char *verb[2] = {NULL, NULL};
    struct options_list operands = {.items = verb, .capacity = 2};
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&is_json),
        {.name = "node", .kind = OPTIONS_TEXT, .into.text = &order.node},
        {.name = "user", .kind = OPTIONS_TEXT, .into.text = &order.user},
        {.name = "direction", .kind = OPTIONS_TEXT, .into.text = &order.direction},
        OPERATION_ORDER_REASON(&order),
        OPERATION_ORDER_TIME("for", &order.for_ms),
        OPERATION_ORDER_DRY_RUN(&order),
    };
    const struct options_table table = {.command = "skep block",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &operands,
                                        .operand_name = "add, remove, list or import",
                                        .operands_min = 1};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    if (!operation_order_fits(&order)) return options_refuse(&table, "a value is too long");
    const bool is_list = strcmp(verb[0], "list") == 0;
    const bool is_removal = strcmp(verb[0], "remove") == 0;
    const bool is_import = strcmp(verb[0], "import") == 0;
    if (!is_list && !is_removal && !is_import && strcmp(verb[0], "add") != 0)
        return options_refuse(&table, "add, remove, list or import, not \"%s\"", verb[0]);
    if (is_import != (verb[1] != NULL))
        return options_refuse(&table, is_import ? "import which file?" : "\"%s\" is one too many", verb[1]);
    if (!is_list && !is_import && order.node == NULL && order.user == NULL)
        return options_refuse(&table, "whom? --node ID or --user ID");
    if (is_removal) order.action = "block.remove";
    exit_code = api_client_open(&client, "skep block", data);
    if (exit_code == EXIT_CODE_DONE && is_list)
        exit_code = list(&client, is_json);
    else if (exit_code == EXIT_CODE_DONE && is_import)
        exit_code = block_import(&client, verb[1]);
    else if (exit_code == EXIT_CODE_DONE)
        exit_code =
            operation_order_carry_out(&client, &order, is_json, is_removal ? "not blocked any more" : "blocked");
    api_client_close(&client);
    return exit_code;
}

const struct command command_block = {.name = "block", .summary = "keep nodes and users out", .help = HELP, .run = run};
