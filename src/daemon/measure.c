/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/measure.h"

#include "daemon/process.h"

static void set_known(struct metric_sheet *sheet, enum metric metric, double value) {
    if (value >= 0) metric_set(sheet, metric, 0, value);
}

static void fill_process(struct metric_sheet *sheet, int64_t started_at_ms) {
    struct process_view process;
    process_look(&process);
    set_known(sheet, METRIC_PROCESS_CPU, process.cpu_seconds);
    set_known(sheet, METRIC_PROCESS_RESIDENT, process.resident_bytes);
    set_known(sheet, METRIC_PROCESS_VIRTUAL, process.virtual_bytes);
    set_known(sheet, METRIC_PROCESS_FDS, process.descriptors);
    set_known(sheet, METRIC_PROCESS_FDS_MAX, process.descriptors_max);
    metric_set_ms(sheet, METRIC_PROCESS_START, 0, (double)started_at_ms);
}

static void fill_store(struct metric_sheet *sheet, struct store *store) {
    struct store_counts counts = store_count(store);
    metric_set_count(sheet, METRIC_STORE_WAITING, 0, counts.waiting);
    metric_set_count(sheet, METRIC_STORE_WRITES, 0, counts.committed);
    metric_set_count(sheet, METRIC_STORE_COMMITS, 0, counts.commits);
    metric_set_count(sheet, METRIC_STORE_FAILURES, 0, counts.failures);
    metric_set_count(sheet, METRIC_STORE_DROPPED, 0, counts.dropped);
    metric_set_count(sheet, METRIC_STORE_ROWS_REFUSED, 0, counts.rows_refused);
}

static void fill_content(struct metric_sheet *sheet, const struct content_host *content) {
    const struct content_usage usage = content_host_usage(content);
    const struct content_scrub scrub = content_host_scrub(content);
    metric_set_count(sheet, METRIC_CONTENT_BYTES, 0, usage.bytes_used);
    metric_set_count(sheet, METRIC_CONTENT_FAULTS, 0, usage.faults);
    metric_set_count(sheet, METRIC_CONTENT_QUARANTINE, 0, shelf_count(content_host_shelf(content)));
    metric_set_count(sheet, METRIC_CONTENT_QUARANTINE_MISSED, 0, shelf_not_kept(content_host_shelf(content)));
    metric_set_count(sheet, METRIC_CONTENT_SCRUB_PASSES, 0, scrub.passes);
    if (scrub.ended_at_ms > 0) metric_set_ms(sheet, METRIC_CONTENT_SCRUB_END, 0, (double)scrub.ended_at_ms);
}

static void fill_signaling(struct metric_sheet *sheet, const struct signal_client *client) {
    const struct endpoint_set *set = signal_client_look(client);
    const struct signal_counts counts = signal_client_count(client);
    for (size_t i = 0; i < set->count; i++) {
        metric_set(sheet, METRIC_ENDPOINT_IN_USE, i, set->rows[i].state == ENDPOINT_IN_USE);
        if (set->rows[i].latency_ms >= 0)
            metric_set_ms(sheet, METRIC_ENDPOINT_LATENCY, i, (double)set->rows[i].latency_ms);
    }
    metric_set_count(sheet, METRIC_ENDPOINT_ATTEMPTS, 0, counts.attempts);
    metric_set_count(sheet, METRIC_ENDPOINT_FAULTS, 0, counts.faults);
    metric_set_count(sheet, METRIC_ENDPOINT_FAILOVERS, 0, set->failovers);
    metric_set_count(sheet, METRIC_ENDPOINT_MESSAGES, METRIC_INBOUND, counts.came);
    metric_set_count(sheet, METRIC_ENDPOINT_MESSAGES, METRIC_OUTBOUND, counts.sent);
    metric_set_count(sheet, METRIC_ENDPOINT_REFUSED, 0, counts.refused + counts.dropped);
}

static void fill_switchboard(struct metric_sheet *sheet, const struct switchboard_counts *counts) {
    for (size_t i = 1; i < SWITCHBOARD_VERDICT_COUNT; i++) {
        metric_set_count(sheet, METRIC_SIGNAL_REFUSED, i - 1, counts->refused[i]);
        metric_set_count(sheet, METRIC_SIGNAL_ENDED, i - 1, counts->ended[i]);
    }
    metric_set_count(sheet, METRIC_SIGNAL_CLIENTS, 0, counts->clients);
    metric_set_count(sheet, METRIC_SIGNAL_CLIENTS_PEAK, 0, counts->clients_peak);
    metric_set_count(sheet, METRIC_SIGNAL_WAITING, 0, counts->waiting);
    metric_set_count(sheet, METRIC_SIGNAL_JOINED, 0, counts->joined);
    metric_set_count(sheet, METRIC_SIGNAL_MESSAGES, METRIC_SIGNAL_RELAYED, counts->relayed);
    metric_set_count(sheet, METRIC_SIGNAL_MESSAGES, METRIC_SIGNAL_EXPIRED, counts->expired);
    metric_set_count(sheet, METRIC_SIGNAL_MESSAGES, METRIC_SIGNAL_IGNORED, counts->ignored);
}

static void fill_services(struct metric_sheet *sheet, const struct services *services) {
    const struct http_counts counts = services_count_http(services);
    const struct http_tls_facts tls = services_tls(services);
    struct switchboard_counts signaling;
    metric_set_http(sheet, METRIC_SERVER_SERVICES, &counts);
    if (tls.is_on) metric_set_ms(sheet, METRIC_CERTIFICATE_END, 0, (double)tls.expires_at_ms);
    if (services_count_signaling(services, &signaling)) fill_switchboard(sheet, &signaling);
}

void measure_fill(struct metric_sheet *sheet, const struct measure_parts *parts) {
    fill_process(sheet, parts->started_at_ms);
    fill_store(sheet, parts->store);
    metric_set_count(sheet, METRIC_LOG_DROPPED, 0, log_dropped(parts->log));
    if (parts->host != NULL) {
        metric_set_count(sheet, METRIC_CALLERS_OVER_RATE, 0, engine_host_callers_over_rate(parts->host));
        if (engine_host_content(parts->host) != NULL) fill_content(sheet, engine_host_content(parts->host));
    }
    if (parts->signaling != NULL) fill_signaling(sheet, signal_host_client(parts->signaling));
    if (parts->services != NULL) fill_services(sheet, parts->services);
}
