/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/top_frame.h"

#include "cli/api_client.h"
#include "cli/sheet.h"
#include "cli/state_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    LINE_BYTES_MAX = 512,
    FACT_MAX = 160,
    LINKS_MAX = 256, /* of one snapshot */
    EVENTS_MAX = 8,  /* shown */
    SOURCES_MAX = 4, /* named; of the others it is said how many there are */
    FINDINGS_MAX_SHOWN = 3,
    ROWS_FOR_EVENTS = 12, /* with fewer left, the links take them all */
};

/* What is being written: whole lines, and the one that facts are still added to. */
struct page {
    struct buffer *out;
    size_t columns;
    size_t rows_left;
    char line[LINE_BYTES_MAX];
};

static void put_line(struct page *page, enum sheet_tone tone, const char *text) {
    if (page->rows_left == 0) return;
    page->rows_left--;
    buffer_put_text(page->out, sheet_tone_on(tone));
    sheet_write_cut(page->out, text, page->columns);
    buffer_put_text(page->out, sheet_tone_off(tone));
    buffer_put_text(page->out, "\n");
}

static void end_line(struct page *page) {
    if (page->line[0] != '\0') put_line(page, SHEET_PLAIN, page->line);
    page->line[0] = '\0';
}

/* One fact more on the line, or the first one of the next. */
__attribute__((format(printf, 2, 3))) static void say(struct page *page, const char *format, ...) {
    char fact[FACT_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(fact, sizeof fact, format, arguments);
    va_end(arguments);
    size_t width = sheet_width(span_of_text(page->line)), size = strlen(page->line);
    bool fits =
        width + 2 + sheet_width(span_of_text(fact)) <= page->columns && size + 2 + strlen(fact) < LINE_BYTES_MAX;
    if (width > 0 && !fits) {
        end_line(page);
        size = 0;
    }
    (void)snprintf(page->line + size, sizeof page->line - size, "%s%s", size == 0 ? "" : "  ", fact);
}

static const struct json_value *items_of(const struct json_value *list) {
    const struct json_value *items = json_member(list, "items");
    return items != NULL && items->kind == JSON_ARRAY ? items : NULL;
}

static size_t count_of(const struct json_value *array) {
    return array == NULL ? 0 : array->count;
}

/* ---- The node ---- */

static void put_verdict(struct page *page, const struct json_value *snapshot) {
    const struct state_words *words = state_words_of(snapshot);
    char text[FACT_MAX];
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    buffer_put_text(&out, words->mark);
    buffer_put_text(&out, " ");
    state_words_write(&out, words, snapshot);
    text[out.size] = '\0';
    put_line(page, words->tone, text);
}

static void put_findings(struct page *page, const struct json_value *snapshot) {
    const struct json_value *findings = state_words_findings(snapshot);
    size_t shown = 0;
    for (size_t i = 0; i < count_of(findings) && shown < FINDINGS_MAX_SHOWN; i++) {
        const struct json_value *finding = &findings->as.items[i];
        char title[FACT_MAX], line[FACT_MAX + 4];
        if (state_words_is_notice(finding)) continue;
        sheet_clean(api_client_text(finding, "title"), title, sizeof title);
        (void)snprintf(line, sizeof line, "  %s", title);
        put_line(page, span_equal_text(api_client_text(finding, "level"), "error") ? SHEET_BAD : SHEET_WARN, line);
        shown++;
    }
}

static void put_node(struct page *page, const struct json_value *snapshot) {
    const struct json_value *node = json_member(snapshot, "node");
    char id[SHEET_ID_MAX], community[80], span[32];
    int64_t started_at_ms = api_client_time(node, "startedAt");
    sheet_clean(api_client_text(node, "community"), community, sizeof community);
    say(page, "%s", sheet_id(api_client_text(node, "nodeId"), id));
    if (community[0] != '\0') say(page, "%s", community);
    if (started_at_ms != 0) say(page, "up %s", sheet_span(api_client_time(snapshot, "asOf") - started_at_ms, span));
}

static void put_family(struct page *page, const struct json_value *node, const char *member, const char *label) {
    char state[32];
    sheet_clean(api_client_text(json_member(json_member(node, "reachability"), member), "state"), state, sizeof state);
    if (state[0] != '\0') say(page, "%s %s", label, state);
}

static void put_mesh(struct page *page, const struct json_value *snapshot) {
    const struct json_value *mesh = json_member(snapshot, "mesh"), *bandwidth = json_member(snapshot, "bandwidth");
    if (mesh == NULL || mesh->kind != JSON_OBJECT) return;
    double in = api_client_number(bandwidth, "inBytesPerSecond"),
           out = api_client_number(bandwidth, "outBytesPerSecond"), known = api_client_number(mesh, "known");
    say(page, "links %.0f of %.0f", api_client_number(mesh, "active"), api_client_number(mesh, "target"));
    if (api_client_number(mesh, "dialing") > 0) say(page, "%.0f being dialled", api_client_number(mesh, "dialing"));
    say(page, "%.0f %s known", known, known == 1 ? "peer" : "peers");
    if (in >= 0 && out >= 0) say(page, "in %.1f KiB/s  out %.1f KiB/s", in / 1024, out / 1024);
    put_family(page, json_member(snapshot, "node"), "ipv4", "IPv4");
    put_family(page, json_member(snapshot, "node"), "ipv6", "IPv6");
}

/* ---- Sources, and the beacon that this node is ---- */

static void put_source(struct page *page, const struct json_value *source) {
    char id[32], state[32], reason[64];
    double latency_ms = api_client_number(source, "latencyMs");
    sheet_clean(api_client_text(source, "id"), id, sizeof id);
    sheet_clean(api_client_text(source, "state"), state, sizeof state);
    sheet_clean(api_client_text(source, "reason"), reason, sizeof reason);
    if (reason[0] != '\0') {
        say(page, "%s %s (%s)", id, state, reason);
    } else if (latency_ms >= 0) {
        say(page, "%s %s %.0f ms", id, state, latency_ms);
    } else {
        say(page, "%s %s", id, state);
    }
}

static bool is_cache(const struct json_value *source) {
    return span_equal_text(api_client_text(source, "kind"), "cache");
}

static void put_sources(struct page *page, const struct json_value *snapshot) {
    const struct json_value *sources = json_member(json_member(snapshot, "rendezvous"), "sources");
    size_t count = 0;
    for (size_t i = 0; i < json_array_count(sources); i++) {
        if (is_cache(&sources->as.items[i])) continue;
        if (count++ < SOURCES_MAX) put_source(page, &sources->as.items[i]);
    }
    if (count > SOURCES_MAX) say(page, "and %zu more", count - SOURCES_MAX);
}

static void put_beacon(struct page *page, const struct json_value *snapshot) {
    const struct json_value *beacon = json_member(snapshot, "beacon");
    double entries = api_client_number(beacon, "entries");
    if (entries < 0) return;
    say(page, "beacon: %.0f %s listed", entries, entries == 1 ? "ticket" : "tickets");
    say(page, "%.0f announces", api_client_number(beacon, "announces"));
    say(page, "%.0f lists given", api_client_number(beacon, "lists"));
}

/* ---- Links ---- */

struct ranked {
    const struct json_value *link;
    size_t index; /* in the API's list */
    double bytes_per_second;
};

static int busier_first(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    if (a->bytes_per_second != b->bytes_per_second) return a->bytes_per_second > b->bytes_per_second ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

static size_t rank(const struct json_value *links, struct ranked ranked[LINKS_MAX]) {
    size_t count = 0;
    for (size_t i = 0; i < count_of(links) && count < LINKS_MAX; i++) {
        const struct json_value *link = &links->as.items[i];
        double sum = api_client_number(link, "inBytesPerSecond") + api_client_number(link, "outBytesPerSecond");
        ranked[count++] = (struct ranked){link, i, sum};
    }
    qsort(ranked, count, sizeof ranked[0], busier_first);
    return count;
}

static void put_link(struct sheet *sheet, const struct json_value *link, int64_t now_ms) {
    double loss_in = api_client_number(link, "lossIn"), loss_out = api_client_number(link, "lossOut");
    sheet_put_id(sheet, api_client_text(link, "nodeId"));
    sheet_put_kib(sheet, api_client_number(link, "inBytesPerSecond"));
    sheet_put_kib(sheet, api_client_number(link, "outBytesPerSecond"));
    sheet_put_tenths(sheet, api_client_number(link, "rttMs"));
    sheet_put_percent(sheet, loss_in > loss_out ? loss_in : loss_out);
    sheet_put_count(sheet, api_client_number(link, "strength"));
    sheet_put_text(sheet, api_client_text(link, "state"));
    sheet_put_text(sheet, api_client_text(link, "address"));
    sheet_put_age(sheet, api_client_time(link, "since"), now_ms);
}

static void put_links(struct page *page, const struct json_value *snapshot, size_t rows_kept) {
    static const char *const titles[] = {"<PEER",    "IN KiB/s", "OUT KiB/s", "RTT ms", "LOSS %",
                                         "STRENGTH", "<STATE",   "<ADDRESS",  "<SINCE"};
    const struct json_value *list = json_member(snapshot, "links");
    struct ranked ranked[LINKS_MAX];
    struct sheet sheet;
    size_t count = rank(items_of(list), ranked);
    if (count == 0 || page->rows_left < rows_kept + 3) return;
    size_t room = page->rows_left - rows_kept - 2; /* an empty line, the titles */
    size_t shown = count <= room ? count : room - 1;
    put_line(page, SHEET_PLAIN, "");
    sheet_init(&sheet, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < shown; i++) put_link(&sheet, ranked[i].link, api_client_time(snapshot, "asOf"));
    sheet_write(&sheet, page->out, page->columns, shown);
    page->rows_left -= shown + 1;
    sheet_deinit(&sheet);
    if (shown == count) return;
    say(page, "and %zu more", count - shown);
    end_line(page);
}

/* ---- Events ---- */

static enum sheet_tone tone_of(const struct json_value *event) {
    struct span level = api_client_text(event, "level");
    if (span_equal_text(level, "error")) return SHEET_BAD;
    return span_equal_text(level, "warn") ? SHEET_WARN : SHEET_PLAIN;
}

static void put_event(struct page *page, const struct json_value *event) {
    char when[16] = "", message[400], line[LINE_BYTES_MAX];
    struct tm parts;
    time_t seconds = (time_t)(api_client_time(event, "at") / 1000);
    if (localtime_r(&seconds, &parts) != NULL) (void)strftime(when, sizeof when, "%H:%M:%S", &parts);
    sheet_clean(api_client_text(event, "message"), message, sizeof message);
    (void)snprintf(line, sizeof line, "%s %s", when, message);
    put_line(page, tone_of(event), line);
}

static bool is_detail(const struct json_value *event) {
    return span_equal_text(api_client_text(event, "level"), "debug");
}

/* The newest that are no details, up to `max`, the newest first as the API lists them. */
static size_t take_events(const struct json_value *snapshot, const struct json_value *events[EVENTS_MAX], size_t max) {
    const struct json_value *items = items_of(json_member(snapshot, "events"));
    size_t count = 0;
    for (size_t i = 0; i < count_of(items) && count < max; i++)
        if (!is_detail(&items->as.items[i])) events[count++] = &items->as.items[i];
    return count;
}

static void put_events(struct page *page, const struct json_value *const *events, size_t count) {
    if (count == 0) return;
    put_line(page, SHEET_PLAIN, "");
    for (size_t i = count; i > 0; i--) put_event(page, events[i - 1]);
}

/* ---- The frame ---- */

static struct page page_of(struct buffer *out, const struct top_frame_look *look) {
    size_t rows = look->rows == 0 ? SIZE_MAX : look->rows;
    struct page page = {.out = out, .columns = look->columns, .rows_left = rows};
    if (look->footer != NULL && look->rows > 1) page.rows_left--;
    if (look->notice != NULL) put_line(&page, SHEET_WARN, look->notice);
    return page;
}

static void put_footer(struct page *page, const struct top_frame_look *look) {
    if (look->footer == NULL || look->rows == 1) return;
    for (; look->rows > 0 && page->rows_left > 0; page->rows_left--) buffer_put_text(page->out, "\n");
    page->rows_left = 1;
    put_line(page, SHEET_FAINT, look->footer);
}

void top_frame_write(struct buffer *out, const struct json_value *snapshot, const struct top_frame_look *look) {
    struct page page = page_of(out, look);
    const struct json_value *events[EVENTS_MAX];
    put_verdict(&page, snapshot);
    put_findings(&page, snapshot);
    put_node(&page, snapshot);
    end_line(&page);
    put_mesh(&page, snapshot);
    end_line(&page);
    put_sources(&page, snapshot);
    end_line(&page);
    put_beacon(&page, snapshot);
    end_line(&page);
    size_t third = page.rows_left / 3, room = third > EVENTS_MAX ? EVENTS_MAX : third;
    size_t count = take_events(snapshot, events, page.rows_left >= ROWS_FOR_EVENTS ? room : 0);
    put_links(&page, snapshot, count == 0 ? 0 : count + 1);
    put_events(&page, events, count);
    put_footer(&page, look);
}

void top_frame_write_away(struct buffer *out, const char *complaint, int64_t away_ms,
                          const struct top_frame_look *look) {
    struct page page = page_of(out, look);
    char span[32], text[LINE_BYTES_MAX], line[FACT_MAX];
    (void)snprintf(line, sizeof line, "⬢ No node answers for %s", sheet_span(away_ms, span));
    put_line(&page, SHEET_BAD, line);
    sheet_clean((struct span){(const uint8_t *)complaint, strcspn(complaint, "\n")}, text, sizeof text);
    for (const char *word = text; *word != '\0';) {
        size_t size = strcspn(word, " ");
        if (sheet_width(span_of_text(page.line)) + size + 1 > page.columns) end_line(&page);
        size_t used = strlen(page.line);
        (void)snprintf(page.line + used, sizeof page.line - used, "%s%.*s", used == 0 ? "" : " ", (int)size, word);
        word += size + strspn(word + size, " ");
    }
    end_line(&page);
    put_line(&page, SHEET_PLAIN, "It is looked for again and again; its figures come back with it.");
    put_footer(&page, look);
}
