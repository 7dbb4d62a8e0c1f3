/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/node_order.h"
#include "cli/sheet.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep approve                                              who waits\n"                                          \
    "  skep approve q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa             it may link, now and later, and is called at once\n"  \
    "  skep approve q7fkw3hd2ozt5cnl6ebypu4vrj7am2xa --for 2h    for so long\n"                                        \
    "\n"                                                                                                               \
    "`skep control approval.on` makes new peers wait for approval. Approved ones may also stay and call while the\n"   \
    "node is isolated. Any node may be approved, also before it asks.\n"                                               \
    "\n"                                                                                                               \
    "  --for TIME  --reason TEXT  --dry-run  --data DIR  --json\n"

static void put_peer(struct sheet *sheet, const struct json_value *item, int64_t now_ms) {
    char span[32];
    sheet_put_text(sheet, api_client_text(item, "nodeId"));
    sheet_put_text(sheet, api_client_text(item, "userId"));
    sheet_put_text(sheet, api_client_text(item, "userProof"));
    sheet_put_text(sheet, api_client_text(item, "address"));
    sheet_put_text(sheet, span_of_text(sheet_span(now_ms - api_client_time(item, "since"), span)));
    (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "%.0f", api_client_number(item, "asks"));
    sheet_put_text(sheet, span_of_text(sheet_span(api_client_time(item, "endsAt") - now_ms, span)));
}

static int list(struct api_client *client, bool is_json) {
    static const char *const titles[] = {"<NODE", "<USER", "<PROOF", "<CALLS FROM", "WAITS", "ASKED", "LAPSES IN"};
    struct span text;
    const struct json_value *panel;
    const int exit_code = api_client_get(client, "/api/v1/pending", &text, &panel);
    if (exit_code == EXIT_CODE_DONE && is_json) api_client_print(panel);
    if (exit_code != EXIT_CODE_DONE || is_json) return exit_code;
    const struct json_value *items = json_member(panel, "items");
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < json_array_count(items); i++)
        put_peer(&sheet, &items->as.items[i], api_client_time(panel, "asOf"));
    if (sheet.count > 0)
        sheet_print(&sheet);
    else
        (void)puts("nobody waits for approval");
    sheet_deinit(&sheet);
    return EXIT_CODE_DONE;
}

static int run(int argc, char **argv) {
    return node_order_run(&(struct node_order){.command = "skep approve",
                                               .help = HELP,
                                               .action = "pending.approve",
                                               .done = "approved",
                                               .takes_time = true,
                                               .without_node = list},
                          argc, argv);
}

const struct command command_approve = {
    .name = "approve", .summary = "show who waits for approval, and let them in", .help = HELP, .run = run};
