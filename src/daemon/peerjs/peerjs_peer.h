/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A PeerJS peer: found at a signaling server by its id, it answers data connections and dials them. Unchanged pages
 * take it for one of theirs. Owns: a signal_client, an rtc, and every data connection. Never: ends a connection because
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
    void (*drained)(void *context, struct data_connection *connection); /* nothing waits any more; may be NULL */
    /* Once; it is gone after this. `detail` is for people, and may be empty. */
    void (*closed)(void *context, struct data_connection *connection, enum data_end end, const char *detail);
    void (*signaling_changed)(void *context); /* peerjs_peer_signaling says what; may be NULL */
};
struct peerjs_peer_options {
    struct loop *loop;              /* borrowed until free */
    struct client_streams *streams; /* the same */
    const char *const *urls;        /* of signaling servers; copied */
    size_t url_count;
    const char *id;                /* copied */
    const struct signing_key *key; /* whose id it is; NULL: a random token. Borrowed */
    uint64_t seed;
    bool has_loopback; /* candidates of this machine's own, for a signaling server on it */
    bool is_relay_only;
    const struct rtc_server *servers; /* STUN and TURN; borrowed until free */
    size_t server_count;
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

/* What rtc_new and signal_client_new fail with. */
MUST_USE enum err peerjs_peer_new(struct peerjs_peer **peer, const struct peerjs_peer_options *options,
                                  struct err_detail *detail);
/* NULL: there is no room, or the id, the label or the metadata is too long. `opened` or `closed` follows. */
struct data_connection *peerjs_peer_dial(struct peerjs_peer *peer, const struct data_dial *dial);
void peerjs_peer_close_all(struct peerjs_peer *peer); /* each in order; no offer is answered any more */
size_t peerjs_peer_count(const struct peerjs_peer *peer);
const struct endpoint_set *peerjs_peer_signaling(const struct peerjs_peer *peer);
void peerjs_peer_free(struct peerjs_peer *peer); /* without callbacks; accepts NULL */
