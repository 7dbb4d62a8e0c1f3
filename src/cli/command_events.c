/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/past_time.h"
#include "cli/sheet.h"

#include <stdio.h>
#include <string.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep events\n"                                                                                                  \
    "  skep events --follow\n"                                                                                         \
    "  skep events --level warn --limit 200\n"                                                                         \
    "  skep events --follow --json | jq 'select(.code == \"link-closed\")'\n"                                          \
    "\n"                                                                                                               \
    "What happened on the node, one line each, the newest last; times are this machine's.\n"                           \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --follow       goes on with what happens, until Ctrl-C\n"                                                       \
    "  --limit N      how many to begin with, up to 200; default 50\n"                                                 \
    "  --level NAME   debug, info, warn or error: that one and louder; default info\n"                                 \
    "  --code CODE    only this one, as beacon-fetch-timeout\n"                                                        \
    "  --data DIR     the node's data folder\n"                                                                        \
    "  --json         the API's list as it is; with --follow, one event on each line\n"

struct wish {
    int64_t limit;
    const char *level;
    const char *code; /* NULL = any */
    bool is_json;
    bool follows;
};

static const char *const LEVELS[] = {"debug", "info", "warn", "error"};
enum { LEVEL_COUNT = sizeof LEVELS / sizeof LEVELS[0] };

/* Names that nobody knows are quieter than any. */
static int loudness(struct span level) {
    for (int i = 0; i < LEVEL_COUNT; i++)
        if (span_equal_text(level, LEVELS[i])) return i;
    return -1;
}

/* ---- One event ---- */

static void print_event(const struct json_value *event) {
    static const enum sheet_tone tones[] = {SHEET_FAINT, SHEET_PLAIN, SHEET_WARN, SHEET_BAD};
    char time_text[PAST_TIME_SIZE], level[16], code[64], message[600];
    int loud = loudness(api_client_text(event, "level"));
    enum sheet_tone tone = loud < 0 ? SHEET_PLAIN : tones[loud];
    sheet_clean(api_client_text(event, "level"), level, sizeof level);
    sheet_clean(api_client_text(event, "code"), code, sizeof code);
    sheet_clean(api_client_text(event, "message"), message, sizeof message);
    (void)printf("%s%s %-5s%s %-24s %s\n", sheet_tone_on(tone), past_time_text(api_client_time(event, "at"), time_text),
                 level, sheet_tone_off(tone), code, message);
}

static void print_event_json(struct span text) {
    (void)printf("%.*s\n", (int)text.size, (const char *)text.at);
}

/* An id is "<time>-<number>", and numbers only go up; 0 = it is none. */
static int64_t number_of(const struct json_value *event) {
    struct span id = api_client_text(event, "id");
    int64_t number = 0;
    while (id.size > 0 && id.at[0] != '-') id = (struct span){id.at + 1, id.size - 1};
    if (id.size < 2 || !number_read_i64((struct span){id.at + 1, id.size - 1}, &number)) return 0;
    return number;
}

static bool is_wanted(const struct wish *wish, const struct json_value *event) {
    bool is_loud_enough = loudness(api_client_text(event, "level")) >= loudness(span_of_text(wish->level));
    return is_loud_enough && (wish->code == NULL || span_equal_text(api_client_text(event, "code"), wish->code));
}

/* ---- The list, and what follows ---- */

struct following {
    const struct wish *wish;
    int64_t newest; /* number of the last event that was printed */
};

static void print_new(struct following *following, const struct json_value *event) {
    int64_t number = number_of(event);
    if (number <= following->newest) return;
    following->newest = number;
    if (!is_wanted(following->wish, event)) return;
    if (following->wish->is_json) {
        print_event_json(event->text);
    } else {
        print_event(event);
    }
}

/* The API's lists begin with the newest; a terminal ends with it. */
static void print_list(struct following *following, const struct json_value *list) {
    const struct json_value *items = json_member(list, "items");
    for (size_t i = json_array_count(items); i > 0; i--) print_new(following, &items->as.items[i - 1]);
}

static bool message_came(void *context, struct span name, struct span text, const struct json_value *json) {
    struct following *following = context;
    (void)text;
    if (span_equal_text(name, "event")) print_new(following, json);
    if (span_equal_text(name, "snapshot")) print_list(following, json_member(json, "events"));
    return fflush(stdout) == 0; /* whoever read us has gone */
}

static int show(struct api_client *client, const struct wish *wish) {
    struct following following = {.wish = wish};
    char path[256];
    struct span text;
    const struct json_value *list;
    (void)snprintf(path, sizeof path, "/api/v1/events?limit=%lld&level=%s%s%s", (long long)wish->limit, wish->level,
                   wish->code == NULL ? "" : "&code=", wish->code == NULL ? "" : wish->code);
    int exit_code = api_client_get(client, path, &text, &list);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (wish->is_json && !wish->follows) {
        print_event_json(text);
        return EXIT_CODE_DONE;
    }
    print_list(&following, list);
    (void)fflush(stdout);
    return wish->follows ? api_client_follow(client, "/api/v1/stream", message_came, &following) : EXIT_CODE_DONE;
}

/* It becomes a part of an address. */
static bool is_code(const char *text) {
    return text[0] != '\0' && strlen(text) < 64 && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static int run(int argc, char **argv) {
    const char *data = NULL;
    int exit_code;
    struct wish wish = {.limit = 50, .level = "info"};
    struct api_client client;
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&wish.is_json),
        {.name = "follow", .kind = OPTIONS_FLAG, .into.flag = &wish.follows},
        {.name = "limit", .kind = OPTIONS_INTEGER, .into.integer = &wish.limit, .min = 1, .max = 200},
        {.name = "level", .kind = OPTIONS_TEXT, .into.text = &wish.level},
        {.name = "code", .kind = OPTIONS_TEXT, .into.text = &wish.code},
    };
    const struct options_table table = {.command = "skep events", .help = HELP, .entries = entries, .count = 6};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    if (loudness(span_of_text(wish.level)) < 0) return options_refuse(&table, "--level is debug, info, warn or error");
    if (wish.code != NULL && !is_code(wish.code)) return options_refuse(&table, "--code is not an event's code");
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = show(&client, &wish);
    api_client_close(&client);
    return exit_code;
}

const struct command command_events = {
    .name = "events", .summary = "what happened on the node", .help = HELP, .run = run};
