/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/sheet.h"
#include "swarm/mesh/link_table.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep links\n"                                                                                                   \
    "  skep links --state open\n"                                                                                      \
    "  skep links --json | jq '.items[] | select(.strength < 50)'\n"                                                   \
    "\n"                                                                                                               \
    "The links with peers, and how good they are. Links that ended stay for 30 s, with the reason.\n"                  \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --state NAME   dialing, handshaking, open, closing or closed\n"                                                 \
    "  --data DIR     the node's data folder\n"                                                                        \
    "  --json         the API's list as it is\n"

static void put_row(struct sheet *sheet, const struct json_value *link, int64_t now_ms) {
    sheet_put_id(sheet, api_client_text(link, "nodeId"));
    sheet_put_text(sheet, api_client_text(link, "address"));
    sheet_put_text(sheet, api_client_text(link, "state"));
    sheet_put_count(sheet, api_client_number(link, "strength"));
    sheet_put_tenths(sheet, api_client_number(link, "rttMs"));
    sheet_put_tenths(sheet, api_client_number(link, "jitterMs"));
    sheet_put_percent(sheet, api_client_number(link, "lossIn"));
    sheet_put_percent(sheet, api_client_number(link, "lossOut"));
    sheet_put_kib(sheet, api_client_number(link, "inBytesPerSecond"));
    sheet_put_kib(sheet, api_client_number(link, "outBytesPerSecond"));
    sheet_put_text(sheet, api_client_text(link, "direction"));
    sheet_put_age(sheet, api_client_time(link, "since"), now_ms);
    sheet_put_text(sheet, api_client_text(link, "learnedFrom"));
    sheet_put_text(sheet, api_client_text(link, "reason"));
}

static void print_table(const struct json_value *list) {
    static const char *const titles[] = {"<PEER",      "<ADDRESS",  "<STATE",        "STRENGTH", "RTT ms",
                                         "JITTER ms",  "LOSS IN %", "LOSS OUT %",    "IN KiB/s", "OUT KiB/s",
                                         "<DIRECTION", "<SINCE",    "<LEARNED FROM", "<REASON"};
    const struct json_value *items = json_member(list, "items");
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; items != NULL && items->kind == JSON_ARRAY && i < items->count; i++)
        put_row(&sheet, &items->as.items[i], api_client_time(list, "asOf"));
    if (sheet.count == 0) {
        (void)fputs("No links.\n", stdout);
    } else {
        sheet_print(&sheet);
    }
    sheet_deinit(&sheet);
}

static int show(struct api_client *client, const char *state, bool is_json) {
    char path[128];
    struct span text;
    const struct json_value *list;
    (void)snprintf(path, sizeof path, "/api/v1/links%s%s", state == NULL ? "" : "?state=", state == NULL ? "" : state);
    int exit_code = api_client_get(client, path, &text, &list);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (is_json) {
        (void)printf("%.*s\n", (int)text.size, (const char *)text.at);
    } else {
        print_table(list);
    }
    return EXIT_CODE_DONE;
}

static bool is_state(const char *name) {
    for (enum link_state s = LINK_STATE_DIALING; s <= LINK_STATE_CLOSED; s++)
        if (span_equal_text(span_of_text(name), link_state_name(s))) return true;
    return false;
}

static int run(int argc, char **argv) {
    const char *data = NULL, *state = NULL;
    bool is_json = false;
    int exit_code;
    struct api_client client;
    const struct options_entry entries[] = {API_CLIENT_DATA(&data),
                                            API_CLIENT_JSON(&is_json),
                                            {.name = "state", .kind = OPTIONS_TEXT, .into.text = &state}};
    const struct options_table table = {.command = "skep links", .help = HELP, .entries = entries, .count = 3};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    if (state != NULL && !is_state(state))
        return options_refuse(&table, "--state is dialing, handshaking, open, closing or closed");
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = show(&client, state, is_json);
    api_client_close(&client);
    return exit_code;
}

const struct command command_links = {
    .name = "links", .summary = "the links with peers, and how good they are", .help = HELP, .run = run};
