/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A beacon as the nodes of a simulation see it: the same book that the daemon serves, behind a web server that takes
 * its time, or is down.
 * Owns: the book and the calls under way.   Never: does I/O.   Full: the book says so; calls are bounded by who asks.
 */

#include "sim/timeline.h"
#include "swarm/input.h"
#include "swarm/rendezvous/beacon.h"

struct beacon_host;

enum beacon_mood {
    BEACON_MOOD_UP,
    BEACON_MOOD_UNREACHABLE, /* nobody listens: an error at once */
    BEACON_MOOD_SILENT,      /* no answer ever */
    BEACON_MOOD_FAILING,     /* 500 */
    BEACON_MOOD_NONSENSE,    /* 200, and something that is no list of peers */
};

struct beacon_call {
    uint32_t host;
    uint64_t epoch; /* of the asking process; comes back with the result */
    uint8_t source;
    bool is_announce;
    bool is_cut; /* the network does not reach the beacon */
    struct address from;
    const char *community; /* copied */
    struct span body;      /* copied */
};
struct beacon_result {
    uint32_t host;
    uint64_t epoch;
    uint8_t source;
    bool was_announce;
    enum beacon_outcome outcome;
    int status;
    int64_t elapsed_ms;
    struct span body; /* borrowed during the call */
};
struct beacon_host_options {
    uint64_t seed;
    int64_t wall_zero_ms; /* the wall clock at virtual time 0 */
    int64_t delay_ms;     /* each way */
    int64_t jitter_ms;
    struct verifier verifier;
    struct timeline *timeline; /* borrowed until beacon_host_free */
    void (*answered)(void *context, const struct beacon_result *result);
    int64_t (*ready_ms)(void *context, uint32_t host); /* when that process reads again; a time gone by = now */
    void *context;                                     /* borrowed */
};

struct beacon_host *beacon_host_new(const struct beacon_host_options *options);
void beacon_host_free(struct beacon_host *beacon); /* accepts NULL */
void beacon_host_set_mood(struct beacon_host *beacon, enum beacon_mood mood);
void beacon_host_ask(struct beacon_host *beacon, const struct beacon_call *call);
