/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/history?range=1h: the figures of a span of time, point by point; GET /api/v1/history/moment?at=MS: those
 * of one second, minute or hour (the finest that is still kept), and the links of its minute. */
#include "daemon/api/history_calls.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "base/memory.h"
#include "daemon/api/figure.h"
#include "daemon/api/state.h"
#include "daemon/history/history.h"
#include "daemon/history/history_range.h"

enum { MS_PER_S = 1000 };

/* ---- Taking ---- */

/* Not while it says goodbye: links that it ends itself are no trouble. */
void history_calls_take(struct api *api) {
    const struct look *look = &api->look;
    if (api->options.history == NULL || !look_takes_part(look)) return;
    if (look->node.started_at_ms == 0 || look->node.is_stopping) return;
    const struct tally_sum bytes = tally_sum(&look->tally, look->links, look->link_count);
    const struct history_evidence evidence = {
        .links = look->links,
        .link_count = look->link_count,
        .mesh = &look->mesh,
        .rendezvous = &look->rendezvous,
        .findings = &look->findings,
        .bytes_in = bytes.bytes_in,
        .bytes_out = bytes.bytes_out,
        .now_ms = look->now_ms,
        .wall_ms = loop_wall_ms(api->options.loop), /* the look's own is a second behind a clock that was just set */
    };
    history_take(api->options.history, &evidence);
}

static uint32_t now_s(const struct api *api) {
    const int64_t wall_ms = loop_wall_ms(api->options.loop);
    return wall_ms > 0 && wall_ms / MS_PER_S < UINT32_MAX ? (uint32_t)(wall_ms / MS_PER_S) : 0;
}

/* ---- Figures ---- */

static void put_whole(struct json_writer *w, const char *name, double value) {
    figure_put_integer(w, name, value < 0 ? -1 : llround(value));
}

struct series {
    const char *name;
    size_t offset; /* in the figures */
    void (*put)(struct json_writer *w, const char *name, double value);
};
#define FIGURE(member) offsetof(struct history_figures, member)
static const struct series shown[] = {
    {"linksWanted", FIGURE(links_wanted), put_whole},
    {"inBytesPerSecond", FIGURE(in_bytes_per_second), put_whole},
    {"outBytesPerSecond", FIGURE(out_bytes_per_second), put_whole},
    {"rttP50Ms", FIGURE(rtt_p50_ms), figure_put_tenths},
    {"rttP95Ms", FIGURE(rtt_p95_ms), figure_put_tenths},
    {"lossIn", FIGURE(loss_in), figure_put_share},
    {"lossOut", FIGURE(loss_out), figure_put_share},
    {"rendezvousAttempts", FIGURE(rendezvous_attempts), put_whole},
    {"rendezvousSuccesses", FIGURE(rendezvous_successes), put_whole},
    {"level", FIGURE(level), put_whole},
};
static const struct series peaks[] = {
    {"inBytesPerSecond", FIGURE(in_peak), put_whole},
    {"outBytesPerSecond", FIGURE(out_peak), put_whole},
    {"rttP95Ms", FIGURE(rtt_p95_peak_ms), figure_put_tenths},
    {"lossIn", FIGURE(loss_in_peak), figure_put_share},
};
/* In a moment `links` is their list. */
static const struct series links = {"links", FIGURE(links), figure_put_tenths};
static const struct series link_count = {"linkCount", FIGURE(links), figure_put_tenths};
enum { SHOWN = sizeof shown / sizeof shown[0], PEAKS = sizeof peaks / sizeof peaks[0] };

static double figure_of(const struct series *series, const struct history_figures *figures) {
    return *(const double *)(const void *)((const uint8_t *)figures + series->offset);
}

/* ---- A span of time ---- */

struct range_answer {
    int64_t as_of_ms;
    struct history_span span;
    struct history_figures figures[HISTORY_POINTS_MAX];
};

static void write_series(struct json_writer *w, const struct range_answer *answer, const struct series *series) {
    json_open_array(w, series->name);
    for (uint32_t i = 0; i < answer->span.points; i++) series->put(w, NULL, figure_of(series, &answer->figures[i]));
    json_close_array(w);
}

