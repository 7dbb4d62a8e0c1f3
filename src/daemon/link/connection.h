/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One link from its first packet to its last: a socket, TLS on it, frames in and out, and an end with a reason.
 *
 *   CONNECTING -> HANDSHAKING -> UP -> FLUSHING -> DRAINING -> OVER
 *        |             |--------------------------^           ^
 *        '-------------'---------'--- (whatever ends at once) -'
 *
 * FLUSHING writes what is queued and close_notify; DRAINING reads and forgets until the other end is done, because a
 * socket closed over unread bytes sends a reset, and a reset can overtake our last frame (or alert).
 *
 * Owns: socket, watch, timer, queues; freed by the link set once OVER and reported.
 * Never: calls back from within connection_* (only from the loop), reports its own end (the link set does).
 * Full: see outbox and check_pool.   Spec: WIRE W7, W8. */

#include "daemon/link/check_pool.h"
#include "daemon/link/inlet.h"
#include "daemon/link/link.h"
#include "daemon/link/outbox.h"
#include "daemon/link/patience.h"
#include "daemon/link/tls.h"

enum connection_state {
    CONNECTION_CONNECTING,
    CONNECTION_HANDSHAKING,
    CONNECTION_UP,
    CONNECTION_FLUSHING,
    CONNECTION_DRAINING,
    CONNECTION_OVER,
};

struct connection;

/* What all connections of a link set share. Borrowed by each. */
struct connection_host {
    struct loop *loop;
    struct check_pool *checks;
    struct tls_context tls;
    struct public_key own;
    uint64_t unsent_bytes; /* of all connections */
    struct link_callbacks callbacks;
    void *context;                                                                     /* of the callbacks */
    uint32_t (*claim_id)(struct connection_host *host, struct connection *connection); /* for an inbound one, once up */
    void (*settle)(struct connection_host *host); /* a connection has something to report or to free: soon */
};

struct connection {
    struct connection_host *host;
    uint32_t id; /* 0: inbound and not up yet */
    enum link_direction direction;
    enum connection_state state;
    struct address remote;
    bool has_expected;
    struct node_id expected;
    int64_t began_at_ms;

    int fd; /* -1: none */
    struct loop_watch *watch;
    struct loop_timer *timer; /* of the state: connect, TLS, unsent, close */
    struct tls *tls;

    struct inlet inlet;
    struct check *check; /* of the frame at the head of the inlet; nothing is read meanwhile */
    size_t check_size;   /* what that frame takes */
    bool is_refused;     /* a frame was: nothing is read any more */
    bool read_wants_write;

    struct outbox outbox;
    bool is_write_broken;  /* nothing can be written any more; reading tells why */
    bool has_much_bulk;    /* LINK_BULK_LOW or more; when it is less, that is told */
    size_t unsent_counted; /* what of the outbox is in the host's sum */
    struct patience patience;
    int64_t patience_ends_at_ms; /* what the timer stands at; 0 = not */
    enum reason fault;           /* what is to be told, or was; nothing is told after it */

    bool was_up;
    bool has_ended; /* there is something to report: */
    enum reason ended_for;
    char detail[TLS_DETAIL_MAX];
    bool is_reported;

    uint64_t bytes_in;
    uint64_t bytes_out;
};

struct connection *connection_dial(struct connection_host *host, uint32_t id, const struct address *to,
                                   const struct node_id *expected);
/* `fd` is moved. */
struct connection *connection_accept(struct connection_host *host, int fd, const struct address *remote);
void connection_free(struct connection *connection); /* in any state; reports nothing */

void connection_send(struct connection *connection, uint8_t type, struct span body);
size_t connection_bulk_unsent(const struct connection *connection); /* SIZE_MAX: nothing can be sent on it */
void connection_close(struct connection *connection, bool is_graceful);
/* Forgets what was not sent, sends nothing more, and tells of the fault soon: there is no memory to be patient with. */
void connection_shed(struct connection *connection, enum reason reason);
bool connection_measure(const struct connection *connection, struct link_measure *measure);
/* Inbound, not a link yet, and still holding a socket: it counts against the handshake limits. */
bool connection_is_handshake(const struct connection *connection);
