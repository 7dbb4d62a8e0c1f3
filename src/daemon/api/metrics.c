/* SPDX-License-Identifier: Apache-2.0 */
/* GET /metrics: what Prometheus scrapes, in the text that it asks for. The figures come from the same look as the
 * page's, so that a board and the dashboard never disagree; the other parts of the daemon add theirs (`measure`). */
#include "base/must.h"
#include "daemon/api/metric_text.h"
#include "daemon/api/state.h"

#include <string.h>

/* ---- The node ---- */

static bool has_role(const struct look *look, const char *name) {
    for (size_t i = 0; i < look->facts->role_count; i++)
        if (strcmp(look->facts->roles[i], name) == 0) return true;
    return false;
}

static void fill_alerts(struct metric_sheet *sheet, const struct look *look) {
    size_t counts[METRIC_SERIES_ALERT] = {0};
    for (size_t i = 0; i < look->findings.count; i++) counts[look->findings.items[i].code]++;
    for (size_t i = 0; i < METRIC_SERIES_ALERT; i++) metric_set_count(sheet, METRIC_ALERTS, i, counts[i]);
}

static void fill_events(struct metric_sheet *sheet, const struct event_log *events) {
    const struct event_counts *counts = event_log_counts(events);
    for (size_t i = 0; i < EVENT_COUNT; i++) metric_set_count(sheet, METRIC_EVENTS, i, counts->of[i]);
    metric_set_count(sheet, METRIC_EVENTS_FOLDED, 0, counts->folded);
}

static void fill_node(struct metric_sheet *sheet, const struct look *look) {
    metric_set_count(sheet, METRIC_BUILD, 0, 1);
    metric_set_count(sheet, METRIC_ROLE, METRIC_ROLE_NODE, has_role(look, "node"));
    metric_set_count(sheet, METRIC_ROLE, METRIC_ROLE_BEACON, has_role(look, "beacon"));
    metric_set_count(sheet, METRIC_ROLE, METRIC_ROLE_SIGNALING, has_role(look, "signaling"));
    metric_set_choice(sheet, METRIC_STATE, look->verdict);
    fill_alerts(sheet, look);
    fill_events(sheet, look->events);
}

/* ---- Links ---- */

/* Figures of several links, in rising order. */
struct figures {
    size_t count;
    double values[LIMIT_LINKS_MAX];
};

static void figures_add(struct figures *figures, double value) {
    if (value < 0) return; /* not known */
    size_t at = figures->count++;
    for (; at > 0 && figures->values[at - 1] > value; at--) figures->values[at] = figures->values[at - 1];
    figures->values[at] = value;
}

static double median_of(const struct figures *figures) {
    return figures->values[figures->count / 2];
}

static void fill_quality(struct metric_sheet *sheet, const struct look *look) {
    struct figures rtt = {0}, strength = {0}, loss[2] = {0};
    for (size_t i = 0; i < look->link_count; i++) {
        const struct link_view *link = &look->links[i];
        if (link->state != LINK_STATE_OPEN) continue;
        figures_add(&rtt, link->rtt_ms);
        figures_add(&strength, link->strength);
        figures_add(&loss[METRIC_INBOUND], link->loss_in);
        figures_add(&loss[METRIC_OUTBOUND], link->loss_out);
    }
    if (rtt.count > 0) {
        metric_set_ms(sheet, METRIC_RTT, METRIC_MIDDLE, median_of(&rtt));
        metric_set_ms(sheet, METRIC_RTT, METRIC_WORST, rtt.values[rtt.count - 1]);
    }
    if (strength.count > 0) {
        metric_set(sheet, METRIC_STRENGTH, METRIC_MIDDLE, median_of(&strength) / 100);
        metric_set(sheet, METRIC_STRENGTH, METRIC_WORST, strength.values[0] / 100);
    }
    for (size_t way = 0; way < 2; way++) {
        if (loss[way].count == 0) continue;
        metric_set(sheet, METRIC_LOSS, 2 * METRIC_MIDDLE + way, median_of(&loss[way]));
        metric_set(sheet, METRIC_LOSS, 2 * METRIC_WORST + way, loss[way].values[loss[way].count - 1]);
    }
}

static void fill_links(struct metric_sheet *sheet, const struct look *look) {
    size_t counts[METRIC_SERIES_LINK] = {0};
    for (size_t i = 0; i < look->link_count; i++) {
        const struct link_view *link = &look->links[i];
        if (link->state == LINK_STATE_CLOSED) continue; /* shown for a while, but links no more */
        counts[2 * link->state + (link->is_inbound ? METRIC_INBOUND : METRIC_OUTBOUND)]++;
    }
    for (size_t i = 0; i < METRIC_SERIES_LINK; i++) metric_set_count(sheet, METRIC_LINKS, i, counts[i]);
}

