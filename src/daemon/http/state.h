/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The inside of the server, for the files of this folder alone: connections, and the one request that each may have.
 *
 *   HANDSHAKE --> HEAD                                TLS; plain connections begin with HEAD
 *   HEAD --> BODY --> HANDLED --> FLUSH --> HEAD      kept connection
 *    |        ^          ^ |        +-----> LINGER    we have said all
 *    |        |          | +--> STREAM --> FLUSH
 *    +--> INTAKE --------+                            a handler decides about the body, and takes it as it comes
 *             HANDLED --> TUNNEL --> FLUSH              taken over: no HTTP any more, bytes both ways
 *   HEAD, INTAKE, BODY --------> FLUSH                refused by the server itself, or answered early
 *   any --> CLOSED
 *
 * One request at a time: what a client sends ahead waits in `in`, so handlers answer in order by construction.
 * Owns: a connection its exchange; the server its connections. */

#include "daemon/http/http.h"
#include "daemon/http/http_chunks.h"
#include "daemon/http/http_deadline.h"
#include "daemon/http/http_head.h"
#include "daemon/http/http_listener.h"
#include "daemon/http/http_queue.h"
#include "daemon/http/http_reply_head.h"
#include "daemon/http/http_room.h"
#include "daemon/http/http_socket.h"

enum {
    HTTP_READ_SIZE = 64 * 1024,
    HTTP_REPLY_HEAD_SIZE_MAX = 8 * 1024,
    HTTP_STREAM_WAITING_MAX = 1024 * 1024,
    HTTP_TUNNEL_WRITES_AT_ONCE = 16 * 1024, /* from here on a copy costs more than a call of the system */
    HTTP_STREAM_DRAINED = 256 * 1024, /* there is room for more: enough waits to keep a fast reader busy meanwhile */
    HTTP_OWN_HEADERS_MAX = 8,
    HTTP_HANDSHAKE_MS = 5000,
    HTTP_FLUSH_MS = 30000,
    HTTP_STALL_MS = 30000,
    HTTP_LINGER_MS = 2000, /* for the client to read our last words before the reset that unread input causes */
};

enum http_connection_state {
    HTTP_CONNECTION_HANDSHAKE,
    HTTP_CONNECTION_HEAD,
    HTTP_CONNECTION_INTAKE,
    HTTP_CONNECTION_BODY,
    HTTP_CONNECTION_HANDLED,
    HTTP_CONNECTION_STREAM,
    HTTP_CONNECTION_TUNNEL,
    HTTP_CONNECTION_FLUSH,
    HTTP_CONNECTION_LINGER,
    HTTP_CONNECTION_CLOSED,
};

struct http_connection {
    struct http_deadline deadline; /* first: a deadline that passed is its connection */
    struct http_server *server;
    struct http_connection *next;
    struct http_connection **link_to_this; /* NULL once closed */
    struct loop_watch *watch;
    struct http_exchange *exchange; /* from the end of its head to its answer, or to the end of its stream */
    struct http_queue in;
    struct http_queue out;
    struct address remote;
    struct http_seat seat;
    struct http_socket socket;
    enum http_connection_state state;
    unsigned uses;            /* calls of ours on the stack; memory goes when there is none */
    bool closes;              /* after what is in `out` */
    bool is_paced;            /* its answer may take any time as long as it goes on */
    bool resumes;             /* answered or resumed outside of its own turn, with more to read */
    bool reads_when_writable; /* TLS has something of its own to say before it can read on */
};

struct http_exchange {
    struct http_connection *connection;
    struct http_queue body;
    struct http_chunks chunks;
    uint64_t body_left;         /* of Content-Length */
    struct http_body_sink sink; /* all NULL: the body is kept until it is whole */
    bool is_paused;             /* the sink */
    bool owes_continue;         /* the client waits for 100 */
    bool is_sized;              /* its stream is of a known length, of which... */
    uint64_t stream_left;       /* ...so much is still to be written */
    void (*drained)(void *context, struct http_exchange *exchange);
    void *drained_context;
    bool owes_drained; /* something was written since the last call; of a tunnel: it waited, or was refused */
    void *user;
    bool is_head_only;
    struct http_head *head; /* owned, the bytes that it points into behind it; NULL once this is a tunnel */
    struct http_tunnel_sink tunnel;
    struct http_exchange *unsent_next; /* tunnels that have written in this turn of the loop */
    struct http_exchange **link_to_unsent;
};

struct http_server {
    struct http_options options;
    struct http_listener *listener;
    struct http_connection *connections;
    struct http_exchange *unsent; /* tunnels whose bytes leave... */
    struct loop_turn *turn;       /* ...at its end */
    struct http_deadlines deadlines;
    struct http_room room;
    struct http_tls_context *tls; /* NULL: plain */
    struct http_counts counts;
    struct http_date date;
    size_t holds; /* the owner, and each connection whose memory is not given back */
    uint8_t read_bytes[HTTP_READ_SIZE];
};

void http_server_let_go(struct http_server *server);
void http_server_count(struct http_server *server, enum http_dismissal dismissal);

/* `fd` is moved. NULL, and it is closed, without memory. */
struct http_connection *http_connection_open(struct http_server *server, int fd, const struct address *remote);
void http_connection_close(struct http_connection *connection); /* `gone` is called when a handler has its request */
void http_connection_due(struct http_deadline *deadline, enum http_deadline_kind kind);
void http_connection_hold(struct http_connection *connection);
void http_connection_let_go(struct http_connection *connection);
/* Sends now what the system takes; the rest waits. The connection may be closed afterwards. */
void http_connection_send(struct http_connection *connection, struct span head, struct span body);
void http_connection_flush(struct http_connection *connection); /* what waits, as much as is taken */
/* What is sent was the last of this answer. */
void http_connection_answered(struct http_connection *connection, bool closes);
void http_connection_enter(struct http_connection *connection, enum http_connection_state state);
void http_connection_want(struct http_connection *connection);

struct http_exchange *http_exchange_new(struct http_connection *connection, struct span head); /* NULL: no memory */
void http_exchange_free(struct http_exchange *exchange);                                       /* accepts NULL */
uint8_t *http_exchange_head_bytes(struct http_exchange *exchange);
bool http_exchange_is_whole(const struct http_exchange *exchange); /* all of the body was taken */
void http_exchange_continue(struct http_connection *connection);   /* says 100, if that is waited for */
/* It leaves its connection before anything is sent: if that fails, nobody hears of it as `gone`. */
void http_exchange_detach(struct http_exchange *exchange);
struct http_reply_head http_exchange_reply_head(struct http_connection *connection, const struct http_reply *reply);
/* After an answer or the end of a stream, which may have come from outside of the connection's own turn. */
void http_exchange_go_on(struct http_connection *connection, bool is_own_turn);
/* An answer of the server's own, after which the connection ends. */
void http_exchange_refuse(struct http_connection *connection, int status, enum http_dismissal dismissal);
