/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_stream.h"

#include <stdio.h>
#include <sys/socket.h>

#include "base/must.h"
#include "daemon/http/state.h"

static void run_stall_time(struct http_connection *connection) {
    http_deadline_set(&connection->server->deadlines, &connection->deadline, HTTP_DEADLINE_STALL);
}

/* Not sent from here: a failure would have to be told, from within the handler's call. */
static void open_stream(struct http_connection *connection, struct span head) {
    http_connection_enter(connection, HTTP_CONNECTION_STREAM);
    if (!http_queue_append(&connection->out, head)) (void)shutdown(connection->socket.fd, SHUT_RDWR);
    http_connection_want(connection);
}

void http_stream_open(struct http_exchange *exchange, const char *content_type, const struct http_header_line *headers,
                      size_t header_count) {
    struct http_connection *connection = exchange->connection;
    uint8_t memory[HTTP_REPLY_HEAD_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    must(connection->state == HTTP_CONNECTION_HANDLED);
    struct http_reply_head head = http_exchange_reply_head(
        connection, &(struct http_reply){200, content_type, SPAN_NONE, headers, header_count, true});
    head.form = exchange->head->is_http_1_0 ? HTTP_BODY_TO_THE_END : HTTP_BODY_CHUNKED;
    must(http_reply_head_write(&out, &head)); /* all of it is our own */
    http_queue_deinit(&connection->in);       /* a stream without a length is the last thing on its connection */
    open_stream(connection, buffer_span(&out));
}

bool http_stream_open_sized(struct http_exchange *exchange, const struct http_sized_stream *sized) {
    struct http_connection *connection = exchange->connection;
    uint8_t memory[HTTP_REPLY_HEAD_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    must(connection->state == HTTP_CONNECTION_HANDLED);
    must(sized->status == 200 || sized->status == 206);
    struct http_reply_head head = http_exchange_reply_head(
        connection, &(struct http_reply){sized->status, sized->content_type, SPAN_NONE, sized->headers,
                                         sized->header_count, !exchange->head->keeps_alive});
    head.body_size = sized->length;
    head.is_http_1_0 = exchange->head->is_http_1_0;
    if (!http_reply_head_write(&out, &head)) return false;
    exchange->is_sized = true;
    exchange->stream_left = exchange->is_head_only ? 0 : sized->length;
    connection->is_paced = true;
    open_stream(connection, buffer_span(&out));
    run_stall_time(connection);
    return true;
}

uint64_t http_stream_left(const struct http_exchange *exchange) {
    return exchange->stream_left;
}

void http_stream_when_drained(struct http_exchange *exchange,
                              void (*drained)(void *context, struct http_exchange *exchange), void *context) {
    struct http_connection *connection = exchange->connection;
    must(connection->state == HTTP_CONNECTION_STREAM);
    exchange->drained = drained;
    exchange->drained_context = context;
    exchange->owes_drained = true;
    connection->is_paced = true;
    connection->resumes = true;
    if (connection->out.begin < connection->out.end) run_stall_time(connection);
    http_connection_want(connection);
}

void http_stream_moved(struct http_connection *connection) {
    if (connection->out.begin < connection->out.end)
        run_stall_time(connection);
    else if (connection->state == HTTP_CONNECTION_STREAM || connection->state == HTTP_CONNECTION_TUNNEL)
        http_deadline_clear(&connection->server->deadlines, &connection->deadline);
}

void http_stream_tell_drained(struct http_connection *connection) {
    struct http_exchange *exchange = connection->exchange;
    if (connection->state != HTTP_CONNECTION_STREAM || !exchange->owes_drained || exchange->drained == NULL) return;
    if (connection->out.end - connection->out.begin > HTTP_STREAM_DRAINED) return;
    exchange->owes_drained = false;
    exchange->drained(exchange->drained_context, exchange);
}

/* Room in `out` for a piece and what frames it. */
static bool has_room(struct http_queue *out, size_t size) {
    const size_t waiting = out->end - out->begin;
    return size <= HTTP_STREAM_WAITING_MAX && waiting + size <= HTTP_STREAM_WAITING_MAX &&
           http_queue_reserve(out, size);
}

static bool write_chunk(struct http_queue *out, struct span bytes) {
    char size_line[24];
    const int line_size = snprintf(size_line, sizeof size_line, "%zx\r\n", bytes.size);
    must(line_size > 0 && (size_t)line_size < sizeof size_line);
    const struct span line = {(const uint8_t *)size_line, (size_t)line_size};
    if (bytes.size > HTTP_STREAM_WAITING_MAX || !has_room(out, line.size + bytes.size + 2)) return false;
    must(http_queue_append(out, line) && http_queue_append(out, bytes) &&
         http_queue_append(out, SPAN_LITERAL("\r\n"))); /* there is room */
    return true;
}

static bool write_plain(struct http_queue *out, struct span bytes) {
    if (!has_room(out, bytes.size)) return false;
    must(http_queue_append(out, bytes));
    return true;
}

bool http_stream_write(struct http_exchange *exchange, struct span bytes) {
    struct http_connection *connection = exchange->connection;
    must(connection->state == HTTP_CONNECTION_STREAM);
    if (bytes.size == 0 || exchange->is_head_only) return true; /* a chunk of nothing would be the end */
    if (exchange->is_sized) must_le(bytes.size, exchange->stream_left);
    const bool is_plain = exchange->is_sized || exchange->head->is_http_1_0;
    exchange->owes_drained = true;
    if (!(is_plain ? write_plain(&connection->out, bytes) : write_chunk(&connection->out, bytes))) return false;
    if (exchange->is_sized) exchange->stream_left -= bytes.size;
    if (connection->is_paced && !connection->deadline.is_set) run_stall_time(connection);
    /* Sent by the next turn of the loop: many events in a row become one packet. */
    http_connection_want(connection);
    return true;
}

void http_stream_close(struct http_exchange *exchange) {
    struct http_connection *connection = exchange->connection;
    must(connection->state == HTTP_CONNECTION_STREAM);
    const bool is_own_turn = connection->uses > 0;
    http_connection_hold(connection);
    const bool is_chunked = !exchange->is_sized && !exchange->head->is_http_1_0 && !exchange->is_head_only;
    const bool closes = !exchange->is_sized || exchange->stream_left > 0 || !exchange->head->keeps_alive;
    http_exchange_detach(exchange);
    http_exchange_free(exchange);
    if (is_chunked && !http_queue_append(&connection->out, SPAN_LITERAL("0\r\n\r\n")))
        http_connection_close(connection);
    http_connection_answered(connection, closes);
    http_exchange_go_on(connection, is_own_turn);
    http_connection_let_go(connection);
}
