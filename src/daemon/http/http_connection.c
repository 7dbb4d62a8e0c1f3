/* SPDX-License-Identifier: Apache-2.0 */
/* The socket's side of a connection: bytes in and out, its states, its end. What the bytes mean is http_request.c. */
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/http/http_body_stream.h"
#include "daemon/http/http_request.h"
#include "daemon/http/http_stream.h"
#include "daemon/http/http_tunnel.h"
#include "daemon/http/state.h"

static bool may_follow(enum http_connection_state from, enum http_connection_state to) {
    static const unsigned next[] = {
        [HTTP_CONNECTION_HANDSHAKE] = 1U << HTTP_CONNECTION_HEAD,
        [HTTP_CONNECTION_HEAD] =
            1U << HTTP_CONNECTION_INTAKE | 1U << HTTP_CONNECTION_BODY | 1U << HTTP_CONNECTION_FLUSH,
        [HTTP_CONNECTION_INTAKE] =
            1U << HTTP_CONNECTION_BODY | 1U << HTTP_CONNECTION_HANDLED | 1U << HTTP_CONNECTION_FLUSH,
        [HTTP_CONNECTION_BODY] = 1U << HTTP_CONNECTION_HANDLED | 1U << HTTP_CONNECTION_FLUSH,
        [HTTP_CONNECTION_HANDLED] =
            1U << HTTP_CONNECTION_STREAM | 1U << HTTP_CONNECTION_TUNNEL | 1U << HTTP_CONNECTION_FLUSH,
        [HTTP_CONNECTION_STREAM] = 1U << HTTP_CONNECTION_FLUSH,
        [HTTP_CONNECTION_TUNNEL] = 1U << HTTP_CONNECTION_FLUSH,
        [HTTP_CONNECTION_FLUSH] = 1U << HTTP_CONNECTION_HEAD | 1U << HTTP_CONNECTION_LINGER,
        [HTTP_CONNECTION_LINGER] = 0,
        [HTTP_CONNECTION_CLOSED] = 0,
    };
    if (to == HTTP_CONNECTION_CLOSED) return from != HTTP_CONNECTION_CLOSED;
    return (next[from] >> to & 1U) != 0;
}

void http_connection_enter(struct http_connection *connection, enum http_connection_state state) {
    struct http_deadlines *deadlines = &connection->server->deadlines;
    const enum http_connection_state from = connection->state;
    must(may_follow(from, state));
    connection->server->counts.handshakes -= from == HTTP_CONNECTION_HANDSHAKE;
    connection->state = state;
    switch (state) {
    case HTTP_CONNECTION_HANDSHAKE: break; /* nothing leads there */
    case HTTP_CONNECTION_HEAD:
        http_deadline_set(deadlines, &connection->deadline,
                          from == HTTP_CONNECTION_HANDSHAKE || connection->in.begin < connection->in.end
                              ? HTTP_DEADLINE_REQUEST
                              : HTTP_DEADLINE_IDLE);
        break;
    case HTTP_CONNECTION_INTAKE:
    case HTTP_CONNECTION_BODY: break; /* within the same time as the head, unless it is taken as a stream */
    case HTTP_CONNECTION_FLUSH:
        http_deadline_set(deadlines, &connection->deadline,
                          connection->is_paced ? HTTP_DEADLINE_STALL : HTTP_DEADLINE_FLUSH);
        break;
    case HTTP_CONNECTION_LINGER: http_deadline_set(deadlines, &connection->deadline, HTTP_DEADLINE_LINGER); break;
    case HTTP_CONNECTION_HANDLED:
    case HTTP_CONNECTION_STREAM:
    case HTTP_CONNECTION_TUNNEL:
    case HTTP_CONNECTION_CLOSED: http_deadline_clear(deadlines, &connection->deadline); break;
    }
}

void http_connection_hold(struct http_connection *connection) {
    connection->uses++;
}

