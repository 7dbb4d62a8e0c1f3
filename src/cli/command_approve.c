/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/node_order.h"
#include "cli/panel_list.h"

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
    static const struct panel_list waiting = {.path = "/api/v1/pending",
                                              .titles = titles,
                                              .title_count = sizeof titles / sizeof titles[0],
                                              .put = put_peer,
                                              .nothing = "nobody waits for approval"};
    return panel_list_show(&waiting, client, is_json);
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
