/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/signaling_service.h"

#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "crypto/entropy.h"
#include "daemon/service/cors.h"
#include "daemon/websocket/web_socket.h"
#include "swarm/limits.h"
#include "swarm/signaling/signal_message.h"

enum { ORIGIN_SIZE_MAX = 300, UUID_SIZE = 36 };

/* One client's WebSocket. */
struct line {
    struct signaling_service *service;
    struct web_socket *socket;
    struct switchboard_client *client; /* NULL: not let in, or hung up on; it only ends */
};
struct signaling_service {
    struct loop *loop;
    struct switchboard *board;
    struct loop_timer *timer;
    int64_t timer_at_ms; /* INT64_MAX: it does not run */
    bool has_discovery;
};

/* ---- Time ---- */

/* Sooner if need be; a timer that comes too early only looks, and a heartbeat need not move it. */
static void wake_in_time(struct signaling_service *service) {
    const int64_t at_ms = switchboard_next_ms(service->board);
    if (at_ms >= service->timer_at_ms) return;
    const int64_t delay_ms = at_ms - loop_now_ms(service->loop);
    service->timer_at_ms = at_ms;
    loop_timer_start(service->timer, delay_ms > 0 ? delay_ms : 0);
}

static void timer_fired(void *context) {
    struct signaling_service *service = context;
    service->timer_at_ms = INT64_MAX;
    switchboard_step(service->board, loop_now_ms(service->loop));
    wake_in_time(service);
}

/* ---- Lines ---- */

static bool line_send(void *context, void *place, struct span text) {
    const struct line *line = place;
    (void)context;
    return web_socket_send(line->socket, WEB_SOCKET_TEXT, text);
}

/* As the reference closes: without a code. */
static void line_hang_up(void *context, void *place, enum switchboard_verdict why) {
    struct line *line = place;
    (void)context;
    (void)why;
    line->client = NULL;
    web_socket_close(line->socket, WEB_SOCKET_NO_CODE);
}

static void line_message(void *context, struct web_socket *socket, enum web_socket_kind kind, struct span text) {
    struct line *line = context;
    struct signaling_service *service = line->service;
    (void)socket;
    (void)kind; /* JSON in a binary message is as good, as to the reference */
    if (line->client == NULL) return;
    switchboard_take(service->board, line->client, text, loop_now_ms(service->loop));
    wake_in_time(service);
}

static void line_closed(void *context, struct web_socket *socket, int code, const char *why) {
    struct line *line = context;
    (void)socket;
    (void)code;
    (void)why;
    if (line->client != NULL) switchboard_gone(line->service->board, line->client);
    memory_free(line);
}

/* ---- Coming in ---- */

struct arrival {
    uint8_t key[SWITCHBOARD_KEY_SIZE_MAX + 1];
    uint8_t id[SIGNAL_ID_SIZE_MAX + 1];
    uint8_t token[SWITCHBOARD_TOKEN_SIZE_MAX + 1];
    struct switchboard_hello hello;
};

/* One that is too long is as good as absent. */
static struct span query_copy(const struct http_exchange *exchange, const char *name, uint8_t *memory, size_t size) {
    struct buffer out = buffer_over(memory, size);
    return http_query(exchange, name, &out) ? buffer_span(&out) : SPAN_NONE;
}

/* What the request says goes with it once it is a WebSocket. */
static void arrival_read(struct arrival *arrival, const struct http_exchange *exchange, const struct loop *loop) {
    arrival->hello =
        (struct switchboard_hello){.key = query_copy(exchange, "key", arrival->key, sizeof arrival->key),
                                   .id = query_copy(exchange, "id", arrival->id, sizeof arrival->id),
                                   .token = query_copy(exchange, "token", arrival->token, sizeof arrival->token),
                                   .from = http_client(exchange),
                                   .wall_ms = loop_wall_ms(loop)};
}

