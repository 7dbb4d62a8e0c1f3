/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/rendezvous/beacon_client.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "swarm/rendezvous/request.h"

/* One question and its answer; lives from the ask until the engine has been told, or nobody is left to be told. */
struct call {
    struct beacon_client *client;
    uint8_t source;
    bool was_announce;
    enum beacon_outcome outcome;
    int status;
    int64_t elapsed_ms;
    uint8_t *body; /* owned; the answer's bytes, which the tickets' texts point into while it is checked */
    size_t body_size;
    uint8_t *arena_memory; /* owned */
    enum refusal refusal;
    struct beacon_reply reply;
};

struct beacon_client {
    struct beacon_client_options options;
    char community[LIMIT_COMMUNITY_MAX + 1];
    char urls[LIMIT_SOURCES_MAX][LIMIT_URL_MAX + 1];
    size_t calls_under_way;
    bool is_freed; /* waits for them to come home */
};

struct beacon_client *beacon_client_new(const struct beacon_client_options *options) {
    struct beacon_client *client = memory_try_zeroed(1, sizeof *client);
    if (client == NULL) return NULL;
    client->options = *options;
    snprintf(client->community, sizeof client->community, "%s", options->community);
    for (size_t i = 0; i < options->url_count && i < LIMIT_SOURCES_MAX; i++) {
        snprintf(client->urls[i], sizeof client->urls[i], "%s", options->urls[i]);
    }
    if (client->options.timeout_ms == 0) client->options.timeout_ms = LIMIT_HARVEST_TIMEOUT_MS;
    return client;
}

void beacon_client_free(struct beacon_client *client) {
    if (client == NULL) return;
    client->is_freed = true;
    if (client->calls_under_way == 0) memory_free(client);
}

static void call_free(struct call *call) {
    struct beacon_client *client = call->client;
    memory_free(call->body);
    memory_free(call->arena_memory);
    memory_free(call);
    if (--client->calls_under_way == 0 && client->is_freed) memory_free(client);
}

/* The engine is told, and the call ends. After beacon_client_free it only ends. */
static void deliver(struct call *call) {
    struct input input = {.kind = INPUT_BEACON_REPLY};
    input.as.beacon.source = call->source;
    input.as.beacon.was_announce = call->was_announce;
    input.as.beacon.outcome = call->outcome;
    input.as.beacon.refusal = call->refusal;
    input.as.beacon.status = call->status;
    input.as.beacon.elapsed_ms = call->elapsed_ms;
    input.as.beacon.reply = call->outcome == BEACON_OUTCOME_ANSWERED && call->status == 200 ? &call->reply : NULL;
    if (!call->client->is_freed) call->client->options.replied(call->client->options.context, &input);
    call_free(call);
}

/* On a pool thread: parses the list and verifies its signatures. */
static void check(void *context) {
    struct call *call = context;
    struct arena arena = arena_over(call->arena_memory, ANSWER_ARENA_SIZE);
    struct span body = {call->body, call->body_size};
    call->refusal = beacon_reply_check(body, &call->client->options.verifier, &arena, &call->reply);
}

static void checked(void *context) {
    struct call *call = context;
    if (call->refusal != REFUSAL_NONE) call->outcome = BEACON_OUTCOME_INVALID;
    deliver(call);
}

static enum beacon_outcome outcome_of(enum http_outcome outcome) {
    switch (outcome) {
    case HTTP_OUTCOME_ANSWERED: return BEACON_OUTCOME_ANSWERED;
    case HTTP_OUTCOME_TIMEOUT: return BEACON_OUTCOME_TIMEOUT;
    case HTTP_OUTCOME_UNREACHABLE: return BEACON_OUTCOME_ERROR;
    case HTTP_OUTCOME_TOO_LARGE: return BEACON_OUTCOME_INVALID;
    case HTTP_OUTCOME_CANCELLED:
    case HTTP_OUTCOME_FILE: break; /* of files alone */
    }
    return BEACON_OUTCOME_ERROR;
}

/* The answer is worth a check only when it is a 200. False: without memory it is as good as none. */
static bool begin_check(struct call *call, struct span body) {
    call->body = memory_try_zeroed(1, body.size + 1);
    call->arena_memory = memory_try_zeroed(1, ANSWER_ARENA_SIZE);
    if (call->body == NULL || call->arena_memory == NULL) return false;
    memcpy(call->body, body.at, body.size);
    call->body_size = body.size;
    loop_work(call->client->options.loop, check, checked, call);
    return true;
}

static void answered(void *context, const struct http_result *result) {
    struct call *call = context;
    call->outcome = outcome_of(result->outcome);
    if (result->outcome == HTTP_OUTCOME_TOO_LARGE) call->refusal = REFUSAL_ANSWER_TOO_LARGE;
    call->status = result->status;
    call->elapsed_ms = result->elapsed_ms;
    if (call->client->is_freed) {
        call_free(call);
        return;
    }
    bool is_list = call->outcome == BEACON_OUTCOME_ANSWERED && call->status == 200;
    if (is_list && begin_check(call, result->body)) return;
    if (is_list) call->outcome = BEACON_OUTCOME_ERROR;
    deliver(call);
}

/* The HTTP client was freed first. */
static void dropped(void *context) {
    call_free(context);
}

void beacon_client_ask(struct beacon_client *client, uint8_t source, struct span announce) {
    uint8_t url[LIMIT_URL_MAX + 3 * LIMIT_COMMUNITY_MAX + 32] = {0};
    struct buffer out = buffer_over(url, sizeof url - 1);
    struct call *call = memory_zeroed(1, sizeof *call);
    *call = (struct call){.client = client, .source = source, .was_announce = announce.size > 0};
    client->calls_under_way++;
    beacon_request_write_url(&out, client->urls[source], client->community, call->was_announce);
    struct http_call http = {
        .method = call->was_announce ? "POST" : "GET",
        .url = (const char *)url,
        .body = announce,
        .total_ms_max = client->options.timeout_ms,
        .answer_bytes_max = LIMIT_ANSWER_BYTES_MAX,
        .follows_redirects = false, /* a beacon must not make us ask our own network */
        .dropped = dropped,
    };
    http_client_call(client->options.http, &http, answered, call);
}
