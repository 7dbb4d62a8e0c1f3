/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One node of the swarm, pure: inputs and time go in, actions come out. The daemon and the simulator run this same
 * code.
 *
 *     host:  feed an input, or the time when the deadline has come
 *            take every action and do it
 *            ask for the next deadline
 *
 * Owns: every table of the node, allocated by engine_new and never grown.
 * Never: does I/O, reads a clock, starts a thread, verifies a signature (the check stage did), waits.
 * Full: each table says in its header what goes first.   Spec: DESIGN 4. */

#include "crypto/entropy.h"
#include "swarm/action.h"
#include "swarm/input.h"

struct engine;

struct engine_source {
    char name[24]; /* "beacon-1" */
    char url[LIMIT_URL_MAX + 1];
};
struct engine_operator_peer {
    char name[128]; /* as given: [NODEID@]HOST:PORT */
    bool has_id;
    struct node_id id;
};
struct engine_options {
    const struct signing_key *node_key; /* copied */
    const struct signing_key *user_key; /* copied; NULL: a node without a user */
    const char *community;
    const char *agent;
    struct entropy entropy; /* for boot and nonces */
    uint64_t seed;          /* for jitter and choice */
    size_t book_rows;       /* capacities, up to the ceilings of limits.h; 0 = the ceiling */
    size_t passive_tickets;
    size_t links;
    size_t operations;
    size_t files;
    size_t providers, claims;         /* of adverts: nodes, and files that they name */
    uint64_t repair_bytes_per_second; /* given to others for the sake of redundancy, in the long run; 0: no limit */
    size_t records_seen, record_authors, record_bytes; /* of the broadcast: records, authors, bytes of texts kept */
    size_t records_kept;                               /* compared with neighbours */
    uint32_t view_min, view_target, view_max;          /* 0 = W10's */
    bool hides_view;                                   /* neighbours are not told of our links (W18) */
    bool ignores_doctor;                               /* peers are not told how we see the link with them (W19) */
    bool listens_first;                                /* another process may run with these keys (clone_guard.h) */
    uint64_t download_bytes_per_second;                /* asked of all peers together; 0: as many as they give */
    bool listens_on_loopback_only;                     /* then, and only then, loopback may be dialled (W6) */
    const struct address *interfaces;                  /* our own; which private addresses are near (W6); copied */
    size_t interface_count;
    const struct engine_source *sources; /* copied */
    size_t source_count;
    const struct engine_operator_peer *operator_peers; /* copied */
    size_t operator_peer_count;
};

struct engine *engine_new(const struct engine_options *options, int64_t now_ms); /* NULL without memory */
void engine_feed(struct engine *engine, const struct input *input, struct actions *actions, int64_t now_ms);
int64_t engine_deadline_ms(const struct engine *engine); /* feed INPUT_TICK then; INT64_MAX = nothing to wait for */
bool engine_is_stopped(const struct engine *engine);     /* after INPUT_STOP, once every link is gone */
void engine_free(struct engine *engine);                 /* wipes the keys; accepts NULL */
