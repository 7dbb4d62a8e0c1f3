/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_request.h"

#include "daemon/http/http_body_stream.h"
#include "daemon/http/http_tunnel.h"
#include "daemon/http/state.h"

enum { BAD_REQUEST = 400, TOO_LARGE = 413, HEAD_TOO_LARGE = 431, NO_MEMORY = 503 };

static void refuse(struct http_connection *connection, int status) {
    enum http_dismissal dismissal = HTTP_DISMISSAL_NOT_HTTP;
    if (status == TOO_LARGE) dismissal = HTTP_DISMISSAL_BODY_TOO_LARGE;
    if (status == HEAD_TOO_LARGE) dismissal = HTTP_DISMISSAL_HEAD_TOO_LARGE;
    if (status == NO_MEMORY) dismissal = HTTP_DISMISSAL_NO_RESOURCES;
    http_exchange_refuse(connection, status, dismissal);
}

/* Some clients end a body with a line break that it does not count (RFC 9112, 2.2). */
static void skip_empty_lines(struct http_queue *in) {
    while (span_starts_with(http_queue_span(in), SPAN_LITERAL("\r\n"))) http_queue_drop(in, 2);
}

static void keep_body(struct http_connection *connection) {
    if (connection->exchange->head->content_length > connection->server->options.body_bytes_max) {
        refuse(connection, TOO_LARGE);
        return;
    }
    http_connection_enter(connection, HTTP_CONNECTION_BODY);
    http_exchange_continue(connection);
}

static void begin_request(struct http_connection *connection, size_t head_size) {
    struct span head = {http_queue_at(&connection->in), head_size};
    struct http_exchange *exchange = connection->exchange = http_exchange_new(connection, head);
    http_queue_drop(&connection->in, head_size);
    int status =
        exchange == NULL ? NO_MEMORY : http_head_read(http_exchange_head_bytes(exchange), head_size, exchange->head);
    if (status != 0) {
        refuse(connection, status);
        return;
    }
    exchange->is_head_only = span_equal_text(exchange->head->method, "HEAD");
    exchange->body_left = exchange->head->content_length;
    exchange->owes_continue = exchange->head->expects_continue;
    if (!http_body_stream_begin(connection)) keep_body(connection);
}

/* False: more must come first. */
static bool read_head(struct http_connection *connection) {
    skip_empty_lines(&connection->in);
    struct span received = http_queue_span(&connection->in);
    size_t head_size = http_head_size(received), size_max = connection->server->options.head_bytes_max;
    if (head_size > size_max || (head_size == 0 && received.size >= size_max)) {
        refuse(connection, HEAD_TOO_LARGE);
        return true;
    }
    if (head_size == 0) return false;
    begin_request(connection, head_size);
    return true;
}

static int take_sized(struct http_exchange *exchange, struct http_queue *in) {
    struct span piece = http_queue_span(in);
    if (piece.size > exchange->body_left) piece.size = (size_t)exchange->body_left;
    if (!http_queue_append(&exchange->body, piece)) return NO_MEMORY;
    exchange->body_left -= piece.size;
    http_queue_drop(in, piece.size);
    return 0;
}

static int take_chunked(struct http_exchange *exchange, struct http_queue *in, size_t size_max) {
    struct span rest = http_queue_span(in);
    size_t received = rest.size;
    int status = 0;
    while (rest.size > 0 && status == 0 && exchange->chunks.state != HTTP_CHUNKS_DONE) {
        struct span piece = http_chunks_take(&exchange->chunks, &rest);
        if (exchange->chunks.state == HTTP_CHUNKS_DAMAGED)
            status = BAD_REQUEST;
        else if (exchange->chunks.left > size_max || exchange->body.end + piece.size > size_max)
            status = TOO_LARGE;
        else if (!http_queue_append(&exchange->body, piece))
            status = NO_MEMORY;
    }
    http_queue_drop(in, received - rest.size);
    return status;
}

static void hand_over(struct http_connection *connection) {
    const struct http_options *options = &connection->server->options;
    connection->server->counts.requests++;
    http_connection_enter(connection, HTTP_CONNECTION_HANDLED);
    options->handle(options->context, connection->exchange);
}

static bool read_body(struct http_connection *connection) {
    struct http_exchange *exchange = connection->exchange;
    int status = exchange->head->is_chunked
                     ? take_chunked(exchange, &connection->in, connection->server->options.body_bytes_max)
                     : take_sized(exchange, &connection->in);
    const bool is_whole = http_exchange_is_whole(exchange);
    if (status != 0)
        refuse(connection, status);
    else if (is_whole)
        hand_over(connection);
    return status != 0 || is_whole;
}

void http_request_advance(struct http_connection *connection) {
    for (bool goes_on = true; goes_on;) {
        if (connection->state == HTTP_CONNECTION_HEAD)
            goes_on = read_head(connection);
        else if (connection->state == HTTP_CONNECTION_INTAKE)
            goes_on = http_body_stream_advance(connection);
        else if (connection->state == HTTP_CONNECTION_BODY)
            goes_on = read_body(connection);
        else if (connection->state == HTTP_CONNECTION_TUNNEL)
            goes_on = http_tunnel_advance(connection);
        else
            goes_on = false;
    }
}
