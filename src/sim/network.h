/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A network that exists only in memory: hosts with addresses, connections between them that behave as TLS over TCP
 * does, and everything that can go wrong with them.
 *
 *     dialler   --syn-->   <--answer--   --client hello-->   <--server flight--  up   --finished-->   up   acceptor
 *
 * A call through signaling goes the same way, but finds its target by its id and proves no key.
 *
 * Each crossing takes the pair's own delay and some jitter. What crosses a cut waits and is tried again, as TCP does;
 * what reaches a stalled process waits in its kernel; what reaches a dead process is reset; a dead machine says
 * nothing. The words of up, down and dial_failed are those of the daemon's links.
 * Owns: connections and what is under way in them.
 * Never: reads a clock, decides, loses a byte silently (a severed connection is lost whole).
 * Full: ends the process without memory; the engines bound what they open. */

#include "crypto/sign.h"
#include "sim/cuts.h"
#include "sim/nat.h"
#include "sim/timeline.h"
#include "sim/weather.h"
#include "swarm/identity/link_binding.h"
#include "swarm/identity/node_id.h"
#include "swarm/reason.h"

struct network;

struct network_options {
    uint64_t seed;
    int64_t delay_ms_min; /* one way; each pair of hosts has its own between these */
    int64_t delay_ms_max;
    int64_t jitter_ms;      /* more, by chance, for each crossing */
    uint32_t split_percent; /* how many of the writes arrive in two pieces */
};

struct network_up {
    uint32_t link;
    bool is_inbound;
    struct address remote;
    struct public_key key;       /* who it is; of a signaled link the engine must find out by itself */
    bool is_signaled;            /* found through signaling: the handshake proves no key, only these: */
    struct link_binding binding; /* the certificates of both ends */
    int64_t handshake_ms;
};
/* Called as things happen; the callee may call the network. After `down` or `dial_failed` a link is not heard of. */
struct network_callbacks {
    void (*up)(void *context, uint32_t host, const struct network_up *up);
    void (*bytes)(void *context, uint32_t host, uint32_t link, struct span bytes);
    void (*down)(void *context, uint32_t host, uint32_t link, enum reason reason); /* NONE: we closed it ourselves */
    void (*dial_failed)(void *context, uint32_t host, uint32_t link, enum reason reason, const char *detail);
    void (*turned_away)(void *context, uint32_t host, const struct address *remote, enum reason reason);
};

/* The timeline and context are borrowed until network_free. */
struct network *network_new(const struct network_options *options, size_t host_count, struct timeline *timeline,
                            const struct network_callbacks *callbacks, void *context);
void network_free(struct network *network); /* before timeline_deinit nothing may happen any more; accepts NULL */

/* Hosts. */
void network_place(struct network *network, uint32_t host, const struct address *own, const struct nat *nat);
void network_open(struct network *network, uint32_t host, const struct public_key *key); /* its process starts */
enum network_death {
    NETWORK_PROCESS_DIES, /* its kernel resets what it had open */
    NETWORK_MACHINE_DIES, /* nobody hears of it */
};
void network_shut(struct network *network, uint32_t host, enum network_death death);
void network_signal(struct network *network, uint32_t host); /* its process can be called through signaling */
void network_stall(struct network *network, uint32_t host, int64_t until_ms); /* the process neither reads nor dials */

/* What does not pass, and what passes badly. */
struct cuts *network_cuts(struct network *network);       /* borrowed until network_free */
struct weather *network_weather(struct network *network); /* the same; all zero = fair */
bool network_passes(const struct network *network, uint32_t from, uint32_t to);
bool network_reaches_beacons(const struct network *network, uint32_t host); /* they stand on side 0 */
void network_sever(struct network *network); /* connections across a cut are lost for good, and nobody hears of it */

/* Links; ids are unique in one host. */
struct network_dial {
    uint32_t link;
    bool by_signaling; /* to `expected`, wherever it is: a router does not keep it out */
    struct address to;
    bool has_expected;
    struct node_id expected;
};
void network_dial(struct network *network, uint32_t host, const struct network_dial *dial);
void network_send(struct network *network, uint32_t host, uint32_t link, struct span bytes); /* copied */
size_t network_unsent(const struct network *network, uint32_t host, uint32_t link); /* bytes that have not arrived */
/* Graceful: what was sent arrives first, then both ends go down, at the latest after 2 s. */
void network_close(struct network *network, uint32_t host, uint32_t link, bool is_graceful);

struct network_traffic {
    uint32_t segments_out, segments_resent; /* from this end */
};
struct network_traffic network_traffic(const struct network *network, uint32_t host, uint32_t link);
size_t network_link_count(const struct network *network, uint32_t host); /* those that are up or closing */
uint32_t network_link_at(const struct network *network, uint32_t host, size_t index);
