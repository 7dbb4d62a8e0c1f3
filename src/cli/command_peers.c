/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/peer_pages.h"
#include "cli/sheet.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep peers\n"                                                                                                   \
    "  skep peers --json --limit 50\n"                                                                                 \
    "  skep peers --json --cursor 200\n"                                                                               \
    "\n"                                                                                                               \
    "The nodes that this node knows: where they are, who told, when they are dialled next (NEXT), how often in a "     \
    "row\n"                                                                                                            \
    "that was in vain (IN VAIN), how it ended last (LAST END), and why they are not dialled now (WHY).\n"              \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR    the node's data folder\n"                                                                         \
    "  --json        one page of the API's list as it is; `next` is the cursor of the page after it\n"                 \
    "  --limit N     peers of one page; default and most 200\n"                                                        \
    "  --cursor N    where to begin\n"

static struct span first_address(const struct json_value *peer) {
    const struct json_value *addresses = json_member(peer, "addrs");
    struct span text = SPAN_NONE;
    bool has_any = json_array_count(addresses) > 0;
    return has_any && json_as_string(&addresses->as.items[0], &text) ? text : SPAN_NONE;
}

/* Why it is not dialled now; a peer that nothing holds back or that is linked needs no words. */
static struct span wait_text(const struct json_value *peer) {
    bool is_held = !span_equal_text(api_client_text(peer, "wait"), "none");
    return is_held ? api_client_text(peer, "waitText") : SPAN_NONE;
}

static void put_next(struct sheet *sheet, const struct json_value *peer, int64_t now_ms) {
    if (span_equal_text(api_client_text(peer, "wait"), "none")) {
        sheet_put_text(sheet, SPAN_LITERAL("in turn"));
    } else {
        sheet_put_ahead(sheet, api_client_time(peer, "nextAttemptAt"), now_ms);
    }
}

static void put_row(void *context, const struct json_value *peer, int64_t now_ms) {
    struct sheet *sheet = context;
    sheet_put_id(sheet, api_client_text(peer, "nodeId"));
    sheet_put_id(sheet, api_client_text(peer, "userId"));
    sheet_put_text(sheet, api_client_text(peer, "userProof"));
    sheet_put_text(sheet, first_address(peer));
    sheet_put_text(sheet, api_client_text(peer, "linkState"));
    sheet_put_age(sheet, api_client_time(peer, "lastSeenAt"), now_ms);
    put_next(sheet, peer, now_ms);
    sheet_put_count(sheet, api_client_number(peer, "failures"));
    sheet_put_source(sheet, api_client_text(peer, "learnedFrom"));
    sheet_put_text(sheet, api_client_text(peer, "reason"));
    sheet_put_text(sheet, wait_text(peer));
}

static int show_table(struct api_client *client, struct peer_page page) {
    static const char *const titles[] = {"<PEER", "<USER",   "<PROOF",        "<ADDRESS",  "<LINK", "<SEEN",
                                         "<NEXT", "IN VAIN", "<LEARNED FROM", "<LAST END", "<WHY"};
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    int exit_code = peer_pages_read_from(client, page, put_row, &sheet);
    if (exit_code == EXIT_CODE_DONE && sheet.count == 0) (void)fputs("No peer is known.\n", stdout);
    if (exit_code == EXIT_CODE_DONE && sheet.count > 0) sheet_print(&sheet);
    sheet_deinit(&sheet);
    return exit_code;
}

static int show_json(struct api_client *client, struct peer_page page) {
    struct span text;
    int exit_code = peer_page_get(client, &page, &text, NULL);
    if (exit_code == EXIT_CODE_DONE) (void)printf("%.*s\n", (int)text.size, (const char *)text.at);
    return exit_code;
}

static int run(int argc, char **argv) {
    const char *data = NULL;
    bool is_json = false;
    int exit_code;
    struct peer_page page = {.limit = PEER_PAGE_MAX};
    struct api_client client;
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&is_json),
        {.name = "limit", .kind = OPTIONS_INTEGER, .into.integer = &page.limit, .min = 1, .max = PEER_PAGE_MAX},
        {.name = "cursor", .kind = OPTIONS_INTEGER, .into.integer = &page.cursor, .min = 0, .max = 1000000},
    };
    const struct options_table table = {.command = "skep peers", .help = HELP, .entries = entries, .count = 4};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = is_json ? show_json(&client, page) : show_table(&client, page);
    api_client_close(&client);
    return exit_code;
}

const struct command command_peers = {
    .name = "peers", .summary = "the nodes that this node knows", .help = HELP, .run = run};
