/* SPDX-License-Identifier: Apache-2.0 */
/* The socket's side of a connection: bytes in and out, its states, its end. What the bytes mean is http_request.c. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/http/http_request.h"
#include "daemon/http/state.h"

static bool may_follow(enum http_connection_state from, enum http_connection_state to) {
    static const unsigned next[] = {
        [HTTP_CONNECTION_HEAD] = 1U << HTTP_CONNECTION_BODY | 1U << HTTP_CONNECTION_FLUSH,
        [HTTP_CONNECTION_BODY] = 1U << HTTP_CONNECTION_HANDLED | 1U << HTTP_CONNECTION_FLUSH,
        [HTTP_CONNECTION_HANDLED] = 1U << HTTP_CONNECTION_STREAM | 1U << HTTP_CONNECTION_FLUSH,
        [HTTP_CONNECTION_STREAM] = 1U << HTTP_CONNECTION_FLUSH,
        [HTTP_CONNECTION_FLUSH] = 1U << HTTP_CONNECTION_HEAD | 1U << HTTP_CONNECTION_LINGER,
        [HTTP_CONNECTION_LINGER] = 0,
        [HTTP_CONNECTION_CLOSED] = 0,
    };
    if (to == HTTP_CONNECTION_CLOSED) return from != HTTP_CONNECTION_CLOSED;
    return (next[from] >> to & 1U) != 0;
}

void http_connection_enter(struct http_connection *connection, enum http_connection_state state) {
    struct http_deadlines *deadlines = &connection->server->deadlines;
    must(may_follow(connection->state, state));
    connection->state = state;
    switch (state) {
    case HTTP_CONNECTION_HEAD:
        http_deadline_set(deadlines, &connection->deadline,
                          connection->in.begin < connection->in.end ? HTTP_DEADLINE_REQUEST : HTTP_DEADLINE_IDLE);
        break;
    case HTTP_CONNECTION_BODY: break; /* within the same time as the head */
    case HTTP_CONNECTION_FLUSH: http_deadline_set(deadlines, &connection->deadline, HTTP_DEADLINE_FLUSH); break;
    case HTTP_CONNECTION_LINGER: http_deadline_set(deadlines, &connection->deadline, HTTP_DEADLINE_LINGER); break;
    case HTTP_CONNECTION_HANDLED:
    case HTTP_CONNECTION_STREAM:
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
}

void http_connection_close(struct http_connection *connection) {
    if (connection->state == HTTP_CONNECTION_CLOSED) return;
    bool has_handler = connection->state == HTTP_CONNECTION_HANDLED || connection->state == HTTP_CONNECTION_STREAM;
    const struct http_options *options = &connection->server->options;
    struct http_exchange *exchange = connection->exchange;
    http_connection_hold(connection);
    http_connection_enter(connection, HTTP_CONNECTION_CLOSED);
    connection->exchange = NULL;
    connection_unlink(connection);
    loop_watch_close(connection->watch);
    (void)close(connection->fd);
    if (has_handler) options->gone(options->context, exchange);
    http_exchange_free(exchange);
    http_connection_let_go(connection);
}

/* While a handler has the request, a little may be sent ahead; more waits in the client's socket. Reading goes on, as
 * it is how we see the client leave. */
static bool may_read(const struct http_connection *connection) {
    if (connection->state == HTTP_CONNECTION_FLUSH && !connection->closes) return false;
    if (connection->state != HTTP_CONNECTION_HANDLED) return true;
    return connection->in.end - connection->in.begin <= connection->server->options.head_bytes_max;
}

void http_connection_want(struct http_connection *connection) {
    if (connection->state == HTTP_CONNECTION_CLOSED) return;
    bool may_write = connection->out.begin < connection->out.end || connection->resumes;
    loop_watch_want(connection->watch, (may_read(connection) ? LOOP_READABLE : 0U) | (may_write ? LOOP_WRITABLE : 0U));
}

/* All of an answer is with the system. */
static void connection_flushed(struct http_connection *connection) {
    if (!connection->closes) {
        http_connection_enter(connection, HTTP_CONNECTION_HEAD);
        return;
    }
    http_connection_enter(connection, HTTP_CONNECTION_LINGER);
    http_queue_deinit(&connection->in);
    if (shutdown(connection->fd, SHUT_WR) != 0) http_connection_close(connection);
}

void http_connection_answered(struct http_connection *connection, bool closes) {
    if (connection->state == HTTP_CONNECTION_CLOSED) return;
    connection->closes = closes;
    if (connection->out.begin == connection->out.end) connection_flushed(connection);
}

