/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/sheet.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep signaling\n"                                                                                               \
    "  skep signaling --json | jq .url\n"                                                                              \
    "  skep control signaling.use wss://b.example/    use another one; without a URL: the best\n"                      \
    "  skep control signaling.stop --for 15m\n"                                                                        \
    "\n"                                                                                                               \
    "Through which signaling server browsers, and nodes that no connection reaches, call this node; why that one;\n"   \
    "and what stands by. State `waiting`: none answers, links stay, and each is tried again.\n"                        \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR   the node's data folder\n"                                                                          \
    "  --json       the API's object as it is\n"

enum { WORDS_MAX = 320 };

static void put_row(struct sheet *sheet, const struct json_value *endpoint, int64_t now_ms) {
    bool is_chosen = false;
    (void)json_as_boolean(json_member(endpoint, "chosen"), &is_chosen);
    sheet_put_text(sheet, api_client_text(endpoint, "url"));
    sheet_put_text(sheet, api_client_text(endpoint, "state"));
    sheet_put_text(sheet, is_chosen ? SPAN_LITERAL("you") : SPAN_NONE);
    sheet_put_age(sheet, api_client_time(endpoint, "since"), now_ms);
    sheet_put_count(sheet, api_client_number(endpoint, "latencyMs"));
    sheet_put_count(sheet, api_client_number(endpoint, "failureStreak"));
    sheet_put_age(sheet, api_client_time(endpoint, "failedAt"), now_ms);
    sheet_put_ahead(sheet, api_client_time(endpoint, "nextAttemptAt"), now_ms);
    sheet_put_text(sheet, api_client_text(endpoint, "error"));
}

static void print_end(const struct json_value *panel, const char *name, const char *before) {
    char words[WORDS_MAX];
    sheet_clean(api_client_text(panel, name), words, sizeof words);
    if (words[0] != '\0') (void)printf("%s%s", before, words);
}

static void print_head(const struct json_value *panel) {
    char state[32], span[32];
    const int64_t now_ms = api_client_time(panel, "asOf");
    const int64_t since_ms = api_client_time(panel, "since"), beat_ms = api_client_time(panel, "heartbeatAt");
    bool is_quiet = false;
    (void)json_as_boolean(json_member(panel, "heartbeatOnly"), &is_quiet);
    sheet_clean(api_client_text(panel, "state"), state, sizeof state);
    (void)printf("Signaling: %s", state);
    print_end(panel, "url", " to ");
    if (since_ms != 0) (void)printf(" for %s", sheet_span(now_ms - since_ms, span));
    print_end(panel, "reason", ", ");
    print_end(panel, "why", ": ");
    if (beat_ms != 0) (void)printf("; last heartbeat %s ago", sheet_span(now_ms - beat_ms, span));
    if (is_quiet) (void)fputs("; paused: no call passes", stdout);
    (void)printf("; failovers in 24 h: %.0f\n\n", api_client_number(panel, "failoversToday"));
}

static void print_endpoints(const struct json_value *panel) {
    static const char *const titles[] = {"<ENDPOINT", "<STATE",        "<CHOSEN BY", "<SINCE", "DELAY ms",
                                         "FAILURES",  "<LAST FAILURE", "<NEXT TRY",  "<ERROR"};
    const struct json_value *items = json_member(panel, "endpoints");
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < json_array_count(items); i++)
        put_row(&sheet, &items->as.items[i], api_client_time(panel, "asOf"));
    if (sheet.count > 0) sheet_print(&sheet);
    sheet_deinit(&sheet);
}

/* "STUN and TURN: turn:turn.example:3478 at 203.0.113.8:3478, stun:other.example:3478 (its name has had no address
 * yet)" */
static void print_ice_servers(const struct json_value *panel) {
    const struct json_value *items = json_member(panel, "iceServers");
    for (size_t i = 0; i < json_array_count(items); i++) {
        print_end(&items->as.items[i], "url", i == 0 ? "\nSTUN and TURN: " : ", ");
        if (api_client_text(&items->as.items[i], "address").size == 0)
            (void)fputs(" (its name has had no address yet)", stdout);
        else
            print_end(&items->as.items[i], "address", " at ");
    }
    if (json_array_count(items) > 0) (void)fputs("\n", stdout);
}

static void print_panel(const struct json_value *panel) {
    print_head(panel);
    print_endpoints(panel);
    print_ice_servers(panel);
}

static int show(struct api_client *client, bool is_json) {
    return api_client_show(client, "/api/v1/signaling", is_json, print_panel);
}

static int run(int argc, char **argv) {
    return api_client_command(argc, argv, "skep signaling", HELP, show);
}

const struct command command_signaling = {
    .name = "signaling", .summary = "through which server the node can be called, and why", .help = HELP, .run = run};
