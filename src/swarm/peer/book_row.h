/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the address book knows of one node, as it is kept on disk and handed to the store.
 * Owns: nothing; one value without pointers.   Spec: WIRE W3 (a row outlives its ticket, 30 days). */

#include "base/address.h"
#include "swarm/identity/node_id.h"
#include "swarm/limits.h"

/* Where we heard of a node. */
enum provenance {
    PROVENANCE_NONE,
    PROVENANCE_OPERATOR, /* named by --peer or a command */
    PROVENANCE_BEACON,   /* number = which source */
    PROVENANCE_CAPSULE,  /* number = which source */
    PROVENANCE_PEX,      /* node = who told */
    PROVENANCE_INBOUND,  /* it called us */
    PROVENANCE_CACHE,    /* not known any more: a row of an older version */
};
struct learned_from {
    uint8_t kind;        /* enum provenance */
    uint8_t source;      /* BEACON, CAPSULE: index of the source */
    struct node_id node; /* PEX: the peer; INBOUND: the network it called from (diversity.h); BEACON, CAPSULE: the hash
                            of its URL, which stays when the list changes */
    int64_t at_ms;
};

struct book_row {
    struct node_id node_id;
    struct public_key key;
    uint8_t addr_count;
    struct address addrs[LIMIT_TICKET_ADDRS_MAX]; /* best first; the ticket's, or where we reached it */
    int64_t issued_at_ms;                         /* of the latest ticket seen; 0 = none */
    int64_t expires_at_ms;
    int64_t last_seen_at_ms; /* ticket or link */
    int64_t linked_at_ms;    /* last time a link that we dialled was open; 0 = never */
    uint8_t successes;       /* of our dials, and how many failed; both are halved when one is full */
    uint8_t failures;
    struct node_id proven_user; /* whose it was by the last certificate that held; NODE_ID_NONE: by none yet */
    bool is_anchor;             /* one of the few that are called first after a restart */
    struct learned_from learned_from;
};
