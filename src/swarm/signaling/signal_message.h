/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The messages of the PeerServer protocol, read and written: JSON objects of type, src, dst and payload. A payload is
 * one JSON value that is passed on as the bytes it came in.
 * Owns: nothing.
 * Never: looks into a payload, minds unknown members, lets a text pass that JSON.parse of the other end would refuse.
 * Full: FRAME_TOO_LARGE over SIGNAL_MESSAGE_SIZE_MAX (from a server: SIGNAL_RELAYED_SIZE_MAX); an id over
 * SIGNAL_ID_SIZE_MAX is MEMBER_TOO_LONG.
 * Spec: reference 7.2. */

#include "base/bytes.h"
#include "swarm/refusal.h"

enum {
    /* 64 KiB of a session description, whose line ends JSON writes with twice as many bytes; most have 1 to 5 KiB, and
     * metadata is the application's. */
    SIGNAL_MESSAGE_SIZE_MAX = 131072,
    SIGNAL_ID_SIZE_MAX = 128, /* bytes; a nodeId has 32, a UUID 36 */
    /* Of a message that is passed on: the sender's id may come escaped (\u001f), as ours of it always does. */
    SIGNAL_RELAYED_SIZE_MAX = SIGNAL_MESSAGE_SIZE_MAX + 2 * 6 * SIGNAL_ID_SIZE_MAX + 64,
};

enum signal_kind {
    SIGNAL_OFFER, /* the first five pass from client to client */
    SIGNAL_ANSWER,
    SIGNAL_CANDIDATE,
    SIGNAL_LEAVE,
    SIGNAL_EXPIRE,
    SIGNAL_HEARTBEAT, /* to the server */
    SIGNAL_OPEN,      /* the server's own from here on */
    SIGNAL_ID_TAKEN,
    SIGNAL_INVALID_KEY,
    SIGNAL_ERROR,
    SIGNAL_KIND_COUNT,
};
const char *signal_kind_name(enum signal_kind kind); /* "OFFER", "ID-TAKEN", ... */
bool signal_kind_is_relayed(enum signal_kind kind);  /* from client to client */

/* One message, as either end of a connection sees it. Spans are borrowed until what they were read from goes. */
struct signal_message {
    enum signal_kind kind;
    struct span peer;    /* who sent it, or who is to have it; empty: the server itself */
    struct span payload; /* one JSON value, not looked into; empty: none */
};

enum signal_end {
    SIGNAL_END_SERVER, /* reads what a client says: `peer` is its dst */
    SIGNAL_END_CLIENT, /* reads what a server says: `peer` is its src */
};
/* Any bytes. `id_memory` is where an id goes that came with escapes. TYPE_UNKNOWN: JSON, but of no kind we know. */
enum refusal signal_message_read(struct span text, enum signal_end end, uint8_t id_memory[SIGNAL_ID_SIZE_MAX],
                                 struct signal_message *message);

/* Members in the order type, src, dst, payload; those that are empty are left out. */
void signal_message_write(struct buffer *out, enum signal_kind kind, struct span src, struct span dst,
                          struct span payload);
/* {"type":...,"payload":{"msg":...}}: how a server says why not. */
void signal_message_write_why(struct buffer *out, enum signal_kind kind, const char *why);
