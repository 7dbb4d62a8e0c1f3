/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_tunnel.h"

#include <sys/socket.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/http/state.h"

static bool is_waiting(const struct http_connection *connection) {
    return connection->out.begin < connection->out.end;
}

/* ---- What leaves, at the end of the turn ---- */

static void want_flush(struct http_exchange *exchange) {
    struct http_server *server = exchange->connection->server;
    if (exchange->link_to_unsent != NULL) return;
    exchange->unsent_next = server->unsent;
    if (exchange->unsent_next != NULL) exchange->unsent_next->link_to_unsent = &exchange->unsent_next;
    exchange->link_to_unsent = &server->unsent;
    server->unsent = exchange;
    loop_turn_want(server->turn);
}

void http_tunnel_forget(struct http_exchange *exchange) {
    if (exchange->link_to_unsent == NULL) return;
    *exchange->link_to_unsent = exchange->unsent_next;
    if (exchange->unsent_next != NULL) exchange->unsent_next->link_to_unsent = exchange->link_to_unsent;
    exchange->link_to_unsent = NULL;
}

bool http_tunnel_is_unsent(const struct http_connection *connection) {
    return connection->state == HTTP_CONNECTION_TUNNEL && connection->exchange->link_to_unsent != NULL;
}

/* A reader that keeps us waiting has its time from now on; one that does not costs no timer and no memory. */
static void flushed(struct http_connection *connection) {
    struct http_exchange *exchange = connection->exchange;
    if (!is_waiting(connection)) {
        http_queue_deinit(&connection->out);
        if (exchange->owes_drained && exchange->tunnel.drained != NULL) connection->resumes = true;
        return;
    }
    exchange->owes_drained = true;
    if (!connection->deadline.is_set)
        http_deadline_set(&connection->server->deadlines, &connection->deadline, HTTP_DEADLINE_STALL);
}

void http_tunnels_flush(void *context) {
    struct http_server *server = context;
    server->holds++; /* whoever hears of an end may free it */
    while (server->unsent != NULL) {
        struct http_connection *connection = server->unsent->connection;
        http_tunnel_forget(server->unsent);
        http_connection_hold(connection);
        http_connection_flush(connection);
        if (connection->state == HTTP_CONNECTION_TUNNEL) flushed(connection);
        http_connection_want(connection);
        http_connection_let_go(connection);
    }
    http_server_let_go(server);
}

void http_tunnel_tell_drained(struct http_connection *connection) {
    struct http_exchange *exchange = connection->exchange;
    if (connection->state != HTTP_CONNECTION_TUNNEL || is_waiting(connection)) return;
    http_queue_deinit(&connection->out);
    if (!exchange->owes_drained) return;
    exchange->owes_drained = false;
    if (exchange->tunnel.drained != NULL) exchange->tunnel.drained(exchange->tunnel.context, exchange);
}

/* ---- What arrives ---- */

/* The queue is set aside meanwhile: the handler may end the tunnel, which gives up `in`. */
bool http_tunnel_advance(struct http_connection *connection) {
    struct http_queue ahead = connection->in;
    struct http_exchange *exchange = connection->exchange;
    connection->in = (struct http_queue){0};
    if (ahead.begin < ahead.end) exchange->tunnel.received(exchange->tunnel.context, exchange, http_queue_span(&ahead));
    http_queue_deinit(&ahead);
    return false;
}

void http_tunnel_receive(struct http_connection *connection, struct span bytes) {
    struct http_exchange *exchange = connection->exchange;
    (void)http_tunnel_advance(connection);
    if (connection->state == HTTP_CONNECTION_TUNNEL)
        exchange->tunnel.received(exchange->tunnel.context, exchange, bytes);
}

/* ---- What a handler may do ---- */

bool http_tunnel_may_open(const struct http_exchange *exchange) {
    const struct http_head *head = exchange->head;
    return head != NULL && !head->is_http_1_0 && span_equal_text(head->method, "GET") && !head->is_chunked &&
           head->content_length == 0;
}

