/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/beacon_service.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "daemon/service/announce_queue.h"
#include "daemon/service/cors.h"

/* New presence is on the disk within a second: handed over by then, and written by the store a moment later. That
 * somebody is still there can wait: it is the same ticket. */
enum { FLUSH_MS = 400, FLUSH_REPEATED_MS = 10000 };

struct beacon_service {
    struct beacon_service_options options;
    struct beacon *beacon;
    struct announce_queue *queue;
    struct loop_timer *timer;
    struct loop_timer *repeated_timer;
    bool is_timer_started;
    bool is_repeated_timer_started;
};

/* ---- The store ---- */

static void flush(struct beacon_service *service, bool takes_repeated) {
    if (service->options.store == NULL) return;
    struct beacon_row *rows = memory_zeroed(BEACON_BLOCK_ROWS, sizeof *rows);
    size_t count;
    while ((count = beacon_take_changed(service->beacon, rows)) > 0 ||
           (takes_repeated && (count = beacon_take_repeated(service->beacon, rows)) > 0))
        store_put_presence(service->options.store, rows, count);
    memory_free(rows);
}

static void timer_fired(void *context) {
    struct beacon_service *service = context;
    service->is_timer_started = false;
    flush(service, false);
}

static void repeated_timer_fired(void *context) {
    struct beacon_service *service = context;
    service->is_repeated_timer_started = false;
    flush(service, true);
}

/* A beacon that nobody asks anything wakes nobody. */
static void flush_soon(struct beacon_service *service) {
    if (service->options.store == NULL) return;
    if (!service->is_timer_started && beacon_has_changed(service->beacon)) {
        service->is_timer_started = true;
        loop_timer_start(service->timer, FLUSH_MS);
    }
    if (!service->is_repeated_timer_started && beacon_has_repeated(service->beacon)) {
        service->is_repeated_timer_started = true;
        loop_timer_start(service->repeated_timer, FLUSH_REPEATED_MS);
    }
}

static void take_back(void *context, const struct beacon_row *row) {
    struct beacon_service *service = context;
    const bool is_back = beacon_restore(service->beacon, row, loop_wall_ms(service->options.loop));
    (void)is_back; /* one that ended meanwhile, or does not hold, goes with the next flush */
}

/* ---- Answering ---- */

static void answer(struct http_exchange *exchange, const struct beacon_answer *verdict) {
    char seconds[16];
    struct http_header_line lines[CORS_COUNT + 1] = {CORS_LINES, {"Retry-After", seconds}};
    (void)snprintf(seconds, sizeof seconds, "%d", verdict->retry_after_s);
    http_answer(exchange, &(struct http_reply){.status = verdict->status,
                                               .content_type = "application/json",
                                               .body = verdict->body,
                                               .headers = lines,
                                               .header_count = CORS_COUNT + (verdict->status == 429)});
}

/* An empty span means "none named" to the beacon. A query that does name the empty one names no community there is,
 * like this word, which is outside the pattern too. */
static struct span community_of(const struct http_exchange *exchange, uint8_t memory[BEACON_SERVICE_HEAD_MAX]) {
    struct buffer name = buffer_over(memory, BEACON_SERVICE_HEAD_MAX); /* as much as a head: it cannot be too long */
    if (!http_query(exchange, "community", &name)) return SPAN_NONE;
    return name.size == 0 ? SPAN_LITERAL("-") : buffer_span(&name);
}

static void list(struct beacon_service *service, struct http_exchange *exchange) {
    uint8_t memory[BEACON_SERVICE_HEAD_MAX];
    const struct span community = community_of(exchange, memory);
    const struct address from = http_client(exchange);
    const struct beacon_answer verdict =
        beacon_peers(service->beacon, community, &from, loop_wall_ms(service->options.loop));
    answer(exchange, &verdict);
    flush_soon(service);
}

static void finish(void *context, struct http_exchange *exchange, const struct beacon_pending *pending,
                   bool is_verified) {
    struct beacon_service *service = context;
    const struct beacon_answer verdict =
        beacon_announce_finish(service->beacon, pending, is_verified, loop_wall_ms(service->options.loop));
    answer(exchange, &verdict);
    flush_soon(service);
}

