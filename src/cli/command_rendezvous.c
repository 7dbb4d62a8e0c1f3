/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/sheet.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep rendezvous\n"                                                                                              \
    "  skep rendezvous --json | jq .successShare\n"                                                                    \
    "\n"                                                                                                               \
    "Where this node asks for peers and announces itself, and how these places answer. KNOWN and LINKS count the\n"    \
    "peers that a source told of first. State `cache`: no source answers, the address book has to do.\n"               \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --data DIR   the node's data folder\n"                                                                          \
    "  --json       the API's object as it is\n"

static void put_answers(struct sheet *sheet, const struct json_value *source) {
    double attempts = api_client_number(source, "attempts");
    if (attempts < 0) {
        sheet_put_text(sheet, SPAN_NONE);
    } else {
        (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "%.0f of %.0f", api_client_number(source, "successes"),
                       attempts);
    }
}

/* "3 (60 %)": the open links with peers that this source told of first. */
static void put_links(struct sheet *sheet, const struct json_value *source) {
    double links = api_client_number(source, "links"), share = api_client_number(source, "linkShare");
    if (links < 0 || share < 0) {
        sheet_put_count(sheet, links);
    } else {
        (void)snprintf(sheet_next(sheet), SHEET_CELL_MAX, "%.0f (%.0f %%)", links, share * 100);
    }
}

static void put_row(struct sheet *sheet, const struct json_value *source, int64_t now_ms) {
    sheet_put_text(sheet, api_client_text(source, "id"));
    sheet_put_text(sheet, api_client_text(source, "state"));
    sheet_put_count(sheet, api_client_number(source, "tickets"));
    sheet_put_count(sheet, api_client_number(source, "knownPeers"));
    put_links(sheet, source);
    sheet_put_count(sheet, api_client_number(source, "latencyMs"));
    sheet_put_count(sheet, api_client_number(source, "averageLatencyMs"));
    put_answers(sheet, source);
    sheet_put_age(sheet, api_client_time(source, "lastSuccessAt"), now_ms);
    sheet_put_ahead(sheet, api_client_time(source, "nextAttemptAt"), now_ms);
    sheet_put_text(sheet, api_client_text(source, "url"));
    sheet_put_text(sheet, api_client_text(source, "reason"));
}

static void print_head(const struct json_value *panel) {
    char state[32], reason[120], span[32];
    double attempts = api_client_number(panel, "attempts"), first_peer_ms = api_client_number(panel, "firstPeerMs");
    sheet_clean(api_client_text(panel, "state"), state, sizeof state);
    sheet_clean(api_client_text(panel, "reason"), reason, sizeof reason);
    int64_t cache_since_ms = api_client_time(panel, "cacheSince");
    (void)printf("Rendezvous: %s", state);
    if (cache_since_ms != 0) (void)printf(" for %s", sheet_span(api_client_time(panel, "asOf") - cache_since_ms, span));
    (void)printf("%s%s", reason[0] == '\0' ? "" : ", ", reason);
    if (attempts > 0)
        (void)printf("; %.0f of %.0f requests answered in %s", api_client_number(panel, "successes"), attempts,
                     sheet_span(api_client_time(panel, "windowMs"), span));
    if (first_peer_ms >= 0) (void)printf("; first peer after %.1f s", first_peer_ms / 1000);
    (void)fputs("\n\n", stdout);
}

static void print_sources(const struct json_value *panel) {
    static const char *const titles[] = {"<SOURCE",    "<STATE",   "TICKETS",      "KNOWN",     "LINKS", "DELAY ms",
                                         "AVERAGE ms", "ANSWERED", "<LAST ANSWER", "<NEXT TRY", "<URL",  "<REASON"};
    const struct json_value *items = json_member(panel, "sources");
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < json_array_count(items); i++)
        put_row(&sheet, &items->as.items[i], api_client_time(panel, "asOf"));
    if (sheet.count > 0) sheet_print(&sheet);
    sheet_deinit(&sheet);
}

static void print_panel(const struct json_value *panel) {
    print_head(panel);
    print_sources(panel);
}

static int show(struct api_client *client, bool is_json) {
    return api_client_show(client, "/api/v1/rendezvous", is_json, print_panel);
}

static int run(int argc, char **argv) {
    return api_client_command(argc, argv, "skep rendezvous", HELP, show);
}

const struct command command_rendezvous = {
    .name = "rendezvous", .summary = "where the node finds peers, and how that goes", .help = HELP, .run = run};