static void write_range(struct buffer *out, void *context) {
    const struct range_answer *answer = context;
    const struct history_span *span = &answer->span;
    const int64_t from_ms = (int64_t)span->from_s * MS_PER_S, step_ms = (int64_t)span->step_s * MS_PER_S;
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", answer->as_of_ms);
    json_put_integer(&w, "fromAt", from_ms);
    json_put_integer(&w, "toAt", from_ms + step_ms * span->points);
    json_put_integer(&w, "stepMs", step_ms);
    json_put_integer(&w, "tierMs", (int64_t)history_tier_step_s(span->tier) * MS_PER_S);
    json_put_integer(&w, "points", span->points);
    json_open_object(&w, "series");
    write_series(&w, answer, &links);
    for (size_t i = 0; i < SHOWN; i++) write_series(&w, answer, &shown[i]);
    json_close_object(&w);
    json_open_object(&w, "peaks");
    for (size_t i = 0; i < PEAKS; i++) write_series(&w, answer, &peaks[i]);
    json_close_object(&w);
    json_close_object(&w);
}

/* Who keeps no history (a test of the API alone) answers as one that has just begun. */
static void fill(struct api *api, struct range_answer *answer, enum history_range range) {
    static const struct history_tiers empty;
    const struct history *history = api->options.history;
    answer->as_of_ms = loop_wall_ms(api->options.loop);
    answer->span = history_span_of(range, now_s(api));
    history_span_fill(&answer->span, history == NULL ? &empty : history_rows(history), now_s(api), answer->figures);
}

void route_history(struct api *api, struct http_exchange *exchange) {
    struct query query = query_of(exchange);
    int range = HISTORY_RANGE_1H;
    (void)query_word(&query, PARAMETER_HISTORY_RANGE, &range);
    if (!api_query_is_good(api, exchange, &query)) return;
    struct range_answer *answer = memory_zeroed(1, sizeof *answer);
    fill(api, answer, (enum history_range)range);
    api_answer_json(api, exchange, write_range, answer);
    memory_free(answer);
}

/* ---- A moment ---- */

struct history_call {
    struct history_call *next;
    struct api *api;
    struct http_exchange *exchange;
    enum history_tier tier;
    struct history_row row;
    const struct history_moment *moment; /* while it is written; `at_s` 0: its links are not kept */
};

static void write_link(struct json_writer *w, const struct history_link *link) {
    json_open_object(w, NULL);
    figure_put_node_id(w, "nodeId", &link->node_id);
    figure_put_integer(w, "strength", link->strength);
    figure_put_tenths(w, "rttMs", link->rtt_ms);
    figure_put_share(w, "lossIn", link->loss_in);
    json_put_text(w, "path", link_path_name(link->path));
    json_put_text(w, "direction", link->is_inbound ? "inbound" : "outbound");
    json_close_object(w);
}

static void write_links(struct json_writer *w, const struct history_moment *moment) {
    if (moment->at_s == 0) {
        json_put_null(w, "links");
        return;
    }
    json_open_array(w, "links");
    for (size_t i = 0; i < moment->count; i++) write_link(w, &moment->links[i]);
    json_close_array(w);
}

static void write_findings(struct json_writer *w, uint32_t bits) {
    json_open_array(w, "findings");
    for (int code = 0; code < FINDING_CODE_COUNT; code++)
        if ((bits >> code & 1) != 0) json_put_text(w, NULL, finding_code_name((enum finding_code)code));
    json_close_array(w);
}

static void write_moment(struct buffer *out, void *context) {
    const struct history_call *call = context;
    struct json_writer w = json_writer_into(out);
    struct history_sum sum = {0};
    history_sum_add(&sum, &call->row);
    const struct history_figures figures = history_sum_figures(&sum);
    json_open_object(&w, NULL);
    json_put_integer(&w, "asOf", loop_wall_ms(call->api->options.loop));
    json_put_integer(&w, "at", (int64_t)call->row.at_s * MS_PER_S);
    json_put_integer(&w, "stepMs", (int64_t)history_tier_step_s(call->tier) * MS_PER_S);
    link_count.put(&w, link_count.name, figure_of(&link_count, &figures));
    for (size_t i = 0; i < SHOWN; i++) shown[i].put(&w, shown[i].name, figure_of(&shown[i], &figures));
    write_links(&w, call->moment);
    write_findings(&w, call->row.findings);
    json_close_object(&w);
}

