/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/peer_pages.h"
#include "cli/sheet.h"
#include "cli/why.h"
#include "swarm/link/link_table.h"

#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep links\n"                                                                                                   \
    "  skep links --state open\n"                                                                                      \
    "  skep links --why\n"                                                                                             \
    "  skep links --json | jq '.items[] | select(.strength < 50)'\n"                                                   \
    "\n"                                                                                                               \
    "The links with peers, and how good they are. Links that ended stay for 30 s, with the reason.\n"                  \
    "\n"                                                                                                               \
    "With --why, in sentences: of each link who called whom, on which path, from where we know the peer and what\n"    \
    "makes its strength; of each known peer without a link why not, how often in a row it was tried in vain, what\n"   \
    "ended last, and when it is tried next.\n"                                                                         \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --state NAME   dialing, handshaking, open, closing or closed; the peers without a link are left out then\n"     \
    "  --why          in sentences, and with the peers that have no link\n"                                            \
    "  --data DIR     the node's data folder\n"                                                                        \
    "  --json         the API's list as it is; with --why an object of both lists, `links` and `peers`\n"

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
    sheet_put_source(sheet, api_client_text(link, "learnedFrom"));
    sheet_put_text(sheet, api_client_text(link, "reason"));
}

static void print_table(const struct json_value *list) {
    static const char *const titles[] = {"<PEER",      "<ADDRESS",  "<STATE",        "STRENGTH", "RTT ms",
                                         "JITTER ms",  "LOSS IN %", "LOSS OUT %",    "IN KiB/s", "OUT KiB/s",
                                         "<DIRECTION", "<SINCE",    "<LEARNED FROM", "<REASON"};
    const struct json_value *items = json_member(list, "items");
    struct sheet sheet;
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < json_array_count(items); i++)
        put_row(&sheet, &items->as.items[i], api_client_time(list, "asOf"));
    if (sheet.count == 0) {
        (void)fputs("No links.\n", stdout);
    } else {
        sheet_print(&sheet);
    }
    sheet_deinit(&sheet);
}

static int get_links(struct api_client *client, const char *state, struct span *text, const struct json_value **list) {
    char path[128];
    (void)snprintf(path, sizeof path, "/api/v1/links%s%s", state == NULL ? "" : "?state=", state == NULL ? "" : state);
    return api_client_get(client, path, text, list);
}

static int show(struct api_client *client, const char *state, bool is_json) {
    struct span text;
    const struct json_value *list;
    int exit_code = get_links(client, state, &text, &list);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (is_json) {
        (void)printf("%.*s\n", (int)text.size, (const char *)text.at);
    } else {
        print_table(list);
    }
    return EXIT_CODE_DONE;
}

/* ---- In sentences ---- */

enum { ANSWER_BYTES_MAX = 32 * 1024 * 1024 }; /* of memory that is only taken where it is used */

/* What was written so far; the links stand before the peers. */
struct answer {
    struct buffer out;
    const char *state; /* NULL: any that is not closed */
    size_t peer_count;
};

static bool is_told(const struct json_value *link, const char *state) {
    return state != NULL || !span_equal_text(api_client_text(link, "state"), "closed");
}

static void put_title(struct buffer *out, const char *title) {
    if (out->size > 0) buffer_put_text(out, "\n");
    buffer_put_text(out, sheet_tone_on(SHEET_FAINT));
    buffer_put_text(out, title);
    buffer_put_text(out, sheet_tone_off(SHEET_FAINT));
    buffer_put_text(out, "\n\n");
}

static void tell_links(struct answer *answer, const struct json_value *list) {
    const struct json_value *items = json_member(list, "items");
    size_t count = 0;
    for (size_t i = 0; i < json_array_count(items); i++) {
        if (!is_told(&items->as.items[i], answer->state)) continue;
        if (count++ == 0) put_title(&answer->out, "Links");
        why_write_link(&answer->out, &items->as.items[i], api_client_time(list, "asOf"));
    }
    if (count == 0) buffer_put_text(&answer->out, "No links.\n");
}

static void tell_peer(void *context, const struct json_value *peer, int64_t now_ms) {
    struct answer *answer = context;
    if (!why_is_unlinked(peer)) return;
    if (answer->peer_count++ == 0) put_title(&answer->out, "Known, without a link");
    why_write_peer(&answer->out, peer, now_ms);
}

static void copy_peer(void *context, const struct json_value *peer, int64_t now_ms) {
    struct answer *answer = context;
    (void)now_ms;
    if (answer->peer_count++ > 0) buffer_put_text(&answer->out, ",");
    buffer_put(&answer->out, peer->text);
}

static int explain(struct api_client *client, struct answer *answer) {
    struct span text;
    const struct json_value *list;
    int exit_code = get_links(client, answer->state, &text, &list);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    tell_links(answer, list);
    return answer->state != NULL ? EXIT_CODE_DONE : peer_pages_read(client, tell_peer, answer);
}

/* Both lists as they are, the pages of the peers put together. */
static int explain_json(struct api_client *client, struct answer *answer) {
    struct span text;
    const struct json_value *list;
    int exit_code = get_links(client, answer->state, &text, &list);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    buffer_put_text(&answer->out, "{\"links\":");
    buffer_put(&answer->out, text);
    buffer_put_text(&answer->out, ",\"peers\":{\"asOf\":");
    buffer_put_decimal(&answer->out, api_client_time(list, "asOf"));
    buffer_put_text(&answer->out, ",\"next\":null,\"items\":[");
    if (answer->state == NULL) exit_code = peer_pages_read(client, copy_peer, answer);
    buffer_put_text(&answer->out, "]}}\n");
    return exit_code;
}

static int show_why(struct api_client *client, const char *state, bool is_json) {
    struct answer answer = {.state = state};
    uint8_t *memory = memory_zeroed(1, ANSWER_BYTES_MAX);
    answer.out = buffer_over(memory, ANSWER_BYTES_MAX);
    int exit_code = is_json ? explain_json(client, &answer) : explain(client, &answer);
    if (exit_code == EXIT_CODE_DONE && answer.out.overflowed) {
        (void)fprintf(stderr, "skep links: the answer is over %d MiB\n", ANSWER_BYTES_MAX / 1024 / 1024);
        exit_code = EXIT_CODE_FAILED;
    }
    if (exit_code == EXIT_CODE_DONE) (void)fwrite(answer.out.at, 1, answer.out.size, stdout);
    memory_free(memory);
    return exit_code;
}

static bool is_state(const char *name) {
    for (enum link_state s = LINK_STATE_DIALING; s <= LINK_STATE_CLOSED; s++)
        if (span_equal_text(span_of_text(name), link_state_name(s))) return true;
    return false;
}

static int run(int argc, char **argv) {
    const char *data = NULL, *state = NULL;
    bool is_json = false, is_why = false;
    int exit_code;
    struct api_client client;
    const struct options_entry entries[] = {API_CLIENT_DATA(&data),
                                            API_CLIENT_JSON(&is_json),
                                            {.name = "state", .kind = OPTIONS_TEXT, .into.text = &state},
                                            {.name = "why", .kind = OPTIONS_FLAG, .into.flag = &is_why}};
    const struct options_table table = {.command = "skep links", .help = HELP, .entries = entries, .count = 4};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    if (state != NULL && !is_state(state))
        return options_refuse(&table, "--state is dialing, handshaking, open, closing or closed");
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = (is_why ? show_why : show)(&client, state, is_json);
    api_client_close(&client);
    return exit_code;
}

const struct command command_links = {
    .name = "links", .summary = "the links with peers, how good they are, and why", .help = HELP, .run = run};
