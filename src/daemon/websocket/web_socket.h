/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A WebSocket (RFC 6455) in our words, at either end: whole messages in and out, with pings answered and an orderly
 * close. It begins as a request to our HTTP server, or as one of ours to somebody's. wslay, which frames, is included
 * in this folder alone. Owns: its connection, from web_socket_accept or web_socket_dial until `closed` was told or
 * web_socket_drop. Never: calls back from within web_socket_accept, _dial, _send or _close; keeps half a message over
 * its limit; trusts the other end to answer a close. Full: a message over `message_bytes_max` ends it with 1009; what
 * does not fit `waiting_bytes_max` is not sent, and said so to the caller. A reader that takes nothing for 30 s is
 * given up.   Threads: the loop's alone. */

#include "base/err.h"
#include "daemon/http/http.h"

struct web_socket;
struct client_streams; /* how a dialler connects: daemon/client/client_stream.h */

enum web_socket_kind { WEB_SOCKET_TEXT, WEB_SOCKET_BINARY };
enum {
    WEB_SOCKET_NORMAL = 1000,
    WEB_SOCKET_GOING_AWAY = 1001,
    WEB_SOCKET_PROTOCOL = 1002,
    WEB_SOCKET_NO_CODE = 1005,  /* the other end closed without one; given to web_socket_close: none is sent */
    WEB_SOCKET_ABNORMAL = 1006, /* it went without a close */
    WEB_SOCKET_BAD_TEXT = 1007,
    WEB_SOCKET_POLICY = 1008,
    WEB_SOCKET_TOO_LARGE = 1009,
};

struct web_socket_callbacks {
    void (*opened)(void *context, struct web_socket *socket); /* of a dialled one; NULL where it is accepted */
    /* Whole, however it was cut; a text is UTF-8. Borrowed during the call. It may send, close and drop. */
    void (*message)(void *context, struct web_socket *socket, enum web_socket_kind kind, struct span bytes);
    void (*drained)(void *context, struct web_socket *socket); /* all that waited has left; may be NULL */
    void (*ponged)(void *context, struct web_socket *socket);  /* a ping of ours was answered; may be NULL */
    /* Once, whoever ended it; the socket is gone with it. `why` is for people: "connection refused". A code from the
     * list above. Not after web_socket_drop. */
    void (*closed)(void *context, struct web_socket *socket, int code, const char *why);
};
struct web_socket_options {
    size_t message_bytes_max; /* of one that comes */
    size_t waiting_bytes_max; /* of what we have to send */
    struct web_socket_callbacks callbacks;
    void *context; /* borrowed */
};

/* A GET with what RFC 6455 section 4.2.1 wants. Nothing of its path, its query or its Origin is looked at. */
bool web_socket_is_wanted(const struct http_exchange *exchange);
/* Answers 101; the exchange belongs to the socket then, and the server's `gone` for it must come to web_socket_gone.
 * What the request said may not be asked any more. NULL: there is no memory, and 503 was answered. */
struct web_socket *web_socket_accept(struct http_exchange *exchange, const struct web_socket_options *options);
/* From the HTTP server's `gone`. False: the exchange is not one of ours. */
bool web_socket_gone(struct http_exchange *exchange);
/* ws:// or wss:// (or http, https); a certificate is judged by the system's list. `opened` or `closed` follows, within
 * 10 s. NULL: there is no memory. */
struct web_socket *web_socket_dial(struct client_streams *streams, const char *url,
                                   const struct web_socket_options *options);

/* Copied as far as the system does not take it at once. False: too much waits, or it is closing; nothing was sent. */
bool web_socket_send(struct web_socket *socket, enum web_socket_kind kind, struct span bytes);
/* An empty ping; `ponged` follows from whoever lives. False: as web_socket_send. */
bool web_socket_ping(struct web_socket *socket);
size_t web_socket_waiting(const struct web_socket *socket); /* bytes */
/* What waits is sent first; then a close frame; `closed` follows within 2 s, whatever the other end does. */
void web_socket_close(struct web_socket *socket, int code);
void web_socket_drop(struct web_socket *socket); /* at once, without a word; accepts NULL */
void web_socket_set_context(struct web_socket *socket, void *context);
void *web_socket_context(const struct web_socket *socket);
