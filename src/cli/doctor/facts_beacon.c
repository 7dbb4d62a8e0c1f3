/* SPDX-License-Identifier: Apache-2.0 */
/* Each beacon twice: as the node found it, and asked by the doctor itself. The second says whether it is the beacon or
 * the node. */
#include "base/memory.h"
#include "cli/doctor/facts.h"
#include "cli/sheet.h"
#include "daemon/client/http_client.h"
#include "daemon/loop/clock.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

enum { ANSWER_BYTES_MAX = 1024 * 1024 };

/* The host of "http://host:port/path" or "http://[::1]:port". */
static bool host_of(const char *url, char host[256]) {
    const char *at = strstr(url, "://");
    if (at == NULL) return false;
    at += 3;
    const char *end = at[0] == '[' ? strchr(at, ']') : NULL;
    size_t size = end != NULL ? (size_t)(end - at) - 1 : strcspn(at, ":/?#");
    if (end != NULL) at++;
    if (size == 0 || size >= 256) return false;
    memcpy(host, at, size);
    host[size] = '\0';
    return true;
}

static bool resolve(struct facts_beacon *beacon) {
    char host[256];
    struct addrinfo *found = NULL, wanted = {.ai_socktype = SOCK_STREAM};
    if (!host_of(beacon->url, host)) return false;
    int fault = getaddrinfo(host, NULL, &wanted, &found);
    if (fault != 0) (void)snprintf(beacon->fault, sizeof beacon->fault, "%s: %s", host, gai_strerror(fault));
    if (found != NULL) freeaddrinfo(found);
    return fault == 0;
}

static void probe(struct facts_beacon *beacon, const char *community) {
    char url[LIMIT_URL_MAX + LIMIT_COMMUNITY_MAX + 32];
    struct err_detail detail = {{0}};
    uint8_t *memory = memory_zeroed(1, ANSWER_BYTES_MAX);
    struct buffer answer = buffer_over(memory, ANSWER_BYTES_MAX);
    size_t size = strlen(beacon->url);
    int64_t date_ms = 0, began_ms = clock_wall_ms();
    if (size > 0 && beacon->url[size - 1] == '/') size--;
    (void)snprintf(url, sizeof url, "%.*s/peers?community=%s", (int)size, beacon->url, community);
    const struct http_call call = {.method = "GET",
                                   .url = url,
                                   .total_ms_max = FACTS_WAIT_MS,
                                   .answer_bytes_max = ANSWER_BYTES_MAX - 1,
                                   .date_ms = &date_ms};
    enum http_outcome outcome = http_call_blocking(&call, &beacon->status, &answer, &detail);
    beacon->elapsed_ms = clock_wall_ms() - began_ms;
    beacon->has_answered = outcome == HTTP_OUTCOME_ANSWERED;
    beacon->has_its_clock = date_ms != 0;
    beacon->its_clock_ms = date_ms == 0 ? 0 : date_ms - (began_ms + beacon->elapsed_ms / 2);
    sheet_clean(span_of_text(detail.text), beacon->fault, sizeof beacon->fault);
    memory_free(memory);
}

static void add(struct facts *facts, const char *id, const char *url) {
    if (facts->beacon_count == LIMIT_SOURCES_MAX) return;
    struct facts_beacon *beacon = &facts->beacons[facts->beacon_count++];
    *beacon = (struct facts_beacon){.failure_streak = -1};
    (void)snprintf(beacon->id, sizeof beacon->id, "%s", id);
    (void)snprintf(beacon->url, sizeof beacon->url, "%s", url);
}

static void add_known(struct facts *facts, const struct json_value *source) {
    char id[FACTS_NAME_MAX], url[LIMIT_URL_MAX + 1];
    if (!span_equal_text(api_client_text(source, "kind"), "beacon")) return;
    sheet_clean(api_client_text(source, "id"), id, sizeof id);
    if (!span_copy_text(api_client_text(source, "url"), url, sizeof url)) return;
    add(facts, id, url);
    struct facts_beacon *beacon = &facts->beacons[facts->beacon_count - 1];
    beacon->failure_streak = (int64_t)api_client_number(source, "failureStreak");
    sheet_clean(api_client_text(source, "reason"), beacon->reason, sizeof beacon->reason);
}

static void list(struct facts *facts) {
    const struct settings *settings = config_settings(facts->config);
    const struct json_value *sources = json_member(json_member(facts->snapshot, "rendezvous"), "sources");
    char id[FACTS_NAME_MAX];
    facts->beacon_count = 0;
    for (size_t i = 0; i < json_array_count(sources); i++) add_known(facts, &sources->as.items[i]);
    for (size_t i = 0; facts->snapshot == NULL && i < settings->beacon_count; i++) {
        (void)snprintf(id, sizeof id, "beacon-%zu", i + 1);
        add(facts, id, settings->beacons[i]);
    }
}

void facts_take_beacons(struct facts *facts) {
    char community[LIMIT_COMMUNITY_MAX + 1];
    struct span said = api_client_text(json_member(facts->snapshot, "node"), "community");
    if (said.size == 0 || !span_copy_text(said, community, sizeof community))
        (void)snprintf(community, sizeof community, "%s", config_settings(facts->config)->community);
    list(facts);
    for (size_t i = 0; i < facts->beacon_count; i++) {
        facts->beacons[i].is_resolved = resolve(&facts->beacons[i]);
        if (facts->beacons[i].is_resolved) probe(&facts->beacons[i], community);
    }
}