static bool verify(const struct verifier *verifier, const struct beacon_pending *pending) {
    const struct span message = {pending->message, pending->message_size};
    return verifier->verify(verifier->context, &pending->key, message, &pending->signature);
}

static void announce(struct beacon_service *service, struct http_exchange *exchange) {
    uint8_t memory[BEACON_SERVICE_HEAD_MAX];
    const struct span community = community_of(exchange, memory);
    const struct address from = http_client(exchange);
    struct beacon_pending pending;
    struct beacon_answer verdict;
    if (beacon_announce_begin(service->beacon, community, http_body(exchange), &from, &pending, &verdict,
                              loop_wall_ms(service->options.loop))) {
        answer(exchange, &verdict);
        flush_soon(service);
    } else if (!announce_queue_add(service->queue, exchange, &pending)) { /* no memory: here and now, then */
        finish(service, exchange, &pending, verify(&service->options.beacon.verifier, &pending));
    }
}

bool beacon_service_handle(struct beacon_service *service, struct http_exchange *exchange) {
    const struct span method = http_method(exchange), path = http_path(exchange);
    const bool is_announce = span_equal_text(method, "POST") && span_equal_text(path, "/announce");
    const bool is_list = span_equal_text(method, "GET") && span_equal_text(path, "/peers");
    if (is_announce) announce(service, exchange);
    if (is_list) list(service, exchange);
    return is_announce || is_list;
}

void beacon_service_gone(struct http_exchange *exchange) {
    announce_queue_gone(exchange);
}

void beacon_service_decline(struct http_exchange *exchange) {
    static const struct http_header_line lines[CORS_COUNT] = {CORS_LINES};
    const bool is_question = span_equal_text(http_method(exchange), "OPTIONS");
    struct http_reply reply = {.status = 204, .headers = lines, .header_count = CORS_COUNT};
    if (!is_question) {
        reply.status = 404;
        reply.content_type = "text/plain;charset=UTF-8";
        reply.body = SPAN_LITERAL("Not found");
    }
    http_answer(exchange, &reply);
}

/* ---- Making and freeing ---- */

enum err beacon_service_new(struct beacon_service **out, const struct beacon_service_options *options,
                            struct err_detail *detail) {
    struct beacon_service *service = memory_zeroed(1, sizeof *service);
    enum err err = ERR_OK;
    service->options = *options;
    service->timer = loop_timer_open(options->loop, timer_fired, service);
    service->repeated_timer = loop_timer_open(options->loop, repeated_timer_fired, service);
    service->queue = announce_queue_new(&(struct announce_queue_options){
        .loop = options->loop, .verifier = options->beacon.verifier, .finished = finish, .context = service});
    service->beacon = beacon_new(&options->beacon, loop_wall_ms(options->loop));
    if (service->beacon == NULL) err = err_set(detail, ERR_MEMORY, "there is no memory for the beacon");
    if (err == ERR_OK && options->store != NULL) err = store_load_presence(options->store, take_back, service, detail);
    if (err == ERR_OK) flush_soon(service);
    *out = err == ERR_OK ? service : NULL;
    if (err == ERR_OK) return ERR_OK;
    service->options.store = NULL; /* what was not read must not be written over */
    beacon_service_free(service);
    return err;
}

void beacon_service_free(struct beacon_service *service) {
    if (service == NULL) return;
    announce_queue_free(service->queue);
    if (service->beacon != NULL) flush(service, true);
    loop_timer_close(service->timer);
    loop_timer_close(service->repeated_timer);
    beacon_free(service->beacon);
    memory_free(service);
}

bool beacon_service_set_policy(struct beacon_service *service, const struct beacon_policy *policy) {
    const bool is_set = beacon_set_policy(service->beacon, policy);
    flush_soon(service);
    return is_set;
}

void beacon_service_count(const struct beacon_service *service, struct beacon_counts *counts) {
    beacon_count(service->beacon, counts);
}
