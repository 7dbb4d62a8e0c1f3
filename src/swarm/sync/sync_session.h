/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A session that we began over one link. First the two sets are compared, and what differs is gathered; then what we
 * have is given and what we need is asked for, each in the order in which it was made, so that what somebody wrote in
 * an order comes in that order.
 *
 *     COMPARING  --- all is compared, or there is no room for more --->  MOVING  --- all has moved --->  gone
 *
 * Owns: nothing but itself; the set is borrowed.
 * Never: sends, asks or judges: sync_initiator.h does.
 * Full: of what differs the oldest LIMIT_SYNC_MOVED each way stay; `is_cut` says that there is more.   Spec: WIRE W20.
 */

#include "swarm/limits.h"
#include "swarm/reconcile/reconcile.h"
#include "swarm/sync/record_set.h"

struct sync_need {
    struct set_item from; /* where the list that it stood in begins: its place in the order, as near as we know */
    struct object_id id;
};
enum sync_stage { SYNC_COMPARING, SYNC_MOVING };
struct sync_session {
    bool in_use;
    enum sync_stage stage;
    size_t link;     /* its place in the link table */
    uint64_t number; /* of all of ours, in the order in which they began */
    uint32_t name;   /* that, on the wire */
    struct record_range range;
    struct reconcile reconcile;
    bool has_restarted; /* the other's set begins later than ours */
    bool has_answered;  /* something came */
    bool is_cut;        /* more differs than there is room for */
    bool is_ended;      /* by the other, who has no more of what was asked for than is on its way */
    bool has_given_own; /* records that wait for somebody to have them */
    int64_t heard_at_ms;
    int64_t moved_at_ms;      /* nothing is left to ask for or to give since then; 0: something is */
    size_t have_count, given; /* the first `given` of `haves` are on their way */
    struct set_item haves[LIMIT_SYNC_MOVED];
    size_t need_count, asked, got; /* got <= asked <= need_count: the first `got` of `needs` came or will not come */
    struct sync_need needs[LIMIT_SYNC_MOVED];
};

/* Puts it where it belongs in the order. False: there is no room, and all that is there is older. */
bool sync_session_put_have(struct sync_session *session, const struct set_item *item);
/* What falls out, or finds no room, is given in *left_out; false: nothing did. */
bool sync_session_put_need(struct sync_session *session, const struct sync_need *need, struct object_id *left_out);
/* One that was asked for came: those asked for before it will not come any more. False: it was not asked for. */
bool sync_session_take(struct sync_session *session, const struct object_id *id);
bool sync_session_has_moved(const struct sync_session *session); /* nothing is left to ask for or to give */
