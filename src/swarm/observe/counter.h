/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What an engine has seen since it began, by the words of our own tables: frames and bytes of each message, what was
 * refused and why, how dials and links ended. Each is counted at the one place where it happens.
 * Owns: nothing; one value without pointers.
 * Never: goes back, holds a word of a stranger.   Full: 64 bits do not fill. */

#include "swarm/mesh/record_fate.h"
#include "swarm/refusal.h"
#include "swarm/sync/late_fate.h"
#include "swarm/wire/message.h"

struct counter_traffic {
    uint64_t frames;
    uint64_t bytes; /* with the frames' headers */
};
struct counter_ends {
    uint64_t of[REASON_COUNT];
};
struct counter_set {
    struct counter_traffic in[MESSAGE_PLACES]; /* by message_place */
    struct counter_traffic out[MESSAGE_PLACES];
    uint64_t refused[REFUSAL_COUNT]; /* frames, tickets in them, answers of beacons and tickets in those */
    uint64_t views_ignored;          /* told too often, or by or to who does not take part */
    uint64_t records[RECORD_FATE_COUNT];
    uint64_t broadcasts_ignored;                    /* gossip, ihave, graft and prune by or to who takes no part */
    uint64_t grafts_unanswered;                     /* asked for, and not at hand any more or one too many */
    uint64_t late[LATE_FATE_COUNT];                 /* records that came because we lacked them */
    uint64_t late_sent;                             /* records that neighbours lacked */
    uint64_t syncs_begun, syncs_done, syncs_failed; /* reconciliations that we began; those left were put off */
    uint64_t syncs_answered, syncs_declined;        /* that neighbours began; that we had no time for */
    uint64_t syncs_ignored;             /* words of it by or to who takes no part, or of a session that is over */
    uint64_t parts_stored, parts_wrong; /* of files: fetched and verified; fetched and not what they should be */
    uint64_t parts_served;
    uint64_t proofs_right, proofs_wrong;      /* what neighbours hold, they showed, or did not */
    uint64_t examines_ignored;                /* asked too often, or by or of who does not take part */
    uint64_t dials;                           /* those of tests for a peer too */
    uint64_t inbound_opened, outbound_opened; /* they became links */
    struct counter_ends inbound_failed;       /* came in and never became a link, or were not let in at all */
    struct counter_ends outbound_failed;      /* were dialled and never became a link */
    struct counter_ends closed;               /* links */
};