/* The refusal comes over the WebSocket, where the client looks for it. */
static void line_join(struct line *line, struct switchboard_hello *hello) {
    struct signaling_service *service = line->service;
    struct span why;
    hello->line = line;
    if (switchboard_join(service->board, hello, &line->client, &why, loop_now_ms(service->loop)) == SWITCHBOARD_FINE) {
        wake_in_time(service);
        return;
    }
    (void)web_socket_send(line->socket, WEB_SOCKET_TEXT, why);
    web_socket_close(line->socket, WEB_SOCKET_NO_CODE);
}

static void take_over(struct signaling_service *service, struct http_exchange *exchange) {
    struct arrival arrival;
    struct line *line = memory_try_zeroed(1, sizeof *line);
    const struct web_socket_options options = {.message_bytes_max = SIGNAL_MESSAGE_SIZE_MAX,
                                               .waiting_bytes_max = SIGNALING_SERVICE_WAITING_MAX,
                                               .callbacks = {.message = line_message, .closed = line_closed},
                                               .context = line};
    if (line == NULL) {
        http_answer(exchange, &(struct http_reply){.status = 503, .closes = true});
        return;
    }
    arrival_read(&arrival, exchange, service->loop);
    *line = (struct line){.service = service, .socket = web_socket_accept(exchange, &options)};
    if (line->socket == NULL)
        memory_free(line);
    else
        line_join(line, &arrival.hello);
}

/* ---- HTTP ---- */

/* Answered so that a page of any origin may read it. The reference names the origin that asks; so do we. */
static void answer(struct http_exchange *exchange, int status, const char *content_type, struct span body) {
    char origin[ORIGIN_SIZE_MAX + 1];
    const bool has_origin = span_copy_text(http_header(exchange, "origin"), origin, sizeof origin) && origin[0] != '\0';
    const struct http_header_line lines[] = {
        {"Access-Control-Allow-Origin", has_origin ? origin : "*"}, {"Vary", "Origin"}, {"Cache-Control", "no-store"}};
    http_answer(exchange, &(struct http_reply){.status = status,
                                               .content_type = content_type,
                                               .body = body,
                                               .headers = lines,
                                               .header_count = sizeof lines / sizeof lines[0]});
}

/* A UUID of version 4 (RFC 9562, 5.4): 122 bits of chance are nobody else's. */
static void answer_id(struct http_exchange *exchange) {
    static const uint8_t group_ends[] = {4, 6, 8, 10, 16};
    const struct entropy entropy = entropy_of_system();
    uint8_t bytes[16], text[UUID_SIZE];
    struct buffer out = buffer_over(text, sizeof text);
    entropy_fill(&entropy, bytes, sizeof bytes);
    bytes[6] = (uint8_t)(0x40 | (bytes[6] & 0x0f));
    bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f));
    for (size_t i = 0, begin = 0; i < sizeof group_ends; begin = group_ends[i++]) {
        if (i > 0) buffer_put_u8(&out, '-');
        hex_write(&out, (struct span){bytes + begin, group_ends[i] - begin});
    }
    answer(exchange, 200, "text/html; charset=utf-8", buffer_span(&out));
}

static void ids_write(struct buffer *out, const struct switchboard *board) {
    struct json_writer w = json_writer_into(out);
    struct span id;
    json_open_array(&w, NULL);
    for (size_t at = 0; switchboard_next_id(board, &at, &id);) json_put_span(&w, NULL, id);
    json_close_array(&w);
}

static void answer_ids(const struct signaling_service *service, struct http_exchange *exchange) {
    size_t size = 2, at = 0;
    struct span id;
    if (!service->has_discovery) {
        answer(exchange, 401, "text/plain; charset=utf-8", SPAN_LITERAL("Unauthorized"));
        return;
    }
    while (switchboard_next_id(service->board, &at, &id)) size += 6 * id.size + 3;
    uint8_t *memory = memory_try_room(size);
    struct buffer out = buffer_over(memory, memory == NULL ? 0 : size);
    if (memory != NULL) ids_write(&out, service->board);
    answer(exchange, memory == NULL ? 503 : 200, "application/json; charset=utf-8", buffer_span(&out));
    memory_free(memory);
}

