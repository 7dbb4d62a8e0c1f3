/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A PeerJS data connection, whichever end dialled: a WebRTC peer with one channel, found by signaling, on which whole
 * messages go both ways in the serialization that its offer named.
 *
 *   CONNECTING -> OPEN -> CLOSING -> gone        CLOSING: what waits is sent, and the channel reset so that the page
 *        '-----------------^                     sees a close; it is cut when that takes DATA_CLOSE_MS
 *
 * It is made by peerjs_peer_dial or by an offer, and gone when `closed` (peerjs_peer.h) comes back.
 * Owns: its queue, its pieces, its metadata; its rtc peer until that is closed.
 * Never: delivers part of a message; believes that the other end is who its metadata says.
 * Full: send_queue.h, and what does not become less for 15 s ends it; a message over PEERJS_MESSAGE_MAX ends it, as
 * does a piece that breaks its message. Threads: the loop's alone.   Spec: reference 7.2-7.4. */

#include "daemon/peerjs/data_message.h"
#include "swarm/signaling/signal_message.h"

struct data_connection;

enum { DATA_CLOSE_MS = 3000 };

enum data_state { DATA_CONNECTING, DATA_OPEN, DATA_CLOSING };
enum data_end {
    DATA_END_CLOSED,      /* we closed it */
    DATA_END_REMOTE,      /* it closed in order, or asked us to */
    DATA_END_REPLACED,    /* another offer came for it */
    DATA_END_LEFT,        /* signaling says that the peer left */
    DATA_END_UNAVAILABLE, /* signaling does not know the peer we dialled */
    DATA_END_NO_PATH,     /* ICE found none */
    DATA_END_LOST,        /* it is gone, or its network is */
    DATA_END_TIMEOUT,     /* it did not open in time */
    DATA_END_REFUSED,     /* what it sent could not be taken; the detail names it */
    DATA_END_FAILED,      /* a handshake failed, or something ran out here */
};
const char *data_end_name(enum data_end end);     /* "peer-unavailable" */
const char *data_end_sentence(enum data_end end); /* for people: "signaling knows no such peer" */

/* What it is; texts are borrowed until it is gone. */
struct data_look {
    enum data_state state;
    const char *peer, *connection_id, *label;
    enum peerjs_serialization serialization;
    bool is_reliable;     /* ordered */
    bool is_dialled;      /* by us */
    struct span metadata; /* JSON text; unproven */
    uint64_t messages_in, messages_out, bytes_in, bytes_out;
    size_t waiting; /* bytes that are still to be sent */
};
struct data_look data_connection_look(const struct data_connection *connection);

/* How it is carried, as last told by WebRTC. False: it is not up. */
bool data_connection_transport(const struct data_connection *connection, struct rtc_look *look);
size_t data_connection_unsent(const struct data_connection *connection); /* bytes: here, and with the channel */
/* Copied. NO_ROOM: too much waits, `drained` follows; MESSAGE_SIZE: the other end takes no message of that size;
 * and what data_message_encode refuses. What is sent before it is open waits. */
enum peerjs_fault data_connection_send(struct data_connection *connection, const struct data_message *message);
/* No more messages are told until it is resumed: what comes waits with the other end. */
void data_connection_pause(struct data_connection *connection);
void data_connection_resume(struct data_connection *connection);
/* Looks for another path beneath it, by signaling, once there is a server; until that is found the old one stays. The
 * other end has to be one of ours: a page takes a second offer for the end of the first. */
void data_connection_renew(struct data_connection *connection);
/* In order; `closed` follows, never from within. */
void data_connection_close(struct data_connection *connection);
/* Without that: what waits is thrown away, also when it closes already. */
void data_connection_cut(struct data_connection *connection);
/* Whatever the caller wants to find again. */
void data_connection_set_context(struct data_connection *connection, void *context);
void *data_connection_context(const struct data_connection *connection);