void http_connection_let_go(struct http_connection *connection) {
    must(connection->uses > 0);
    if (--connection->uses > 0 || connection->state != HTTP_CONNECTION_CLOSED) return;
    struct http_server *server = connection->server;
    http_queue_deinit(&connection->in);
    http_queue_deinit(&connection->out);
    memory_free(connection);
    http_server_let_go(server);
}

static void connection_unlink(struct http_connection *connection) {
    *connection->link_to_this = connection->next;
    if (connection->next != NULL) connection->next->link_to_this = connection->link_to_this;
    connection->link_to_this = NULL;
    connection->server->counts.connections--;
    http_room_leave(&connection->server->room, connection->seat);
}

static bool is_with_handler(const struct http_connection *connection) {
    return connection->state == HTTP_CONNECTION_HANDLED || connection->state == HTTP_CONNECTION_STREAM ||
           connection->state == HTTP_CONNECTION_TUNNEL ||
           (connection->state == HTTP_CONNECTION_INTAKE && connection->exchange->sink.piece != NULL);
}

void http_connection_close(struct http_connection *connection) {
    if (connection->state == HTTP_CONNECTION_CLOSED) return;
    const bool has_handler = is_with_handler(connection);
    const struct http_options *options = &connection->server->options;
    struct http_exchange *exchange = connection->exchange;
    http_connection_hold(connection);
    http_connection_enter(connection, HTTP_CONNECTION_CLOSED);
    connection->exchange = NULL;
    connection_unlink(connection);
    loop_watch_close(connection->watch);
    http_socket_close(&connection->socket);
    if (has_handler) options->gone(options->context, exchange);
    http_exchange_free(exchange);
    http_connection_let_go(connection);
}

/* While a handler has the request, a little may be sent ahead; more waits in the client's socket. Reading goes on, as
 * it is how we see the client leave. */
static bool may_read(const struct http_connection *connection) {
    const struct http_exchange *exchange = connection->exchange;
    if (connection->state == HTTP_CONNECTION_FLUSH && !connection->closes) return false;
    if (connection->state == HTTP_CONNECTION_INTAKE) return !exchange->is_paused;
    const bool is_busy = connection->state == HTTP_CONNECTION_HANDLED ||
                         (connection->state == HTTP_CONNECTION_STREAM && exchange->is_sized);
    if (!is_busy) return true;
    return connection->in.end - connection->in.begin <= connection->server->options.head_bytes_max;
}

void http_connection_want(struct http_connection *connection) {
    if (connection->state == HTTP_CONNECTION_CLOSED) return;
    const bool reads = may_read(connection);
    const bool may_flush = connection->out.begin < connection->out.end && !http_tunnel_is_unsent(connection);
    const bool may_write = may_flush || connection->resumes || (connection->reads_when_writable && reads);
    loop_watch_want(connection->watch, (reads ? LOOP_READABLE : 0U) | (may_write ? LOOP_WRITABLE : 0U));
}

/* All of an answer is with the system. */
static void connection_flushed(struct http_connection *connection) {
    connection->is_paced = false;
    if (!connection->closes) {
        http_connection_enter(connection, HTTP_CONNECTION_HEAD);
        return;
    }
    http_connection_enter(connection, HTTP_CONNECTION_LINGER);
    http_queue_deinit(&connection->in);
    if (!http_socket_end_writing(&connection->socket)) http_connection_close(connection);
}

void http_connection_answered(struct http_connection *connection, bool closes) {
    if (connection->state == HTTP_CONNECTION_CLOSED) return;
    connection->closes = closes;
    if (connection->out.begin == connection->out.end) connection_flushed(connection);
}

static struct span rest_of(struct span bytes, size_t *skip) {
    size_t skipped = *skip < bytes.size ? *skip : bytes.size;
    *skip -= skipped;
    return (struct span){bytes.size == 0 ? NULL : bytes.at + skipped, bytes.size - skipped};
}