static void answer_root(struct http_exchange *exchange) {
    answer(exchange, 200, "application/json; charset=utf-8",
           SPAN_LITERAL("{\"name\":\"PeerJS Server\",\"description\":\"A server side element to broker connections "
                        "between PeerJS clients.\",\"website\":\"https://peerjs.com/\"}"));
}

static void answer_upgrade_required(struct http_exchange *exchange) {
    static const struct http_header_line lines[] = {
        {"Access-Control-Allow-Origin", "*"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}};
    http_answer(exchange, &(struct http_reply){.status = 426,
                                               .content_type = "text/plain; charset=utf-8",
                                               .body = SPAN_LITERAL("this is the address of a WebSocket\n"),
                                               .headers = lines,
                                               .header_count = sizeof lines / sizeof lines[0]});
}

/* What follows "/{key}" in a path of two parts. The key is not looked at here, as by the reference: an id is no secret,
 * and to be let in takes the right one. */
static struct span after_key(struct span path) {
    struct span rest = {path.at + 1, path.size - 1};
    const struct span key = span_take_until(&rest, '/');
    return key.size == 0 ? SPAN_NONE : rest;
}

bool signaling_service_handle(struct signaling_service *service, struct http_exchange *exchange) {
    const struct span method = http_method(exchange), path = http_path(exchange);
    const bool is_asked = span_equal_text(method, "GET") || span_equal_text(method, "HEAD");
    if (!is_asked || path.size == 0 || path.at[0] != '/') return false;
    const struct span what = after_key(path);
    if (span_equal_text(path, "/peerjs")) {
        if (web_socket_is_wanted(exchange))
            take_over(service, exchange);
        else
            answer_upgrade_required(exchange);
    } else if (path.size == 1) {
        answer_root(exchange);
    } else if (span_equal_text(what, "id")) {
        answer_id(exchange);
    } else if (span_equal_text(what, "peers")) {
        answer_ids(service, exchange);
    } else {
        return false;
    }
    return true;
}

bool signaling_service_gone(struct http_exchange *exchange) {
    return web_socket_gone(exchange);
}

/* ---- Making and freeing ---- */

enum err signaling_service_new(struct signaling_service **out, const struct signaling_service_options *options,
                               struct err_detail *detail) {
    const struct entropy entropy = entropy_of_system();
    struct switchboard_options board = {.clients_max = options->clients_max,
                                        .key = options->key,
                                        .hosts = options->hosts,
                                        .host_count = options->host_count,
                                        .verifier = sign_verifier(),
                                        .send = line_send,
                                        .hang_up = line_hang_up,
                                        .is_blocked = options->is_blocked,
                                        .context = options->context};
    entropy_fill(&entropy, (uint8_t *)&board.seed, sizeof board.seed);
    struct signaling_service *service = memory_zeroed(1, sizeof *service);
    *service = (struct signaling_service){
        .loop = options->loop, .timer_at_ms = INT64_MAX, .has_discovery = options->has_discovery};
    service->timer = loop_timer_open(options->loop, timer_fired, service);
    service->board = switchboard_new(&board);
    *out = service;
    if (service->board != NULL) return ERR_OK;
    signaling_service_free(service);
    *out = NULL;
    return err_set(detail, ERR_MEMORY, "there is no memory for the signaling server; set signaling-clients-max lower");
}

void signaling_service_free(struct signaling_service *service) {
    if (service == NULL) return;
    loop_timer_close(service->timer);
    switchboard_free(service->board);
    memory_free(service);
}

void signaling_service_set_discovery(struct signaling_service *service, bool has_discovery) {
    service->has_discovery = has_discovery;
}

void signaling_service_blocks_changed(struct signaling_service *service) {
    switchboard_blocks_changed(service->board);
}

void signaling_service_count(const struct signaling_service *service, struct switchboard_counts *counts) {
    switchboard_count(service->board, counts);
}
