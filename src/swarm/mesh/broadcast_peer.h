/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a link is to the broadcast: whether records go there as they come or are only announced, what waits to be
 * announced, and how fast each of the two may go on. Zero: no party to it.
 * Never: reads the clock, sends.   Full: what waits to be announced is sent before more is added.   Spec: WIRE W11. */

#include "base/pace.h"
#include "swarm/content/object_id.h"
#include "swarm/limits.h"

struct broadcast_peer {
    bool is_party; /* a place in the active view, and both said in their hellos that they take part */
    bool is_eager; /* records go there as they come; else it is told that we have them */
    /* By us. */
    struct pace sent;     /* records, by weight */
    struct pace grafts;   /* questions */
    int64_t pruned_at_ms; /* when it was last told not to send so much; 0 = never */
    uint8_t ihave_count;
    struct object_half ihave[LIMIT_IHAVE_IDS];
    /* By it. */
    struct pace newcomers; /* authors nobody had heard of */
    uint8_t broken;        /* what it announced, was asked for and did not send, less what it sent; at most 255 */
};

/* One record of that weight may go there now; it is counted. */
bool broadcast_peer_may_send(struct broadcast_peer *peer, int64_t weight, int64_t now_ms);
bool broadcast_peer_may_ask(const struct broadcast_peer *peer, int64_t now_ms);
void broadcast_peer_asked(struct broadcast_peer *peer, int64_t now_ms);
/* An author nobody had heard of comes with it: false when those are too many. */
bool broadcast_peer_may_introduce(struct broadcast_peer *peer, int64_t now_ms);
/* It sends what comes another way already: whether it has to be told (again). From now on it is not eager. */
bool broadcast_peer_prune(struct broadcast_peer *peer, int64_t now_ms);