static void fill_ends(struct metric_sheet *sheet, const struct counter_set *counters) {
    metric_set_count(sheet, METRIC_DIALS, 0, counters->dials);
    metric_set_count(sheet, METRIC_LINKS_OPENED, METRIC_INBOUND, counters->inbound_opened);
    metric_set_count(sheet, METRIC_LINKS_OPENED, METRIC_OUTBOUND, counters->outbound_opened);
    for (size_t r = 0; r < REASON_COUNT; r++) {
        metric_set_count(sheet, METRIC_LINKS_FAILED, 2 * r + METRIC_INBOUND, counters->inbound_failed.of[r]);
        metric_set_count(sheet, METRIC_LINKS_FAILED, 2 * r + METRIC_OUTBOUND, counters->outbound_failed.of[r]);
        metric_set_count(sheet, METRIC_LINKS_CLOSED, r, counters->closed.of[r]);
    }
}

static void fill_syncs(struct metric_sheet *sheet, const struct counter_set *counters) {
    for (size_t f = 0; f < LATE_FATE_COUNT; f++) metric_set_count(sheet, METRIC_LATE, f, counters->late[f]);
    metric_set_count(sheet, METRIC_LATE_SENT, 0, counters->late_sent);
    metric_set_count(sheet, METRIC_SYNCS, METRIC_SYNC_COMPARED, counters->syncs_done);
    metric_set_count(sheet, METRIC_SYNCS, METRIC_SYNC_GIVEN_UP, counters->syncs_failed);
    metric_set_count(sheet, METRIC_SYNCS, METRIC_SYNC_ANSWERED, counters->syncs_answered);
    metric_set_count(sheet, METRIC_SYNCS, METRIC_SYNC_DECLINED, counters->syncs_declined);
    metric_set_count(sheet, METRIC_SYNCS_IGNORED, 0, counters->syncs_ignored);
}

static void fill_messages(struct metric_sheet *sheet, const struct counter_set *counters) {
    for (size_t m = 0; m < MESSAGE_PLACES; m++) {
        metric_set_count(sheet, METRIC_MESSAGES, 2 * m + METRIC_INBOUND, counters->in[m].frames);
        metric_set_count(sheet, METRIC_MESSAGES, 2 * m + METRIC_OUTBOUND, counters->out[m].frames);
        metric_set_count(sheet, METRIC_MESSAGE_BYTES, 2 * m + METRIC_INBOUND, counters->in[m].bytes);
        metric_set_count(sheet, METRIC_MESSAGE_BYTES, 2 * m + METRIC_OUTBOUND, counters->out[m].bytes);
    }
    metric_set_count(sheet, METRIC_VIEWS_IGNORED, 0, counters->views_ignored);
    metric_set_count(sheet, METRIC_EXAMINES_IGNORED, 0, counters->examines_ignored);
    for (size_t f = 0; f < RECORD_FATE_COUNT; f++) metric_set_count(sheet, METRIC_RECORDS, f, counters->records[f]);
    metric_set_count(sheet, METRIC_GRAFTS_UNANSWERED, 0, counters->grafts_unanswered);
    metric_set_count(sheet, METRIC_BROADCASTS_IGNORED, 0, counters->broadcasts_ignored);
    fill_syncs(sheet, counters);
    for (size_t r = 1; r < REFUSAL_COUNT; r++) metric_set_count(sheet, METRIC_REFUSALS, r - 1, counters->refused[r]);
}

static void fill_mesh(struct metric_sheet *sheet, const struct look *look) {
    metric_set_count(sheet, METRIC_VIEW_ACTIVE, 0, look->mesh.active);
    metric_set_count(sheet, METRIC_VIEW_TARGET, 0, look->mesh.target);
    metric_set_count(sheet, METRIC_VIEW_PASSIVE, 0, look->mesh.passive);
    metric_set_count(sheet, METRIC_BOOK, 0, look->mesh.known);
    metric_set_count(sheet, METRIC_OUTAGE, 0, look->outage.is_out);
    metric_set_count(sheet, METRIC_WAITING, 0, look->outbox.count);
    for (size_t f = 0; f < REACHABILITY_FAMILIES; f++) {
        size_t state = look->reachability.families[f].state;
        for (size_t s = 0; s < METRIC_REACHABILITIES; s++)
            metric_set_count(sheet, METRIC_REACHABILITY, f * METRIC_REACHABILITIES + s, s == state);
    }
}

/* ---- Rendezvous ---- */