void http_connection_send(struct http_connection *connection, struct span head, struct span body) {
    size_t sent = 0;
    if (connection->state == HTTP_CONNECTION_CLOSED) return;
    if (connection->out.begin == connection->out.end &&
        http_socket_write(&connection->socket, head, body, &sent) == HTTP_IO_ENDED) {
        http_connection_close(connection);
        return;
    }
    struct span head_left = rest_of(head, &sent), body_left = rest_of(body, &sent);
    if (!http_queue_append(&connection->out, head_left) || !http_queue_append(&connection->out, body_left))
        http_connection_close(connection);
}

void http_connection_flush(struct http_connection *connection) {
    struct span waiting = http_queue_span(&connection->out);
    size_t sent;
    if (waiting.size == 0) return;
    if (http_socket_write(&connection->socket, waiting, SPAN_NONE, &sent) == HTTP_IO_ENDED) {
        http_connection_close(connection);
        return;
    }
    http_queue_drop(&connection->out, sent);
    if (connection->is_paced && sent > 0) http_stream_moved(connection);
    if (connection->state != HTTP_CONNECTION_FLUSH) return;
    if (sent == waiting.size) connection_flushed(connection);
}

/* What comes after the last request that counts. */
static bool throws_input_away(const struct http_connection *connection) {
    return connection->state == HTTP_CONNECTION_CLOSED || connection->state == HTTP_CONNECTION_LINGER ||
           (connection->state == HTTP_CONNECTION_STREAM && !connection->exchange->is_sized) ||
           (connection->state == HTTP_CONNECTION_FLUSH && connection->closes);
}

static void connection_take(struct http_connection *connection, struct span bytes) {
    if (connection->state == HTTP_CONNECTION_TUNNEL) {
        http_tunnel_receive(connection, bytes);
        return;
    }
    if (connection->state == HTTP_CONNECTION_INTAKE) http_body_stream_receive(connection, &bytes);
    if (throws_input_away(connection)) return;
    if (connection->state == HTTP_CONNECTION_HEAD && connection->deadline.kind == HTTP_DEADLINE_IDLE)
        http_deadline_set(&connection->server->deadlines, &connection->deadline, HTTP_DEADLINE_REQUEST);
    if (!http_queue_append(&connection->in, bytes)) http_connection_close(connection);
}

static void connection_receive(struct http_connection *connection) {
    struct http_server *server = connection->server;
    size_t size = 0;
    const enum http_io io = connection->state == HTTP_CONNECTION_LINGER
                                ? http_socket_discard(&connection->socket, server->read_bytes, HTTP_READ_SIZE)
                                : http_socket_read(&connection->socket, server->read_bytes, HTTP_READ_SIZE, &size);
    connection->reads_when_writable = io == HTTP_IO_WANTS_WRITE;
    if (size > 0) connection_take(connection, (struct span){server->read_bytes, size});
    if (io == HTTP_IO_ENDED) http_connection_close(connection);
}

static void connection_shake(struct http_connection *connection) {
    const enum http_io io = http_socket_handshake(&connection->socket);
    connection->reads_when_writable = io == HTTP_IO_WANTS_WRITE;
    if (io == HTTP_IO_DONE) http_connection_enter(connection, HTTP_CONNECTION_HEAD);
    if (io != HTTP_IO_ENDED) return;
    http_server_count(connection->server, HTTP_DISMISSAL_TLS_FAILED);
    http_connection_close(connection);
}

static void connection_ready(void *context, unsigned events) {
    struct http_connection *connection = context;
    const bool is_readable = (events & LOOP_READABLE) != 0 || connection->reads_when_writable;
    http_connection_hold(connection);
    connection->resumes = false;
    if (connection->state == HTTP_CONNECTION_HANDSHAKE) {
        connection_shake(connection);
    } else {
        if ((events & LOOP_WRITABLE) != 0) http_connection_flush(connection);
        http_stream_tell_drained(connection);
        http_tunnel_tell_drained(connection);
        if (is_readable && connection->state != HTTP_CONNECTION_CLOSED && may_read(connection))
            connection_receive(connection);
        http_request_advance(connection);
    }
    http_connection_want(connection);
    http_connection_let_go(connection);
}

