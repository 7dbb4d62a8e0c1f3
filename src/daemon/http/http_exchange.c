/* SPDX-License-Identifier: Apache-2.0 */
/* One request and its answer, as handlers see them. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/http/http_refusal.h"
#include "daemon/http/state.h"

struct http_exchange *http_exchange_new(struct http_connection *connection, struct span head) {
    struct http_exchange *exchange = memory_try_zeroed(1, sizeof *exchange + head.size);
    if (exchange == NULL) return NULL;
    exchange->connection = connection;
    memcpy(exchange->head_bytes, head.at, head.size);
    return exchange;
}

void http_exchange_free(struct http_exchange *exchange) {
    if (exchange == NULL) return;
    http_queue_deinit(&exchange->body);
    memory_free(exchange);
}

struct span http_method(const struct http_exchange *exchange) {
    return exchange->head.method;
}

struct span http_path(const struct http_exchange *exchange) {
    return exchange->head.path;
}

struct span http_body(const struct http_exchange *exchange) {
    return http_queue_span(&exchange->body);
}

struct span http_header(const struct http_exchange *exchange, const char *name) {
    const struct http_head_line *line = http_head_find(&exchange->head, name);
    return line == NULL ? SPAN_NONE : line->value;
}

bool http_has_header(const struct http_exchange *exchange, const char *name) {
    return http_head_find(&exchange->head, name) != NULL;
}

const struct address *http_remote(const struct http_exchange *exchange) {
    return &exchange->connection->remote;
}

struct address http_client(const struct http_exchange *exchange) {
    const struct http_connection *connection = exchange->connection;
    return http_forwarded_client(&connection->server->options.trust, &connection->remote, &exchange->head);
}

bool http_is_secure(const struct http_exchange *exchange) {
    const struct http_connection *connection = exchange->connection;
    return connection->socket.tls != NULL ||
           http_forwarded_is_secure(&connection->server->options.trust, &connection->remote, &exchange->head);
}

void http_set_user(struct http_exchange *exchange, void *user) {
    exchange->user = user;
}

void *http_user(const struct http_exchange *exchange) {
    return exchange->user;
}

/* The exchange leaves its connection before anything is sent: if that fails, nobody hears of it as `gone`. */
static void exchange_detach(struct http_exchange *exchange) {
    exchange->connection->exchange = NULL;
    http_connection_enter(exchange->connection, HTTP_CONNECTION_FLUSH);
}

static struct http_reply_head reply_head(struct http_connection *connection, const struct http_reply *reply) {
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
    must(connection->state == HTTP_CONNECTION_HANDLED);
    bool is_own_turn = connection->uses > 0;
    http_connection_hold(connection);
    exchange_detach(exchange);
    struct http_reply_head head = reply_head(connection, reply);
    head.closes = reply->closes || !exchange->head.keeps_alive;
    head.is_http_1_0 = exchange->head.is_http_1_0;
    bool has_body = head.form == HTTP_BODY_SIZED && !exchange->is_head_only && reply->content_type != NULL;
    if (reply->content_type == NULL) head.body_size = 0;
    send_reply(connection, &head, has_body ? reply->body : SPAN_NONE);
    http_exchange_free(exchange); /* not sooner: the answer may be made of the request */
    /* Its own turn goes on with what was sent ahead. Outside of it the loop must come back for that: a handler is
     * never called from within an answer. */
    if (!is_own_turn) {
        connection->resumes = connection->state == HTTP_CONNECTION_HEAD && connection->in.begin < connection->in.end;
        http_connection_want(connection);
    }
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
    connection->exchange = NULL;
    http_connection_enter(connection, HTTP_CONNECTION_FLUSH);
    struct http_reply_head head = reply_head(connection, &reply);
    send_reply(connection, &head, exchange != NULL && exchange->is_head_only ? SPAN_NONE : reply.body);
    http_exchange_free(exchange);
}

void http_stream_open(struct http_exchange *exchange, const char *content_type, const struct http_header_line *headers,
                      size_t header_count) {
    struct http_connection *connection = exchange->connection;
    uint8_t memory[HTTP_REPLY_HEAD_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    must(connection->state == HTTP_CONNECTION_HANDLED);
    struct http_reply_head head =
        reply_head(connection, &(struct http_reply){200, content_type, SPAN_NONE, headers, header_count, true});
    head.form = exchange->head.is_http_1_0 ? HTTP_BODY_TO_THE_END : HTTP_BODY_CHUNKED;
    must(http_reply_head_write(&out, &head)); /* all of it is our own */
    http_connection_enter(connection, HTTP_CONNECTION_STREAM);
    http_queue_deinit(&connection->in); /* a stream is the last thing on its connection */
    /* Not sent from here: a failure would have to be told, from within this call. */
    if (!http_queue_append(&connection->out, buffer_span(&out))) (void)shutdown(connection->socket.fd, SHUT_RDWR);
    http_connection_want(connection);
}

bool http_stream_write(struct http_exchange *exchange, struct span bytes) {
    struct http_connection *connection = exchange->connection;
    struct http_queue *out = &connection->out;
    bool is_chunked = !exchange->head.is_http_1_0;
    char size_line[24];
    must(connection->state == HTTP_CONNECTION_STREAM);
    if (bytes.size == 0 || exchange->is_head_only) return true; /* a chunk of nothing would be the end */
    int line_size = snprintf(size_line, sizeof size_line, "%zx\r\n", bytes.size);
    must(line_size > 0 && (size_t)line_size < sizeof size_line);
    size_t frame_size = is_chunked ? (size_t)line_size + 2 : 0;
    size_t waiting = out->end - out->begin;
    if (bytes.size > HTTP_STREAM_WAITING_MAX || waiting + frame_size + bytes.size > HTTP_STREAM_WAITING_MAX)
        return false;
    if (!http_queue_reserve(out, frame_size + bytes.size)) return false;
    struct span size_span = {(const uint8_t *)size_line, (size_t)line_size};
    bool fits = (!is_chunked || http_queue_append(out, size_span)) && http_queue_append(out, bytes) &&
                (!is_chunked || http_queue_append(out, SPAN_LITERAL("\r\n")));
    must(fits); /* reserved above */
    /* Sent by the next turn of the loop: many events in a row become one packet. */
    http_connection_want(connection);
    return true;
}

void http_stream_close(struct http_exchange *exchange) {
    struct http_connection *connection = exchange->connection;
    must(connection->state == HTTP_CONNECTION_STREAM);
    http_connection_hold(connection);
    bool is_chunked = !exchange->head.is_http_1_0 && !exchange->is_head_only;
    exchange_detach(exchange);
    http_exchange_free(exchange);
    if (is_chunked && !http_queue_append(&connection->out, SPAN_LITERAL("0\r\n\r\n")))
        http_connection_close(connection);
    http_connection_answered(connection, true);
    http_connection_want(connection);
    http_connection_let_go(connection);
}
