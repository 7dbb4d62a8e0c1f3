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
    int64_t since_ms;    /* of the state; 0 = from the start */
    bool has_seen;
    struct address seen; /* where peers see us, with the port we listen on */
    size_t witness_count;
    struct reachability_witness witnesses[REACHABILITY_WITNESSES_MAX]; /* the newest first */
    int64_t next_probe_ms; /* INT64_MAX: nobody can be asked */
};