static void fill_source(struct metric_sheet *sheet, const struct source *source, size_t index) {
    if (source->attempts > 0) metric_set_count(sheet, METRIC_SOURCE_UP, index, source->failure_streak == 0);
    metric_set_count(sheet, METRIC_SOURCE_ATTEMPTS, index, source->attempts);
    metric_set_count(sheet, METRIC_SOURCE_SUCCESSES, index, source->successes);
    for (size_t i = 0; i < SOURCE_OUTCOMES; i++)
        metric_set_count(sheet, METRIC_SOURCE_FAILURES, index * SOURCE_OUTCOMES + i, source->failures[i]);
    metric_set_count(sheet, METRIC_SOURCE_ANNOUNCES, index * 2, source->announces_taken);
    metric_set_count(sheet, METRIC_SOURCE_ANNOUNCES, index * 2 + 1, source->announces_refused);
    if (source->latency_ms >= 0) metric_set_ms(sheet, METRIC_SOURCE_LATENCY, index, source->latency_ms);
    if (source->last_success_ms == 0) return;
    metric_set_count(sheet, METRIC_SOURCE_TICKETS, index, source->tickets);
    metric_set_ms(sheet, METRIC_SOURCE_SUCCESS, index, (double)source->last_success_ms);
}

static void fill_beacon(struct metric_sheet *sheet, const struct beacon_counts *counts) {
    uint64_t refused = 0;
    for (size_t r = 1; r < REFUSAL_COUNT; r++) {
        refused += counts->refused[r];
        metric_set_count(sheet, METRIC_BEACON_REFUSALS, r - 1, counts->refused[r]);
    }
    metric_set_count(sheet, METRIC_BEACON_COMMUNITIES, 0, counts->communities);
    metric_set_count(sheet, METRIC_BEACON_TICKETS, 0, counts->entries);
    metric_set_count(sheet, METRIC_BEACON_LISTS, 0, counts->lists);
    metric_set_count(sheet, METRIC_BEACON_FLOODED, 0, counts->flooded);
    metric_set_count(sheet, METRIC_BEACON_ANNOUNCES, METRIC_ANNOUNCE_ACCEPTED, counts->accepted);
    metric_set_count(sheet, METRIC_BEACON_ANNOUNCES, METRIC_ANNOUNCE_REPEATED, counts->repeated);
    metric_set_count(sheet, METRIC_BEACON_ANNOUNCES, METRIC_ANNOUNCE_OVER_RATE, counts->over_rate);
    metric_set_count(sheet, METRIC_BEACON_ANNOUNCES, METRIC_ANNOUNCE_REFUSED, refused);
}

/* ---- The API, and all of it ---- */

static void fill_api(struct metric_sheet *sheet, const struct api *api) {
    struct http_counts counts = http_server_counts(api->server);
    metric_set_http(sheet, METRIC_SERVER_API, &counts);
    metric_set_count(sheet, METRIC_API_STREAMS, 0, api->streams.count);
    for (size_t p = 1; p < PROBLEM_COUNT; p++) metric_set_count(sheet, METRIC_API_REFUSALS, p - 1, api->refused[p]);
    metric_set_count(sheet, METRIC_READY, 0, api_is_ready(api, NULL));
}

static void fill_engine(struct metric_sheet *sheet, const struct api *api) {
    const struct look *look = &api->look;
    const struct counter_set *counters = engine_view_counters(api->options.engine);
    int64_t skew_ms;
    fill_links(sheet, look);
    fill_quality(sheet, look);
    fill_ends(sheet, counters);
    fill_messages(sheet, counters);
    fill_mesh(sheet, look);
    for (size_t i = 0; i < look->rendezvous.source_count; i++) fill_source(sheet, &look->rendezvous.sources[i], i);
    if (engine_view_clock_skew(api->options.engine, &skew_ms)) {
        metric_set_ms(sheet, METRIC_CLOCK_SKEW, 0, (double)skew_ms);
    }
}

static void fill(struct metric_sheet *sheet, const struct api *api) {
    metric_sheet_clear(sheet);
    fill_node(sheet, &api->look);
    if (look_takes_part(&api->look)) fill_engine(sheet, api);
    if (api->look.has_beacon) fill_beacon(sheet, &api->look.beacon);
    fill_api(sheet, api);
    if (api->options.measure != NULL) api->options.measure(api->options.context, sheet);
}

struct metrics_answer {
    struct metric_sheet sheet;
    enum metric_dialect dialect;
};

static void write_metrics(struct buffer *out, void *context) {
    const struct metrics_answer *answer = context;
    metric_write(out, &answer->sheet, answer->dialect);
}

void route_metrics(struct api *api, struct http_exchange *exchange) {
    static const struct http_header_line headers[] = {{"Cache-Control", "no-store"}, {"Vary", "Accept"}};
    struct metrics_answer answer = {.dialect = metric_dialect_wanted(http_header(exchange, "accept"))};
    struct span body;
    api_look(api);
    fill(&answer.sheet, api);
    bool fits = draft_write(&api->draft, write_metrics, &answer, &body);
    must(fits); /* the table bounds it */
    http_answer(exchange, &(struct http_reply){.status = 200,
                                               .content_type = metric_content_type(answer.dialect),
                                               .body = body,
                                               .headers = headers,
                                               .header_count = sizeof headers / sizeof headers[0]});
}
