/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The inside of a WebSocket, for the files of this folder alone.
 *
 *   DIALLING --> OPEN --> CLOSING --> ENDED     CLOSING: our close frame is on its way, theirs is awaited
 *      |           |                    ^       OPEN --> ENDED: theirs came first, or the connection went, or a
 *      +-----------+--------------------+       frame could not be taken
 *
 * What carries the bytes is an HTTP connection that was taken over, or a stream of ours to a server: web_socket.c does
 * not know which. Owns: its timer, the half message, the half frame. */

#include "daemon/loop/loop.h"
#include "daemon/websocket/frame_reader.h"
#include "daemon/websocket/frame_writer.h"
#include "daemon/websocket/web_socket.h"

enum {
    WEB_SOCKET_CLOSE_MS = 2000,
    /* Of the carrier beyond what the caller may have waiting: our close frame always has room. */
    WEB_SOCKET_CLOSE_ROOM = 2 * (FRAME_HEAD_SIZE_MAX + FRAME_CONTROL_SIZE_MAX),
};

enum web_socket_state {
    WEB_SOCKET_STATE_DIALLING,
    WEB_SOCKET_STATE_OPEN,
    WEB_SOCKET_STATE_CLOSING,
    WEB_SOCKET_STATE_ENDED,
};

/* Each with what carries this socket; none of them calls back. */
struct web_socket_carrier {
    bool (*has_room)(void *carried, size_t size);
    void (*write)(void *carried, struct span bytes); /* for which there is room */
    size_t (*waiting)(const void *carried);
    void (*close)(void *carried); /* what waits leaves; the socket hears nothing more */
    void (*drop)(void *carried);
};

struct web_socket {
    struct web_socket_options options;
    const struct web_socket_carrier *carrier;
    void *carried; /* NULL: none yet, or no more */
    struct loop *loop;
    struct loop_timer *timer; /* NULL while nothing is awaited */
    struct frame_reader reader;
    uint8_t *message; /* what is here of one that comes in pieces; owned */
    size_t message_size;
    size_t message_capacity;
    enum web_socket_state state;
    enum web_socket_kind kind; /* of that message */
    unsigned uses;             /* its owner, and calls of ours on the stack; the memory goes when there is none */
    int close_code;            /* with which we began to close */
    bool is_in_message;
    bool is_dialled;
    uint8_t control_size;
    uint8_t control[FRAME_CONTROL_SIZE_MAX]; /* what is here of the control frame at hand */
};

/* NULL without memory. */
struct web_socket *web_socket_new(struct loop *loop, const struct web_socket_options *options,
                                  const struct web_socket_carrier *carrier);
void web_socket_hold(struct web_socket *socket);
void web_socket_let_go(struct web_socket *socket);
/* From the carrier: bytes, room, its end. */
void web_socket_receive(struct web_socket *socket, struct span bytes);
void web_socket_tell_drained(struct web_socket *socket);
void web_socket_carrier_gone(struct web_socket *socket, const char *why);
/* Tells the end, once, and lets go of the socket; what carries it is the caller's business. */
void web_socket_end(struct web_socket *socket, int code, const char *why);
