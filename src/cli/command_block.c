/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_writer.h"
#include "base/must.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/sheet.h"

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
    "\n"                                                                                                               \
    "Keeps nodes and users out, from now on and after a restart; links there are end at once. Blocks stay on this\n"   \
    "node, they are not spread. A new key is a new node: a block does not hold somebody who makes one.\n"              \
    "\n"                                                                                                               \
    "  --direction in|out|all  links they call us on, links we call them on, or both (all)\n"                          \
    "  --for TIME              ends by itself after 30s, 15m, 2h\n"                                                    \
    "  --reason TEXT           for whoever looks later\n"                                                              \
    "  --dry-run               only say how many links it would end\n"                                                 \
    "  --data DIR  --json\n"

struct wish {
    const char *data, *node, *user, *direction, *reason;
    int64_t for_ms;
    bool is_removal, is_dry_run, is_json;
};

/* ---- Showing ---- */

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
    struct span text;
    const struct json_value *panel;
    const int exit_code = api_client_get(client, "/api/v1/blocks", &text, &panel);
    if (exit_code == EXIT_CODE_DONE && is_json) api_client_print(panel);
    if (exit_code != EXIT_CODE_DONE || is_json) return exit_code;
    const struct json_value *items = json_member(panel, "items");
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < json_array_count(items); i++)
        put_block(&sheet, &items->as.items[i], api_client_time(panel, "asOf"));
    if (sheet.count > 0)
        sheet_print(&sheet);
    else
        (void)puts("nobody is blocked");
    sheet_deinit(&sheet);
    return EXIT_CODE_DONE;
}

/* ---- Doing ---- */

static void write_body(struct buffer *out, const struct wish *wish) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_text(&w, "action", wish->is_removal ? "block.remove" : "block.add");
    json_open_object(&w, "target");
    if (wish->node != NULL) json_put_text(&w, "nodeId", wish->node);
    if (wish->user != NULL) json_put_text(&w, "userId", wish->user);
    json_close_object(&w);
    if (wish->direction != NULL) {
        json_open_object(&w, "params");
        json_put_text(&w, "direction", wish->direction);
        json_close_object(&w);
    }
    if (wish->for_ms > 0) json_put_integer(&w, "forMs", wish->for_ms);
    if (wish->reason != NULL) json_put_text(&w, "reason", wish->reason);
    if (wish->is_dry_run) json_put_boolean(&w, "dryRun", true);
    json_close_object(&w);
}

static int carry_out(struct api_client *client, const struct wish *wish) {
    static uint8_t memory[16384];
    struct buffer body = buffer_over(memory, sizeof memory - 1);
    const struct json_value *answer;
    write_body(&body, wish);
    must(!body.overflowed);
    memory[body.size] = '\0';
    const int exit_code = api_client_post(client, "/api/v1/operations", (const char *)memory, &answer);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (wish->is_json)
        api_client_print(answer);
    else if (wish->is_dry_run)
        (void)printf("links that would end: %.0f\n", api_client_number(json_member(answer, "impact"), "linksCut"));
    else
        (void)puts(wish->is_removal ? "not blocked any more" : "blocked");
    return EXIT_CODE_DONE;
}

static int run(int argc, char **argv) {
    enum { TEXT_MAX = 300 };
    struct wish wish = {0};
    struct api_client client;
    const char *verb[1];
    struct options_list operands = {.items = verb, .capacity = 1};
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&wish.data),
        API_CLIENT_JSON(&wish.is_json),
        {.name = "node", .kind = OPTIONS_TEXT, .into.text = &wish.node},
        {.name = "user", .kind = OPTIONS_TEXT, .into.text = &wish.user},
        {.name = "direction", .kind = OPTIONS_TEXT, .into.text = &wish.direction},
        {.name = "reason", .kind = OPTIONS_TEXT, .into.text = &wish.reason},
        {.name = "for", .kind = OPTIONS_DURATION, .into.integer = &wish.for_ms, .min = 1, .max = 365 * 86400000L},
        {.name = "dry-run", .kind = OPTIONS_FLAG, .into.flag = &wish.is_dry_run},
    };
    const struct options_table table = {.command = "skep block",
                                        .help = HELP,
                                        .entries = entries,
                                        .count = sizeof entries / sizeof entries[0],
                                        .operands = &operands,
                                        .operand_name = "add, remove or list",
                                        .operands_min = 1};
    const char *const *texts[] = {&wish.node, &wish.user, &wish.direction, &wish.reason};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (*texts[i] != NULL && strlen(*texts[i]) > TEXT_MAX) return options_refuse(&table, "a value is too long");
    const bool is_list = strcmp(verb[0], "list") == 0;
    wish.is_removal = strcmp(verb[0], "remove") == 0;
    if (!is_list && !wish.is_removal && strcmp(verb[0], "add") != 0)
        return options_refuse(&table, "add, remove or list, not \"%s\"", verb[0]);
    if (!is_list && wish.node == NULL && wish.user == NULL)
        return options_refuse(&table, "whom? --node ID or --user ID");
    exit_code = api_client_open(&client, "skep block", wish.data);
    if (exit_code == EXIT_CODE_DONE) exit_code = is_list ? list(&client, wish.is_json) : carry_out(&client, &wish);
    api_client_close(&client);
    return exit_code;
}

const struct command command_block = {.name = "block", .summary = "keep nodes and users out", .help = HELP, .run = run};
