/* SPDX-License-Identifier: Apache-2.0 */
/* One request and its answer, as handlers see them. */
#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/http/http_refusal.h"
#include "daemon/http/http_tunnel.h"
#include "daemon/http/state.h"

struct http_exchange *http_exchange_new(struct http_connection *connection, struct span head) {
    struct http_exchange *exchange = memory_try_zeroed(1, sizeof *exchange);
    if (exchange == NULL) return NULL;
    exchange->connection = connection;
    exchange->head = memory_try_zeroed(1, sizeof *exchange->head + head.size);
    if (exchange->head == NULL) {
        memory_free(exchange);
        return NULL;
    }
    memcpy(http_exchange_head_bytes(exchange), head.at, head.size);
    return exchange;
}

uint8_t *http_exchange_head_bytes(struct http_exchange *exchange) {
    return (uint8_t *)(exchange->head + 1);
}

void http_exchange_free(struct http_exchange *exchange) {
    if (exchange == NULL) return;
    http_tunnel_forget(exchange);
    http_queue_deinit(&exchange->body);
    memory_free(exchange->head);
    memory_free(exchange);
}

/* A tunnel has none any more. */
static const struct http_head *head_of(const struct http_exchange *exchange) {
    must(exchange->head != NULL);
    return exchange->head;
}

struct span http_method(const struct http_exchange *exchange) {
    return head_of(exchange)->method;
}

struct span http_path(const struct http_exchange *exchange) {
    return head_of(exchange)->path;
}

struct span http_body(const struct http_exchange *exchange) {
    return http_queue_span(&exchange->body);
}

bool http_exchange_is_whole(const struct http_exchange *exchange) {
    return exchange->head->is_chunked ? exchange->chunks.state == HTTP_CHUNKS_DONE : exchange->body_left == 0;
}

void http_exchange_continue(struct http_connection *connection) {
    struct http_exchange *exchange = connection->exchange;
    const bool did_wait = exchange->owes_continue && connection->in.begin == connection->in.end;
    exchange->owes_continue = false;
    if (did_wait) http_connection_send(connection, SPAN_LITERAL("HTTP/1.1 100 Continue\r\n\r\n"), SPAN_NONE);
}

struct span http_header(const struct http_exchange *exchange, const char *name) {
    const struct http_head_line *line = http_head_find(head_of(exchange), name);
    return line == NULL ? SPAN_NONE : line->value;
}

bool http_has_header(const struct http_exchange *exchange, const char *name) {
    return http_head_find(head_of(exchange), name) != NULL;
}

const struct address *http_remote(const struct http_exchange *exchange) {
    return &exchange->connection->remote;
}

struct address http_client(const struct http_exchange *exchange) {
    const struct http_connection *connection = exchange->connection;
    return http_forwarded_client(&connection->server->options.trust, &connection->remote, head_of(exchange));
}

bool http_is_secure(const struct http_exchange *exchange) {
    const struct http_connection *connection = exchange->connection;
    return connection->socket.tls != NULL ||
           http_forwarded_is_secure(&connection->server->options.trust, &connection->remote, head_of(exchange));
}

void http_set_user(struct http_exchange *exchange, void *user) {
    exchange->user = user;
}

void *http_user(const struct http_exchange *exchange) {
    return exchange->user;
}

void http_exchange_detach(struct http_exchange *exchange) {
    exchange->connection->exchange = NULL;
    http_connection_enter(exchange->connection, HTTP_CONNECTION_FLUSH);
}

void http_exchange_go_on(struct http_connection *connection, bool is_own_turn) {
    /* Its own turn goes on with what was sent ahead. Outside of it the loop must come back for that: a handler is
     * never called from within an answer. */
    if (is_own_turn) return;
    connection->resumes = connection->state == HTTP_CONNECTION_HEAD && connection->in.begin < connection->in.end;
    http_connection_want(connection);
}