/* Whoever kept a connection and asks nothing more has done nothing wrong; nor has who does not hear our good-bye. */
static void count_slowness(struct http_connection *connection, enum http_deadline_kind kind) {
    struct http_server *server = connection->server;
    switch (kind) {
    case HTTP_DEADLINE_HANDSHAKE: http_server_count(server, HTTP_DISMISSAL_TLS_SLOW); break;
    case HTTP_DEADLINE_REQUEST: http_server_count(server, HTTP_DISMISSAL_SILENT); break;
    case HTTP_DEADLINE_STALL: /* of a body is told */
    case HTTP_DEADLINE_FLUSH: http_server_count(server, HTTP_DISMISSAL_SLOW_READER); break;
    case HTTP_DEADLINE_IDLE:
    case HTTP_DEADLINE_LINGER:
    case HTTP_DEADLINE_KINDS: break;
    }
}

/* Somebody was too slow. A request that had begun is told so; else there is nobody to tell. */
void http_connection_due(struct http_deadline *deadline, enum http_deadline_kind kind) {
    struct http_connection *connection = (struct http_connection *)deadline;
    const bool is_body = connection->state == HTTP_CONNECTION_BODY || connection->state == HTTP_CONNECTION_INTAKE;
    const bool has_begun =
        is_body || (connection->state == HTTP_CONNECTION_HEAD && connection->in.begin < connection->in.end);
    if (!has_begun) {
        count_slowness(connection, kind);
        http_connection_close(connection);
        return;
    }
    http_connection_hold(connection);
    http_exchange_refuse(connection, 408, is_body ? HTTP_DISMISSAL_SLOW_BODY : HTTP_DISMISSAL_SLOW_HEAD);
    http_connection_want(connection);
    http_connection_let_go(connection);
}

static bool connection_equip(struct http_connection *connection, struct http_server *server) {
    connection->watch = loop_watch_open(server->options.loop, connection->socket.fd, connection_ready, connection);
    if (connection->watch == NULL) return false;
    if (server->tls == NULL) return true;
    connection->socket.tls = http_tls_new(server->tls, connection->socket.fd);
    return connection->socket.tls != NULL;
}

static void connection_link(struct http_connection *connection, struct http_server *server) {
    connection->server = server;
    connection->next = server->connections;
    if (connection->next != NULL) connection->next->link_to_this = &connection->next;
    connection->link_to_this = &server->connections;
    server->connections = connection;
    server->holds++;
    server->counts.connections++;
}

struct http_connection *http_connection_open(struct http_server *server, int fd, const struct address *remote) {
    struct http_connection *connection = memory_try_zeroed(1, sizeof *connection);
    if (connection == NULL) {
        (void)close(fd);
        return NULL;
    }
    connection->socket.fd = fd;
    connection->remote = *remote;
    connection->seat = (struct http_seat){{HTTP_ROOM_NOWHERE, HTTP_ROOM_NOWHERE}};
    if (!connection_equip(connection, server)) {
        loop_watch_close(connection->watch);
        http_socket_close(&connection->socket);
        memory_free(connection);
        return NULL;
    }
    connection_link(connection, server);
    const bool is_tls = connection->socket.tls != NULL;
    connection->state = is_tls ? HTTP_CONNECTION_HANDSHAKE : HTTP_CONNECTION_HEAD;
    server->counts.handshakes += is_tls;
    /* The first request has the shorter time; waiting between requests is for those who have asked one. */
    http_deadline_set(&server->deadlines, &connection->deadline,
                      is_tls ? HTTP_DEADLINE_HANDSHAKE : HTTP_DEADLINE_REQUEST);
    http_connection_want(connection);
    return connection;
}
