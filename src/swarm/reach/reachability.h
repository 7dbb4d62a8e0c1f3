/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Can strangers dial us? For each family of addresses we ask peers that see us there to dial us back (a probe), at the
 * address they see and the port we listen on. Two peers of different networks that got through within an hour make the
 * family public; three that did not, and none that did, make it private; until then nobody knows.
 * Owns: what is known of each family, the probe under way, and of every link when it last probed for us.
 * Never: believes a "yes" that we did not see arrive ourselves, asks a link more than once a minute, probes for an
 * address that the asking peer does not have.
 * Full: of those who confirmed or failed the latest few of each family are kept.   Spec: WIRE W9 (probe, probed). */

#include "base/address.h"
#include "swarm/identity/node_id.h"
#include "swarm/reason.h"

enum reachability { REACHABILITY_UNKNOWN, REACHABILITY_PUBLIC, REACHABILITY_PRIVATE };
const char *reachability_name(enum reachability state); /* "public" */

enum { REACHABILITY_WITNESSES_MAX = 4, REACHABILITY_FAMILIES = 2 };

/* Somebody who dialled us back, or could not. */
struct reachability_witness {
    struct node_id node;
    struct address prefix; /* the network it is in */
    int64_t at_ms;         /* engine time */
    enum reason reason;    /* NONE: it got through */
};
struct reachability_family {
    enum reachability state;
    int64_t since_ms; /* of the state; 0 = from the start */
    bool has_seen;
    struct address seen; /* where most peers see us, with the port we listen on */
    size_t witness_count;
    struct reachability_witness witnesses[REACHABILITY_WITNESSES_MAX]; /* the newest first, each of another node */
    int64_t next_probe_ms;                                             /* INT64_MAX: nobody can be asked */
};
/* The one probe that we have asked for. */
struct reachability_probe {
    uint32_t link; /* 0 = none is under way */
    uint8_t family;
    bool has_arrived; /* with our nonce, from the node we asked */
    uint8_t nonce[8];
    struct node_id node;
    int64_t ends_ms; /* then nothing more is to be expected */
};
struct reachability_watch {
    uint16_t listen_port; /* 0: we do not listen, and nothing is tested */
    struct reachability_family families[REACHABILITY_FAMILIES];
    struct reachability_probe probe;
};

struct engine;
struct link_row;
struct hello;
void reachability_start(struct engine *engine, int64_t now_ms);
void reachability_tick(struct engine *engine, int64_t now_ms);
int64_t reachability_deadline_ms(const struct engine *engine);
/* We may be somewhere else now: nothing is known any more. */
void reachability_forget(struct engine *engine, int64_t now_ms);
/* A test of our address has come in on this link. False: we asked for no such thing. */
bool reachability_arrived(struct engine *engine, const struct link_row *link, const struct hello *hello);
/* A link is gone: what was asked over it will not be answered. */
void reachability_link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms);
