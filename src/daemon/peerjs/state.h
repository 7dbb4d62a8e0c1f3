/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of this folder share and nobody else sees: the peer, its connections, and what they tell each other.
 * A connection is made and freed by peerjs_peer.c; its life is data_connection.c, its messages are data_transfer.c.
 * Owns: as the headers of the two say.   Never: is included from another folder. */

#include "base/prng.h"
#include "daemon/peerjs/early_candidates.h"
#include "daemon/peerjs/peerjs_peer.h"
#include "daemon/peerjs/send_queue.h"

enum {
    DATA_UNSAID_MAX = 32, /* messages of signaling that wait for a server: a description and its candidates */
    DATA_DRAIN_MS = 25,   /* how often it is looked whether what waits has left, while closing */
    DATA_SWEEP_MS = 2500,
    DATA_LEFT_MS = 5000,   /* what opens when its peer leaves signaling has that long for it */
    DATA_STALL_MS = 15000, /* as of a link: so much unsent for so long is a peer that is too slow, or gone */
    DATA_DETAIL_MAX = 160,
};

/* A message of signaling that no server was there for. */
struct data_unsaid {
    enum signal_kind kind;
    uint8_t *payload; /* owned */
    size_t size;
};

struct data_connection {
    struct peerjs_peer *owner;
    enum data_state state;
    bool is_dialled, is_reliable;
    bool is_answered; /* that which we dialled */
    enum peerjs_serialization serialization;
    char peer[SIGNAL_ID_SIZE_MAX + 1];
    char connection_id[PEERJS_CONNECTION_ID_MAX + 1];
    char label[PEERJS_LABEL_MAX + 1];
    uint8_t *metadata; /* owned */
    size_t metadata_size;
    uint32_t rtc_peer, channel; /* 0: not yet, or gone */
    struct send_queue queue;
    struct peerjs_chunks *chunks; /* NULL until a piece comes */
    struct data_unsaid unsaid[DATA_UNSAID_MAX];
    size_t unsaid_count;
    bool has_end, is_rtc_closing;
    enum data_end end; /* why it closes */
    char detail[DATA_DETAIL_MAX];
    int64_t close_by_ms;
    int64_t left_by_ms;   /* its peer left signaling: open by then, or ended; 0: it did not leave */
    uint64_t frames_out;  /* that the channel has taken */
    uint64_t frames_seen; /* of those, and what lay in the channel, when it was looked at last */
    size_t waiting_seen;
    int64_t moved_ms; /* when one of the two was seen to be another, or nothing waited */
    uint64_t messages_in, messages_out, bytes_in, bytes_out;
    void *context;
};

struct peerjs_peer {
    struct peerjs_peer_options options;
    struct rtc_server servers[PEERJS_SERVERS_MAX];
    size_t server_count;
    struct rtc *rtc; /* NULL until it is needed */
    struct err_detail trouble;
    struct loop_timer *timer;
    int64_t wake_ms; /* when it fires; 0: it does not */
    struct prng prng;
    struct early_candidates early;
    struct peerjs_budget in_budget, out_budget;
    struct data_connection *connections[PEERJS_CONNECTIONS_MAX]; /* in the order they began */
    size_t count;
    bool is_closing;
};

/* data_connection.c: from the peer. */
void data_connection_say(struct data_connection *c, enum signal_kind kind, struct span payload);
void data_connection_say_rest(struct data_connection *c); /* a server is there again */
void data_connection_drop_unsaid(struct data_connection *c);
void data_connection_described(struct data_connection *c, bool is_offer, struct span sdp);
void data_connection_candidate(struct data_connection *c, struct span candidate);
void data_connection_opened(struct data_connection *c, uint32_t channel);
/* Begins to close; the first reason stays. */
void data_connection_end(struct data_connection *c, enum data_end end, const char *detail);
void data_connection_drain(struct data_connection *c, int64_t now_ms); /* while it closes: has all left? */

/* data_transfer.c */
void data_connection_arrived(struct data_connection *c, enum rtc_kind kind, struct span bytes);
void data_connection_pump(struct data_connection *c);
bool data_connection_has_stalled(struct data_connection *c, int64_t now_ms); /* looked at each DATA_SWEEP_MS */

/* peerjs_peer.c: something is to be looked at so much later. */
void peerjs_peer_wake(struct peerjs_peer *p, int64_t delay_ms);
