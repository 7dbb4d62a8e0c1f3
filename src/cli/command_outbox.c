/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"
#include "cli/file_id.h"
#include "cli/panel_list.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep outbox\n"                                                                                                  \
    "  skep outbox --json | jq .records.waiting\n"                                                                     \
    "\n"                                                                                                               \
    "What waits, and for whom: posts and manifests of this node that no neighbour is known to have yet, files of\n"    \
    "its user that fewer nodes hold than should, and wanted files that nobody has. That a neighbour has a record is\n" \
    "known some seconds after it got it. After a restart all of the last 30 days is listed until one has shown that\n" \
    "it has it.\n"                                                                                                     \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR    the node's data folder\n"                                                                         \
    "  --json        what the API answers\n"

static void put_holders(struct sheet *sheet, const struct json_value *item) {
    const double seen = api_client_number(item, "seen"), target = api_client_number(item, "target");
    char *cell = sheet_next(sheet);
    if (target > 0)
        (void)snprintf(cell, SHEET_CELL_MAX, "%.0f/%.0f", seen, target);
    else
        (void)snprintf(cell, SHEET_CELL_MAX, "—");
}

/* "a-neighbour" -> "a neighbour" */
static void put_words(struct sheet *sheet, struct span word) {
    uint8_t words[SHEET_CELL_MAX];
    if (word.size > sizeof words) word.size = sizeof words;
    for (size_t i = 0; i < word.size; i++) words[i] = word.at[i] == '-' ? ' ' : word.at[i];
    sheet_put_text(sheet, (struct span){words, word.size});
}

static void put_item(struct sheet *sheet, const struct json_value *item, int64_t now_ms) {
    struct span id = api_client_text(item, "id");
    if (id.size > FILE_ID_DIGITS_SHOWN) id.size = FILE_ID_DIGITS_SHOWN;
    sheet_put_text(sheet, api_client_text(item, "kind"));
    sheet_put_text(sheet, id);
    sheet_put_age(sheet, api_client_time(item, "at"), now_ms);
    put_words(sheet, api_client_text(item, "waitsFor"));
    put_holders(sheet, item);
    sheet_put_text(sheet, api_client_text(item, "name"));
}

static int show(struct api_client *client, bool is_json) {
    static const char *const titles[] = {"<KIND", "<ID", "SINCE", "<WAITS FOR", "HOLDERS", "~NAME"};
    static const struct panel_list outbox = {.path = "/api/v1/outbox",
                                             .titles = titles,
                                             .title_count = sizeof titles / sizeof titles[0],
                                             .put = put_item,
                                             .nothing = "nothing waits"};
    return panel_list_show(&outbox, client, is_json);
}

static int run(int argc, char **argv) {
    return api_client_command(argc, argv, "skep outbox", HELP, show);
}

const struct command command_outbox = {
    .name = "outbox", .summary = "what waits to be heard by others, or to be had from them", .help = HELP, .run = run};
