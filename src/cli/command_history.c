/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/api_client.h"
#include "cli/command.h"
#include "cli/past_time.h"
#include "cli/sheet.h"
#include "cli/spark.h"
#include "daemon/history/history_range.h"
#include "daemon/loop/clock.h"

#include <inttypes.h>
#include <stdio.h>

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep history\n"                                                                                                 \
    "  skep history --range 24h\n"                                                                                     \
    "  skep history --at 03:12\n"                                                                                      \
    "  skep history --at '2026-11-20 03:12'\n"                                                                         \
    "  skep history --range 30d --json | jq .series.links\n"                                                           \
    "\n"                                                                                                               \
    "How the node has been, also before its last start: links, rates, round trips, losses, answers of beacons, and\n"  \
    "how bad it was (0 calm, 1 warn, 2 bad). A blank is a time when the node was down. HIGHEST is, of rates, round\n"  \
    "trips and losses, of one second.\n"                                                                               \
    "\n"                                                                                                               \
    "With --at one moment: its second in the last hour, its minute in the last two days, its hour in the last 31\n"    \
    "days; with the links that there were, for two days.\n"                                                            \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --range NAME   15m, 1h, 24h or 30d; default 1h\n"                                                               \
    "  --at TIME      03:12 or 03:12:40 (the last time it was that late), a date before it, or ms since 1970\n"        \
    "  --data DIR     the node's data folder\n"                                                                        \
    "  --json         the API's object as it is\n"

enum { BARS = 45, MS_PER_S = 1000 };

static const struct line {
    const char *name;   /* in the API */
    const char *moment; /* in a moment, when it is another */
    const char *title;
    double scale;
} lines[] = {
    {"links", "linkCount", "links", 1},
    {"linksWanted", NULL, "links wanted", 1},
    {"inBytesPerSecond", NULL, "in KiB/s", 1.0 / 1024},
    {"outBytesPerSecond", NULL, "out KiB/s", 1.0 / 1024},
    {"rttP50Ms", NULL, "round trip ms, half", 1},
    {"rttP95Ms", NULL, "round trip ms, 95 %", 1},
    {"lossIn", NULL, "loss in %", 100},
    {"lossOut", NULL, "loss out %", 100},
    {"rendezvousAttempts", NULL, "beacons asked", 1},
    {"rendezvousSuccesses", NULL, "beacons answered", 1},
    {"level", NULL, "level", 1},
};
enum { LINES = sizeof lines / sizeof lines[0] };

/* ---- A range ---- */

/* What a list holds, unknown as negative; gives how many. */
static size_t read_values(const struct json_value *list, double values[HISTORY_POINTS_MAX]) {
    size_t count = json_array_count(list);
    if (count > HISTORY_POINTS_MAX) count = HISTORY_POINTS_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct json_value *item = &list->as.items[i];
        values[i] = item->kind == JSON_NUMBER ? item->as.number : -1;
    }
    return count;
}

static double highest_of(const double *values, size_t count) {
    double highest = -1;
    for (size_t i = 0; i < count; i++)
        if (values[i] > highest) highest = values[i];
    return highest;
}

static double lowest_of(const double *values, size_t count) {
    double lowest = -1;
    for (size_t i = 0; i < count; i++)
        if (values[i] >= 0 && (lowest < 0 || values[i] < lowest)) lowest = values[i];
    return lowest;
}

static double last_of(const double *values, size_t count) {
    while (count > 0 && values[count - 1] < 0) count--;
    return count == 0 ? -1 : values[count - 1];
}

static void put_scaled(struct sheet *sheet, const struct line *line, double value) {
    sheet_put_tenths(sheet, value < 0 ? value : value * line->scale);
}

static void put_line(struct sheet *sheet, const struct line *line, const struct json_value *answer) {
    double values[HISTORY_POINTS_MAX], peaks[HISTORY_POINTS_MAX];
    const size_t count = read_values(json_member(json_member(answer, "series"), line->name), values);
    const size_t peak_count = read_values(json_member(json_member(answer, "peaks"), line->name), peaks);
    const double highest = highest_of(values, count);
    sheet_put_text(sheet, span_of_text(line->title));
    struct buffer bars = buffer_over((uint8_t *)sheet_next(sheet), SHEET_CELL_MAX - 1);
    spark_write(&bars, values, count, BARS, highest);
    bars.at[bars.size] = '\0';
    put_scaled(sheet, line, lowest_of(values, count));
    put_scaled(sheet, line, peak_count > 0 ? highest_of(peaks, peak_count) : highest);
    put_scaled(sheet, line, last_of(values, count));
}

static void print_range(const struct json_value *answer) {
    static const char *const titles[] = {"<FIGURE", "<OVER TIME", "LOWEST", "HIGHEST", "LAST"};
    const int64_t from_ms = api_client_time(answer, "fromAt"), to_ms = api_client_time(answer, "toAt");
    char from[PAST_TIME_SIZE], to[PAST_TIME_SIZE], span[32];
    struct sheet sheet;
    (void)printf("%s to %s; each bar is %s.\n\n", past_time_text(from_ms, from), past_time_text(to_ms, to),
                 sheet_span((to_ms - from_ms) / BARS, span));
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < LINES; i++) put_line(&sheet, &lines[i], answer);
    sheet_print(&sheet);
    sheet_deinit(&sheet);
}