/* How much the system took. -1: the connection is no more. */
static ssize_t send_pieces(int fd, struct span first, struct span second) {
    struct iovec pieces[2] = {{(void *)(uintptr_t)first.at, first.size}, {(void *)(uintptr_t)second.at, second.size}};
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = second.size > 0 ? 2 : 1};
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return sent;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
}

static struct span rest_of(struct span bytes, size_t *skip) {
    size_t skipped = *skip < bytes.size ? *skip : bytes.size;
    *skip -= skipped;
    return (struct span){bytes.size == 0 ? NULL : bytes.at + skipped, bytes.size - skipped};
}

void http_connection_send(struct http_connection *connection, struct span head, struct span body) {
    size_t sent = 0;
    if (connection->state == HTTP_CONNECTION_CLOSED) return;
    if (connection->out.begin == connection->out.end) {
        ssize_t taken = send_pieces(connection->fd, head, body);
        if (taken < 0) {
            http_connection_close(connection);
            return;
        }
        sent = (size_t)taken;
    }
    struct span head_left = rest_of(head, &sent), body_left = rest_of(body, &sent);
    if (!http_queue_append(&connection->out, head_left) || !http_queue_append(&connection->out, body_left))
        http_connection_close(connection);
}

static void connection_flush(struct http_connection *connection) {
    struct span waiting = http_queue_span(&connection->out);
    if (waiting.size == 0) return;
    ssize_t sent = send_pieces(connection->fd, waiting, SPAN_NONE);
    if (sent < 0) {
        http_connection_close(connection);
        return;
    }
    http_queue_drop(&connection->out, (size_t)sent);
    if (connection->state != HTTP_CONNECTION_FLUSH) return;
    if ((size_t)sent == waiting.size) connection_flushed(connection);
}

/* What comes after the last request that counts. */
static bool throws_input_away(const struct http_connection *connection) {
    return connection->state == HTTP_CONNECTION_LINGER || connection->state == HTTP_CONNECTION_STREAM ||
           (connection->state == HTTP_CONNECTION_FLUSH && connection->closes);
}

static void connection_take(struct http_connection *connection, struct span bytes) {
    if (throws_input_away(connection)) return;
    if (connection->state == HTTP_CONNECTION_HEAD && connection->deadline.kind == HTTP_DEADLINE_IDLE)
        http_deadline_set(&connection->server->deadlines, &connection->deadline, HTTP_DEADLINE_REQUEST);
    if (!http_queue_append(&connection->in, bytes)) http_connection_close(connection);
}

static void connection_receive(struct http_connection *connection) {
    uint8_t *bytes = connection->server->read_bytes;
    ssize_t size = recv(connection->fd, bytes, HTTP_READ_SIZE, MSG_DONTWAIT);
    if (size > 0)
        connection_take(connection, (struct span){bytes, (size_t)size});
    else if (size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        http_connection_close(connection);
}

static void connection_ready(void *context, unsigned events) {
    struct http_connection *connection = context;
    http_connection_hold(connection);
    connection->resumes = false;
    if ((events & LOOP_WRITABLE) != 0) connection_flush(connection);
    if ((events & LOOP_READABLE) != 0 && connection->state != HTTP_CONNECTION_CLOSED && may_read(connection))
        connection_receive(connection);
    http_request_advance(connection);
    http_connection_want(connection);
    http_connection_let_go(connection);
}

/* Somebody was too slow. A request that had begun is told so; else there is nobody to tell. */
void http_connection_due(struct http_deadline *deadline) {
    struct http_connection *connection = (struct http_connection *)deadline;
    bool has_begun = connection->state == HTTP_CONNECTION_BODY ||
                     (connection->state == HTTP_CONNECTION_HEAD && connection->in.begin < connection->in.end);
    if (!has_begun) {
        http_connection_close(connection);
        return;
    }
    http_connection_hold(connection);
    http_exchange_refuse(connection, 408);
    http_connection_want(connection);
    http_connection_let_go(connection);
}

void http_connection_open(struct http_server *server, int fd, const struct address *remote) {
    struct http_connection *connection = memory_try_zeroed(1, sizeof *connection);
    if (connection != NULL) connection->watch = loop_watch_open(server->options.loop, fd, connection_ready, connection);
    if (connection == NULL || connection->watch == NULL) {
        memory_free(connection);
        (void)close(fd);
        return;
    }
    connection->server = server;
    connection->fd = fd;
    connection->remote = *remote;
    connection->next = server->connections;
    if (connection->next != NULL) connection->next->link_to_this = &connection->next;
    connection->link_to_this = &server->connections;
    server->connections = connection;
    server->holds++;
    server->counts.connections++;
    /* The first request has the shorter time; waiting between requests is for those who have asked one. */
    http_deadline_set(&server->deadlines, &connection->deadline, HTTP_DEADLINE_REQUEST);
    http_connection_want(connection);
}
