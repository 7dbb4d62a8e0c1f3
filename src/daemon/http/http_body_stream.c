/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_body_stream.h"

#include "base/must.h"
#include "daemon/http/state.h"

enum { BAD_REQUEST = 400, NO_MEMORY = 503 };

/* ---- What a handler may do ---- */

static void run_stall_time(struct http_connection *connection) {
    http_deadline_set(&connection->server->deadlines, &connection->deadline, HTTP_DEADLINE_STALL);
}

void http_body_take(struct http_exchange *exchange, const struct http_body_sink *sink) {
    struct http_connection *connection = exchange->connection;
    must(connection->state == HTTP_CONNECTION_INTAKE && exchange->sink.piece == NULL);
    must(sink->piece != NULL && sink->ended != NULL);
    exchange->sink = *sink;
    run_stall_time(connection);
}

void http_body_pause(struct http_exchange *exchange) {
    struct http_connection *connection = exchange->connection;
    must(exchange->sink.piece != NULL);
    if (connection->state != HTTP_CONNECTION_INTAKE || exchange->is_paused) return;
    exchange->is_paused = true;
    http_deadline_clear(&connection->server->deadlines, &connection->deadline);
    http_connection_want(connection);
}

void http_body_resume(struct http_exchange *exchange) {
    struct http_connection *connection = exchange->connection;
    must(exchange->sink.piece != NULL);
    if (connection->state != HTTP_CONNECTION_INTAKE || !exchange->is_paused) return;
    exchange->is_paused = false;
    run_stall_time(connection);
    connection->resumes = true;
    http_connection_want(connection);
}

bool http_body_size(const struct http_exchange *exchange, uint64_t *size) {
    *size = exchange->head->content_length;
    return !exchange->head->is_chunked;
}

/* ---- The way there ---- */

bool http_body_stream_begin(struct http_connection *connection) {
    const struct http_options *options = &connection->server->options;
    const struct http_exchange *exchange = connection->exchange;
    if (options->begins == NULL) return false;
    http_connection_enter(connection, HTTP_CONNECTION_INTAKE);
    options->begins(options->context, connection->exchange);
    const bool is_answered = connection->exchange != exchange;
    if (!is_answered && exchange->sink.piece == NULL) return false;
    connection->server->counts.requests++;
    return true;
}

/* The handler still wants more of this body: each call of it may have changed that. */
static bool is_flowing(const struct http_connection *connection, const struct http_exchange *exchange) {
    return connection->exchange == exchange && connection->state == HTTP_CONNECTION_INTAKE && !exchange->is_paused;
}

static struct span take_sized(struct http_exchange *exchange, struct span *rest) {
    const size_t size = exchange->body_left < rest->size ? (size_t)exchange->body_left : rest->size;
    const struct span piece = {rest->at, size};
    *rest = (struct span){rest->at + size, rest->size - size};
    exchange->body_left -= size;
    return piece;
}

static void feed(struct http_connection *connection, struct span *rest) {
    struct http_exchange *exchange = connection->exchange;
    while (rest->size > 0 && is_flowing(connection, exchange) && !http_exchange_is_whole(exchange)) {
        const bool is_chunked = exchange->head->is_chunked;
        const struct span piece = is_chunked ? http_chunks_take(&exchange->chunks, rest) : take_sized(exchange, rest);
        if (is_chunked && exchange->chunks.state == HTTP_CHUNKS_DAMAGED)
            http_exchange_refuse(connection, BAD_REQUEST, HTTP_DISMISSAL_NOT_HTTP);
        else if (piece.size > 0)
            exchange->sink.piece(exchange->sink.context, exchange, piece);
    }
}

void http_body_stream_receive(struct http_connection *connection, struct span *bytes) {
    if (!is_flowing(connection, connection->exchange)) return;
    run_stall_time(connection);
    if (connection->in.begin == connection->in.end) feed(connection, bytes);
}

/* After the last request that counts, `in` is given up, and stays so. */
static bool keeps_input(const struct http_connection *connection) {
    return connection->state != HTTP_CONNECTION_CLOSED && connection->state != HTTP_CONNECTION_LINGER &&
           !(connection->state == HTTP_CONNECTION_FLUSH && connection->closes);
}

/* The queue is set aside meanwhile: an answer from within may give up `in`, of which the piece is made. */
static void feed_waiting(struct http_connection *connection) {
    struct http_queue waiting = connection->in;
    struct span rest = http_queue_span(&waiting);
    const size_t size = rest.size;
    connection->in = (struct http_queue){0};
    feed(connection, &rest);
    http_queue_drop(&waiting, size - rest.size);
    if (!keeps_input(connection)) {
        http_queue_deinit(&waiting);
        return;
    }
    connection->in = waiting;
    if (connection->state == HTTP_CONNECTION_HEAD && rest.size > 0)
        http_deadline_set(&connection->server->deadlines, &connection->deadline, HTTP_DEADLINE_REQUEST);
}

bool http_body_stream_advance(struct http_connection *connection) {
    struct http_exchange *exchange = connection->exchange;
    if (!is_flowing(connection, exchange)) return false;
    http_exchange_continue(connection);
    if (is_flowing(connection, exchange) && connection->in.begin < connection->in.end) feed_waiting(connection);
    if (!is_flowing(connection, exchange)) return connection->exchange != exchange;
    if (!http_exchange_is_whole(exchange)) return false;
    http_connection_enter(connection, HTTP_CONNECTION_HANDLED);
    exchange->sink.ended(exchange->sink.context, exchange);
    return true;
}
