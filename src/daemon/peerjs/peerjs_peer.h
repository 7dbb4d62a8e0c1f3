/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A PeerJS peer: found at a signaling server by its id, it answers data connections and dials them. Unchanged pages
 * take it for one of theirs. Owns: WebRTC, once somebody is called or calls, and every data connection; the
 * signaling client is its owner's. Never: ends a connection because
 * signaling went; answers a call of audio or video; lets one sender touch the connection of another. Full:
 * PEERJS_CONNECTIONS_MAX in all and PEERJS_CONNECTIONS_PER_PEER with one peer id, where an offer is passed over (the
 * library has no word for no: the page's own time-out says it); PEERJS_BYTES_MAX of unfinished messages and as many of
 * what waits to be sent, of all together. Threads: the loop's alone.   Spec: reference 7.1-7.4. */

#include "crypto/sign.h"
#include "daemon/peerjs/data_connection.h"
#include "daemon/signaling/signal_client.h"

struct peerjs_peer;

enum {
    PEERJS_CONNECTIONS_MAX = 128, /* half of what WebRTC has places for: the rest is for links */
    PEERJS_CONNECTIONS_PER_PEER = 32,
    PEERJS_SERVERS_MAX = 8, /* STUN and TURN */
    PEERJS_BYTES_MAX = 256 * 1024 * 1024,
};

/* May send, pause and close. */
struct peerjs_callbacks {
    /* Somebody dials. False: it is passed over. NULL: everybody is. */
    bool (*offered)(void *context, struct data_connection *connection);
    void (*opened)(void *context, struct data_connection *connection);
    void (*message)(void *context, struct data_connection *connection, const struct data_message *message);
    /* A message that could not be read, or not as a value: it is lost, the connection stays. May be NULL. */
    void (*refused)(void *context, struct data_connection *connection, enum peerjs_fault fault);
    /* Nothing comes from it for a while: its path may be no more. May be NULL. */
    void (*doubted)(void *context, struct data_connection *connection);
    void (*drained)(void *context, struct data_connection *connection); /* nothing waits any more; may be NULL */
    /* Once; it is gone after this. `detail` is for people, and may be empty. */
    void (*closed)(void *context, struct data_connection *connection, enum data_end end, const char *detail);
};
struct peerjs_peer_options {
    struct loop *loop;            /* borrowed until free */
    struct signal_client *signal; /* the same; what it hears comes to peerjs_peer_heard and peerjs_peer_signaled */
    uint64_t seed;
    bool has_loopback; /* candidates of this machine's own, for a signaling server on it */
    bool is_relay_only;
    struct peerjs_callbacks callbacks;
    void *context;
};
struct data_dial {
    const char *peer;
    const char *label;    /* NULL: the connection's id */
    struct span metadata; /* one JSON value; empty: none */
    enum peerjs_serialization serialization;
    bool is_reliable; /* ordered */
};

struct peerjs_peer *peerjs_peer_new(const struct peerjs_peer_options *options); /* owned by the caller */
/* STUN and TURN, for the connections from here on, and for other paths of those that are: PEERJS_SERVERS_MAX at most,
 * copied; their texts are borrowed. */
void peerjs_peer_use_servers(struct peerjs_peer *peer, const struct rtc_server *servers, size_t count);
/* Loads WebRTC now, if it is not yet: what rtc_new fails with. */
MUST_USE enum err peerjs_peer_load(struct peerjs_peer *peer, struct err_detail *detail);
const char *peerjs_peer_trouble(const struct peerjs_peer *peer); /* why WebRTC did not load, last; "": it did */
void peerjs_peer_heard(struct peerjs_peer *peer, const struct signal_message *message);
void peerjs_peer_signaled(
    struct peerjs_peer *peer); /* something of the client has changed: a server may be there again */
/* NULL: there is no room, or the id, the label or the metadata is too long. `opened` or `closed` follows. */
struct data_connection *peerjs_peer_dial(struct peerjs_peer *peer, const struct data_dial *dial);
void peerjs_peer_close_all(struct peerjs_peer *peer); /* each in order; no offer is answered any more */
size_t peerjs_peer_count(const struct peerjs_peer *peer);
void peerjs_peer_free(struct peerjs_peer *peer); /* without callbacks; accepts NULL */
