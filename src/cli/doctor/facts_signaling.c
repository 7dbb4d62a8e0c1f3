/* SPDX-License-Identifier: Apache-2.0 */
/* Each signaling endpoint twice: as the node has it, and asked for a fresh id by the doctor itself, which every
 * PeerServer gives. */
#include "cli/doctor/facts.h"
#include "cli/sheet.h"
#include "daemon/client/http_client.h"
#include "daemon/loop/clock.h"

#include <stdio.h>
#include <string.h>

enum { ANSWER_BYTES_MAX = 4096 };

/* ws://host/path -> http://host/path/peerjs/id */
static void write_url(const char *endpoint, char *url, size_t capacity) {
    const bool is_socket = strncmp(endpoint, "ws", 2) == 0;
    size_t size = strlen(endpoint);
    if (size > 0 && endpoint[size - 1] == '/') size--;
    const size_t skip = is_socket ? 2 : 0; /* "ws://" and "wss://" are "http://" and "https://" */
    (void)snprintf(url, capacity, "%s%.*s/peerjs/id", is_socket ? "http" : "", (int)(size - skip), endpoint + skip);
}

static void probe(struct facts_endpoint *endpoint) {
    char url[LIMIT_URL_MAX + 32];
    struct err_detail detail = {{0}};
    uint8_t memory[ANSWER_BYTES_MAX];
    struct buffer answer = buffer_over(memory, sizeof memory);
    const int64_t began_ms = clock_wall_ms();
    write_url(endpoint->url, url, sizeof url);
    const struct http_call call = {
        .method = "GET", .url = url, .total_ms_max = FACTS_WAIT_MS, .answer_bytes_max = ANSWER_BYTES_MAX - 1};
    const enum http_outcome outcome = http_call_blocking(&call, &endpoint->status, &answer, &detail);
    endpoint->elapsed_ms = clock_wall_ms() - began_ms;
    endpoint->has_answered = outcome == HTTP_OUTCOME_ANSWERED;
    sheet_clean(span_of_text(detail.text), endpoint->fault, sizeof endpoint->fault);
}

static void add(struct facts *facts, struct span url) {
    if (facts->endpoint_count == ENDPOINTS_MAX) return;
    struct facts_endpoint *endpoint = &facts->endpoints[facts->endpoint_count];
    *endpoint = (struct facts_endpoint){0};
    if (span_copy_text(url, endpoint->url, sizeof endpoint->url)) facts->endpoint_count++;
}

static void add_known(struct facts *facts, const struct json_value *row) {
    const size_t before = facts->endpoint_count;
    add(facts, api_client_text(row, "url"));
    if (facts->endpoint_count == before) return;
    struct facts_endpoint *endpoint = &facts->endpoints[before];
    sheet_clean(api_client_text(row, "state"), endpoint->state, sizeof endpoint->state);
    sheet_clean(api_client_text(row, "error"), endpoint->error, sizeof endpoint->error);
}

void facts_take_signaling(struct facts *facts) {
    const struct settings *settings = config_settings(facts->config);
    const struct json_value *panel = json_member(facts->snapshot, "signaling");
    const struct json_value *rows = json_member(panel, "endpoints");
    facts->endpoint_count = 0;
    sheet_clean(api_client_text(panel, "state"), facts->signaling, sizeof facts->signaling);
    sheet_clean(api_client_text(panel, "reason"), facts->signaling_reason, sizeof facts->signaling_reason);
    for (size_t i = 0; i < json_array_count(rows); i++) add_known(facts, &rows->as.items[i]);
    for (size_t i = 0; facts->snapshot == NULL && i < settings->signal_count; i++)
        add(facts, span_of_text(settings->signals[i]));
    for (size_t i = 0; i < facts->endpoint_count; i++) probe(&facts->endpoints[i]);
}