struct http_reply_head http_exchange_reply_head(struct http_connection *connection, const struct http_reply *reply) {
    struct http_server *server = connection->server;
    http_date_set(&server->date, loop_wall_ms(server->options.loop));
    return (struct http_reply_head){
        .status = reply->status,
        .date = &server->date,
        .content_type = reply->content_type,
        .headers = reply->headers,
        .header_count = reply->header_count,
        .form = reply->status == 204 || reply->status == 304 ? HTTP_BODY_NONE : HTTP_BODY_SIZED,
        .body_size = reply->body.size,
        .closes = reply->closes,
    };
}

static void send_reply(struct http_connection *connection, const struct http_reply_head *head, struct span body) {
    uint8_t memory[HTTP_REPLY_HEAD_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    if (!http_reply_head_write(&out, head)) {
        /* A line that would have split the answer in two, or more lines than an answer has. */
        static const struct http_reply_head nothing = {.status = 500, .form = HTTP_BODY_SIZED, .closes = true};
        struct http_reply_head instead = nothing;
        instead.date = head->date;
        instead.headers = connection->server->options.own_headers;
        instead.header_count = connection->server->options.own_header_count;
        out = buffer_over(memory, sizeof memory);
        must(http_reply_head_write(&out, &instead));
        http_connection_send(connection, buffer_span(&out), SPAN_NONE);
        http_connection_answered(connection, true);
        return;
    }
    http_connection_send(connection, buffer_span(&out), body);
    http_connection_answered(connection, head->closes);
}

void http_answer(struct http_exchange *exchange, const struct http_reply *reply) {
    struct http_connection *connection = exchange->connection;
    must(connection->state == HTTP_CONNECTION_HANDLED || connection->state == HTTP_CONNECTION_INTAKE);
    bool is_own_turn = connection->uses > 0;
    http_connection_hold(connection);
    http_exchange_detach(exchange);
    struct http_reply_head head = http_exchange_reply_head(connection, reply);
    head.closes = reply->closes || !exchange->head->keeps_alive || !http_exchange_is_whole(exchange);
    head.is_http_1_0 = exchange->head->is_http_1_0;
    bool has_body = head.form == HTTP_BODY_SIZED && !exchange->is_head_only && reply->content_type != NULL;
    if (reply->content_type == NULL) head.body_size = 0;
    send_reply(connection, &head, has_body ? reply->body : SPAN_NONE);
    http_exchange_free(exchange); /* not sooner: the answer may be made of the request */
    http_exchange_go_on(connection, is_own_turn);
    http_connection_let_go(connection);
}

void http_exchange_refuse(struct http_connection *connection, int status, enum http_dismissal dismissal) {
    const struct http_options *options = &connection->server->options;
    uint8_t memory[HTTP_REFUSAL_SIZE_MAX];
    struct buffer text = buffer_over(memory, sizeof memory);
    struct http_header_line lines[HTTP_OWN_HEADERS_MAX + 1];
    struct http_reply reply = {.status = status,
                               .content_type = "application/problem+json",
                               .headers = lines,
                               .header_count = options->own_header_count,
                               .closes = true};
    for (size_t i = 0; i < options->own_header_count; i++) lines[i] = options->own_headers[i];
    if (status == 503) lines[reply.header_count++] = (struct http_header_line){"Retry-After", "10"};
    http_refusal_write(&text, options, status);
    must(!text.overflowed);
    reply.body = buffer_span(&text);
    http_server_count(connection->server, dismissal);
    struct http_exchange *exchange = connection->exchange;
    const bool is_streamed = exchange != NULL && exchange->sink.piece != NULL;
    connection->exchange = NULL;
    http_connection_enter(connection, HTTP_CONNECTION_FLUSH);
    struct http_reply_head head = http_exchange_reply_head(connection, &reply);
    send_reply(connection, &head, exchange != NULL && exchange->is_head_only ? SPAN_NONE : reply.body);
    if (is_streamed) options->gone(options->context, exchange);
    http_exchange_free(exchange);
}
