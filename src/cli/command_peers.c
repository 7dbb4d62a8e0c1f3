/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/sheet.h"

#include <inttypes.h>
#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep peers\n"                                                                                                   \
    "  skep peers --json --limit 50\n"                                                                                 \
    "  skep peers --json --cursor 200\n"                                                                               \
    "\n"                                                                                                               \
    "The nodes that this node knows: where they are, who told, and when they are dialled next.\n"                      \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR    the node's data folder\n"                                                                         \
    "  --json        one page of the API's list as it is; `next` is the cursor of the page after it\n"                 \
    "  --limit N     peers of one page; default and most 200\n"                                                        \
    "  --cursor N    where to begin\n"

struct page {
    int64_t cursor;
    int64_t limit;
};

static struct span first_address(const struct json_value *peer) {
    const struct json_value *addresses = json_member(peer, "addrs");
    struct span text = SPAN_NONE;
    bool has_any = addresses != NULL && addresses->kind == JSON_ARRAY && addresses->count > 0;
    return has_any && json_as_string(&addresses->as.items[0], &text) ? text : SPAN_NONE;
}

static void put_row(struct sheet *sheet, const struct json_value *peer, int64_t now_ms) {
    sheet_put_id(sheet, api_client_text(peer, "nodeId"));
    sheet_put_id(sheet, api_client_text(peer, "userId"));
    sheet_put_text(sheet, api_client_text(peer, "userProof"));
    sheet_put_text(sheet, first_address(peer));
    sheet_put_text(sheet, api_client_text(peer, "linkState"));
    sheet_put_age(sheet, api_client_time(peer, "lastSeenAt"), now_ms);
    sheet_put_ahead(sheet, api_client_time(peer, "nextAttemptAt"), now_ms);
    sheet_put_text(sheet, api_client_text(peer, "learnedFrom"));
    sheet_put_text(sheet, api_client_text(peer, "reason"));
}

static int get_page(struct api_client *client, const struct page *page, struct span *text,
                    const struct json_value **list) {
    char path[128];
    (void)snprintf(path, sizeof path, "/api/v1/peers?cursor=%" PRId64 "&limit=%" PRId64, page->cursor, page->limit);
    return api_client_get(client, path, text, list);
}

/* The cursor is a number as text; 0 = there is no page after this. */
static int64_t next_of(const struct json_value *list) {
    struct span text = api_client_text(list, "next");
    int64_t next = 0;
    for (size_t i = 0; i < text.size && text.at[i] >= '0' && text.at[i] <= '9' && next < 1000000; i++)
        next = next * 10 + (text.at[i] - '0');
    return next;
}

static int fill(struct api_client *client, struct page page, struct sheet *sheet) {
    for (;;) {
        struct span text;
        const struct json_value *list;
        int exit_code = get_page(client, &page, &text, &list);
        if (exit_code != EXIT_CODE_DONE) return exit_code;
        const struct json_value *items = json_member(list, "items");
        for (size_t i = 0; items != NULL && items->kind == JSON_ARRAY && i < items->count; i++)
            put_row(sheet, &items->as.items[i], api_client_time(list, "asOf"));
        int64_t next = next_of(list);
        if (next <= page.cursor) return EXIT_CODE_DONE; /* places only go up, so this ends */
        page.cursor = next;
    }
}

static int show_table(struct api_client *client, struct page page) {
    static const char *const titles[] = {"<PEER", "<USER",     "<PROOF",        "<ADDRESS", "<LINK",
                                         "<SEEN", "<NEXT TRY", "<LEARNED FROM", "<REASON"};
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    int exit_code = fill(client, page, &sheet);
    if (exit_code == EXIT_CODE_DONE && sheet.count == 0) (void)fputs("No peer is known.\n", stdout);
    if (exit_code == EXIT_CODE_DONE && sheet.count > 0) sheet_print(&sheet);
    sheet_deinit(&sheet);
    return exit_code;
}

static int show_json(struct api_client *client, struct page page) {
    struct span text;
    int exit_code = get_page(client, &page, &text, NULL);
    if (exit_code == EXIT_CODE_DONE) (void)printf("%.*s\n", (int)text.size, (const char *)text.at);
    return exit_code;
}

static int run(int argc, char **argv) {
    const char *data = NULL;
    bool is_json = false;
    int exit_code;
    struct page page = {.cursor = 0, .limit = 200};
    struct api_client client;
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&is_json),
        {.name = "limit", .kind = OPTIONS_INTEGER, .into.integer = &page.limit, .min = 1, .max = 200},
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
