/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An engine on its bench (engine_rig.h) that reconciles its records: the other end of a link is a set of its own and a
 * session in either role. Records go by numbers (broadcast_rig.h); the same number is the same record, made that many
 * milliseconds after RIG_WALL_MS - SYNC_RIG_AGE_MS. */

#include "lib/broadcast_rig.h"
#include "swarm/reconcile/block_set.h"
#include "swarm/reconcile/reconcile.h"
#include "swarm/wire/sync_frame.h"

enum { SYNC_RIG_AGE_MS = 86400000, SYNC_RIG_TOLD_MAX = 4096 };

struct checked_record sync_rig_record(const struct rig *rig, uint32_t number, uint32_t author);
struct set_item sync_rig_item(const struct rig *rig, uint32_t number);
uint32_t sync_rig_number(const struct object_id *id); /* of that record */

uint32_t sync_rig_link(struct rig *rig, uint32_t number); /* with a peer that takes part */
/* With one with whom we begin, a few seconds after it opened. */
uint32_t sync_rig_link_of_ours(struct rig *rig);
uint32_t sync_rig_link_to(struct rig *rig, const struct rig_peer *peer, bool takes_part);
void sync_rig_keep(struct rig *rig, uint32_t first, uint32_t count, bool is_own); /* the host has them */
void sync_rig_gone(struct rig *rig, uint32_t number);

/* What the peer says. */
void sync_rig_say(struct rig *rig, uint32_t link, enum sync_role role, uint32_t session, uint64_t since,
                  struct span message);
void sync_rig_lack(struct rig *rig, uint32_t link, const uint32_t *numbers, size_t count);
void sync_rig_give(struct rig *rig, uint32_t link, uint32_t number); /* the record, of its own author */
void sync_rig_give_of(struct rig *rig, uint32_t link, uint32_t number, uint32_t author);
void sync_rig_sent(struct rig *rig, uint32_t link, uint32_t number, uint32_t bytes); /* the host: it is on its way */
/* The host sends whatever it is asked to, in order, until nothing is left; those numbers. */
size_t sync_rig_sends_all(struct rig *rig, uint32_t link, uint32_t *numbers, size_t max);

/* What the last feed wanted. */
const struct sync_frame *sync_rig_said(const struct rig *rig, uint32_t link, size_t nth); /* NULL: no more */
size_t sync_rig_lacked(const struct rig *rig, uint32_t link, uint32_t *numbers, size_t max);
size_t sync_rig_sends(const struct rig *rig, uint32_t link, uint32_t *numbers, size_t max); /* ACTION_SEND_RECORD */

/* The peer at the other end, with records of its own. */
struct sync_rig_peer {
    struct rig *rig;
    uint32_t link;
    struct block_set *set;
    uint32_t session;
    uint64_t since;
    size_t rounds;
    size_t have_count, need_count;
    uint32_t haves[SYNC_RIG_TOLD_MAX], needs[SYNC_RIG_TOLD_MAX];
};
struct sync_rig_peer *sync_rig_peer_new(struct rig *rig, uint32_t link);
void sync_rig_peer_free(struct sync_rig_peer *peer);
void sync_rig_peer_add(struct sync_rig_peer *peer, uint32_t first, uint32_t count);
/* Answers the question that the last feed asked, and all that follow, until none comes; gives how many answers. */
size_t sync_rig_peer_answers(struct sync_rig_peer *peer);
/* Begins a session and asks until it is done: then `haves` and `needs` say what differs. */
void sync_rig_peer_asks(struct sync_rig_peer *peer, uint32_t session, uint64_t since);