/* ---- A moment ---- */

static void print_findings(const struct json_value *answer) {
    const struct json_value *findings = json_member(answer, "findings");
    for (size_t i = 0; i < json_array_count(findings); i++) {
        char code[64];
        struct span text = SPAN_NONE;
        (void)json_as_string(&findings->as.items[i], &text);
        sheet_clean(text, code, sizeof code);
        (void)printf("%s%s", i == 0 ? ": " : ", ", code);
    }
    (void)fputs("\n\n", stdout);
}

static void print_links(const struct json_value *items) {
    static const char *const titles[] = {"<PEER", "STRENGTH", "RTT ms", "LOSS IN %", "<PATH", "<DIRECTION"};
    struct sheet sheet;
    if (items == NULL || items->kind != JSON_ARRAY) {
        (void)fputs("\nThe links of that time are not kept.\n", stdout);
        return;
    }
    (void)fputs(items->count == 0 ? "\nNo links.\n" : "\n", stdout);
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < items->count; i++) {
        const struct json_value *link = &items->as.items[i];
        sheet_put_id(&sheet, api_client_text(link, "nodeId"));
        sheet_put_count(&sheet, api_client_number(link, "strength"));
        sheet_put_tenths(&sheet, api_client_number(link, "rttMs"));
        sheet_put_percent(&sheet, api_client_number(link, "lossIn"));
        sheet_put_text(&sheet, api_client_text(link, "path"));
        sheet_put_text(&sheet, api_client_text(link, "direction"));
    }
    if (sheet.count > 0) sheet_print(&sheet);
    sheet_deinit(&sheet);
}

static const char *step_name(int64_t step_ms) {
    if (step_ms <= MS_PER_S) return "one second";
    return step_ms <= 60 * MS_PER_S ? "one minute" : "one hour";
}

static void print_moment(const struct json_value *answer) {
    static const char *const titles[] = {"<FIGURE", "THEN"};
    static const char *const levels[] = {"calm", "warn", "bad"};
    const double level = api_client_number(answer, "level");
    char at[PAST_TIME_SIZE];
    struct sheet sheet;
    (void)printf("%s, %s: %s", past_time_text(api_client_time(answer, "at"), at),
                 step_name(api_client_time(answer, "stepMs")),
                 levels[level >= 2   ? 2
                        : level >= 1 ? 1
                                     : 0]);
    print_findings(answer);
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < LINES - 1; i++) { /* the level was said */
        sheet_put_text(&sheet, span_of_text(lines[i].title));
        put_scaled(&sheet, &lines[i],
                   api_client_number(answer, lines[i].moment != NULL ? lines[i].moment : lines[i].name));
    }
    sheet_print(&sheet);
    sheet_deinit(&sheet);
    print_links(json_member(answer, "links"));
}

/* ---- The command ---- */

struct wish {
    enum history_range range;
    int64_t at_ms; /* 0: a range */
    bool is_json;
};

static int show(struct api_client *client, const struct wish *wish) {
    char path[96];
    struct span text;
    const struct json_value *answer;
    if (wish->at_ms != 0)
        (void)snprintf(path, sizeof path, "/api/v1/history/moment?at=%" PRId64, wish->at_ms);
    else
        (void)snprintf(path, sizeof path, "/api/v1/history?range=%s", history_range_name(wish->range));
    const int exit_code = api_client_get(client, path, &text, &answer);
    if (exit_code != EXIT_CODE_DONE) return exit_code;
    if (wish->is_json)
        api_client_print(answer);
    else if (wish->at_ms != 0)
        print_moment(answer);
    else
        print_range(answer);
    return EXIT_CODE_DONE;
}

static bool find_range(const char *name, enum history_range *range) {
    for (enum history_range i = 0; i <= HISTORY_RANGE_30D; i++) {
        *range = i;
        if (span_equal_text(span_of_text(name), history_range_name(i))) return true;
    }
    return false;
}

static int run(int argc, char **argv) {
    const char *data = NULL, *range = "1h", *at = NULL;
    bool has_range = false;
    int exit_code;
    struct wish wish = {0};
    struct api_client client;
    const struct options_entry entries[] = {
        API_CLIENT_DATA(&data),
        API_CLIENT_JSON(&wish.is_json),
        {.name = "range", .kind = OPTIONS_TEXT, .into.text = &range, .is_given = &has_range},
        {.name = "at", .kind = OPTIONS_TEXT, .into.text = &at},
    };
    const struct options_table table = {.command = "skep history", .help = HELP, .entries = entries, .count = 4};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    if (at != NULL && has_range) return options_refuse(&table, "--range and --at do not go together");
    if (!find_range(range, &wish.range)) return options_refuse(&table, "--range is 15m, 1h, 24h or 30d");
    if (at != NULL && !past_time_read(at, clock_wall_ms(), &wish.at_ms))
        return options_refuse(&table, "--at is a time like 03:12, \"2026-11-20 03:12\", or ms since 1970");
    exit_code = api_client_open(&client, table.command, data);
    if (exit_code == EXIT_CODE_DONE) exit_code = show(&client, &wish);
    api_client_close(&client);
    return exit_code;
}

const struct command command_history = {
    .name = "history", .summary = "how the node has been, also before its last start", .help = HELP, .run = run};