static void call_end(struct history_call *call) {
    struct history_call **place = &call->api->look_backs;
    while (*place != call) place = &(*place)->next;
    *place = call->next;
    memory_free(call);
}

static void settle(void *context, const struct history_moment *moment) {
    struct history_call *call = context;
    call->moment = moment;
    api_answer_json(call->api, call->exchange, write_moment, call);
    call_end(call);
}

static const struct history_moment no_moment;

static void wait_for(struct api *api, struct http_exchange *exchange, enum history_tier tier,
                     const struct history_row *row, uint32_t at_s) {
    struct history_call *call = memory_zeroed(1, sizeof *call);
    *call = (struct history_call){.next = api->look_backs, .api = api, .exchange = exchange, .tier = tier, .row = *row};
    api->look_backs = call;
    if (tier == HISTORY_HOURS)
        settle(call, &no_moment); /* minutes are not kept that long, nor are their links */
    else
        history_find_moment(api->options.history, at_s, settle, call);
}

void history_calls_gone(struct api *api, struct http_exchange *exchange) {
    struct history_call *call = api->look_backs;
    while (call != NULL && call->exchange != exchange) call = call->next;
    if (call == NULL) return;
    history_forget(api->options.history, call);
    call_end(call);
}

void history_calls_forget_all(struct api *api) {
    while (api->look_backs != NULL) {
        history_forget(api->options.history, api->look_backs);
        call_end(api->look_backs);
    }
}

static void write_since(struct buffer *out, const char *what, uint32_t at_s) {
    char text[40];
    struct tm parts;
    const time_t seconds = (time_t)at_s;
    if (gmtime_r(&seconds, &parts) == NULL || strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts) == 0) return;
    buffer_put_text(out, what);
    buffer_put_text(out, " since ");
    buffer_put_text(out, text);
}

/* "Kept are seconds since ..., minutes since ..., hours since ..., UTC." */
static void write_kept(struct buffer *out, const struct history_tiers *tiers, uint32_t until_s) {
    static const char *const names[HISTORY_TIERS] = {"seconds", "minutes", "hours"};
    const char *between = "Nothing is kept of that time. Kept are ";
    for (enum history_tier tier = HISTORY_SECONDS; tier <= HISTORY_HOURS; tier++) {
        const uint32_t oldest_s = history_tiers_oldest_s(tiers, tier, until_s);
        if (oldest_s == 0) continue;
        buffer_put_text(out, between);
        write_since(out, names[tier], oldest_s);
        between = ", ";
    }
    buffer_put_text(out, out->size == 0 ? "Nothing is kept yet." : " (UTC), but for when the node was down.");
}

static void refuse_moment(struct api *api, struct http_exchange *exchange, bool is_to_come) {
    uint8_t memory[320];
    struct buffer detail = buffer_over(memory, sizeof memory);
    const struct history *history = api->options.history;
    if (is_to_come)
        buffer_put_text(&detail, "That time is yet to come.");
    else if (history == NULL)
        buffer_put_text(&detail, "Nothing is kept.");
    else
        write_kept(&detail, history_rows(history), now_s(api));
    api_refuse(api, exchange, PROBLEM_MOMENT_ABSENT, &(struct problem_note){.detail = buffer_span(&detail)});
}

static bool find_row(const struct api *api, enum history_tier tier, uint32_t at_s, struct history_row *row) {
    const struct history *history = api->options.history;
    return history != NULL && history_tiers_find(history_rows(history), tier, at_s, row);
}

void route_history_moment(struct api *api, struct http_exchange *exchange) {
    struct query query = query_of(exchange);
    const uint64_t at_s = query_whole(&query, PARAMETER_HISTORY_MOMENT_AT) / MS_PER_S;
    if (!api_query_is_good(api, exchange, &query)) return;
    const bool is_to_come = at_s > now_s(api);
    for (enum history_tier tier = HISTORY_SECONDS; tier <= HISTORY_HOURS && !is_to_come; tier++) {
        struct history_row row;
        if (!find_row(api, tier, (uint32_t)at_s, &row)) continue;
        wait_for(api, exchange, tier, &row, (uint32_t)at_s);
        return;
    }
    refuse_moment(api, exchange, is_to_come);
}
