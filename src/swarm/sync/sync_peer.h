/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a link is to the reconciliation of records: when we begin with it next, whether it has begun with us, what waits
 * to be sent there, and how much it may still bring. Zero: no party to it.
 * Owns: nothing but itself.   Never: reads the clock, sends.
 * Full: what waits to be sent is bounded by what one lack may ask for; more is not taken.   Spec: WIRE W20. */

#include "base/pace.h"
#include "swarm/limits.h"
#include "swarm/reconcile/reconcile.h"
#include "swarm/sync/record_set.h"

struct sync_peer {
    bool is_party;   /* a place in the active view, and both said in their hellos that they reconcile */
    bool is_opening; /* nobody has begun over this link yet */
    /* By us. */
    int64_t next_ms;       /* when we would begin; INT64_MAX = not planned */
    int64_t begun_ms;      /* when we last did; 0 = never */
    int64_t not_before_ms; /* it did not do its part */
    uint8_t failures;      /* in a row */
    struct pace said;      /* messages, by weight */
    /* By it. */
    bool is_answering; /* it has begun, and we answer */
    bool has_missed;   /* something that it asked for was not here */
    uint32_t session;
    struct record_range range;
    struct reconcile reconcile;
    int64_t heard_ms;          /* a word of that session, or a record that it gave */
    int64_t may_give_until_ms; /* what it gives until then belongs to a session that it began */
    struct pace begins;
    struct pace unasked; /* records that nobody asked for */
    struct pace brought; /* records, by weight */
    /* What it lacks: a ring. */
    struct pace sent; /* records, by weight */
    size_t queue_first, queue_count;
    size_t sending; /* handed to the host, and not answered by it yet */
    struct object_id queue[LIMIT_LACK_IDS];
};

bool sync_peer_put(struct sync_peer *peer, const struct object_id *id); /* false: no room */
struct object_id sync_peer_next(struct sync_peer *peer);                /* takes the first off the queue */
/* One record more may go now; it is counted. */
bool sync_peer_may_send(struct sync_peer *peer, int64_t now_ms);
/* How large it was shows only when it is sent: the rest of its weight. */
void sync_peer_sent(struct sync_peer *peer, size_t text_size, int64_t now_ms);
/* A message of that size of ours: false when there were too many of late. */
bool sync_peer_may_say(struct sync_peer *peer, size_t message_size, int64_t now_ms);