bool http_tunnel_open(struct http_exchange *exchange, const struct http_header_line *headers, size_t header_count,
                      const struct http_tunnel_sink *sink) {
    struct http_connection *connection = exchange->connection;
    uint8_t memory[HTTP_REPLY_HEAD_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    must(connection->state == HTTP_CONNECTION_HANDLED && http_tunnel_may_open(exchange));
    must(sink->received != NULL);
    struct http_reply_head head = http_exchange_reply_head(
        connection, &(struct http_reply){.status = 101, .headers = headers, .header_count = header_count});
    head.form = HTTP_BODY_NONE;
    if (!http_reply_head_write(&out, &head) || !http_queue_append(&connection->out, buffer_span(&out))) return false;
    http_connection_enter(connection, HTTP_CONNECTION_TUNNEL);
    exchange->tunnel = *sink;
    memory_free(exchange->head);
    exchange->head = NULL;
    connection->is_paced = true;
    connection->resumes = connection->in.begin < connection->in.end;
    if (!connection->resumes) http_queue_deinit(&connection->in);
    want_flush(exchange);
    http_connection_want(connection);
    return true;
}

const struct http_tunnel_sink *http_tunnel_sink(const struct http_exchange *exchange) {
    return exchange->tunnel.received == NULL ? NULL : &exchange->tunnel;
}

bool http_tunnel_has_room(struct http_exchange *exchange, size_t size) {
    const size_t waiting = http_tunnel_waiting(exchange), size_max = exchange->tunnel.waiting_bytes_max;
    const bool has_room = waiting <= size_max && size <= size_max - waiting;
    if (!has_room) exchange->owes_drained = true;
    return has_room;
}

size_t http_tunnel_waiting(const struct http_exchange *exchange) {
    return exchange->connection->out.end - exchange->connection->out.begin;
}

/* Without memory for it, or with nobody there, the loop meets the end of the connection in its next turn. */
static void give_up(struct http_connection *connection) {
    (void)shutdown(connection->socket.fd, SHUT_RDWR);
}

/* With what waits before it, in one call. Gives what is left of it. */
static struct span write_through(struct http_connection *connection, struct span bytes) {
    const struct span waiting = http_queue_span(&connection->out);
    const struct span first = waiting.size > 0 ? waiting : bytes, second = waiting.size > 0 ? bytes : SPAN_NONE;
    size_t sent;
    if (http_socket_write(&connection->socket, first, second, &sent) == HTTP_IO_ENDED) give_up(connection);
    const size_t before = sent < waiting.size ? sent : waiting.size;
    http_queue_drop(&connection->out, before);
    return (struct span){bytes.at + (sent - before), bytes.size - (sent - before)};
}

bool http_tunnel_write(struct http_exchange *exchange, struct span bytes) {
    struct http_connection *connection = exchange->connection;
    must(connection->state == HTTP_CONNECTION_TUNNEL);
    if (bytes.size == 0) return true;
    if (!http_tunnel_has_room(exchange, bytes.size)) return false;
    /* One with a time has a reader that keeps us waiting. */
    if (bytes.size >= HTTP_TUNNEL_WRITES_AT_ONCE && !connection->deadline.is_set)
        bytes = write_through(connection, bytes);
    if (!http_queue_append(&connection->out, bytes)) give_up(connection);
    want_flush(exchange);
    return true;
}

/* Off its connection, which goes on to its end without a handler. */
static void detach(struct http_exchange *exchange) {
    struct http_connection *connection = exchange->connection;
    must(connection->state == HTTP_CONNECTION_TUNNEL);
    connection->is_paced = false;
    connection->resumes = false;
    http_exchange_detach(exchange);
    http_exchange_free(exchange);
}

void http_tunnel_close(struct http_exchange *exchange) {
    struct http_connection *connection = exchange->connection;
    const bool is_own_turn = connection->uses > 0;
    http_connection_hold(connection);
    detach(exchange);
    http_connection_answered(connection, true);
    http_exchange_go_on(connection, is_own_turn);
    http_connection_let_go(connection);
}

void http_tunnel_drop(struct http_exchange *exchange) {
    struct http_connection *connection = exchange->connection;
    http_connection_hold(connection);
    detach(exchange);
    http_connection_close(connection);
    http_connection_let_go(connection);
}

struct loop *http_loop(const struct http_exchange *exchange) {
    return exchange->connection->server->options.loop;
}
