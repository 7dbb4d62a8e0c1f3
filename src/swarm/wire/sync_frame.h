/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* sync (4a): one message of a reconciliation of records (swarm/reconcile), and who says it. `since` is where the sets
 * that are compared begin: records that are older are in neither. An ask begins a session or goes on with it; an answer
 * without a message says that the sets begin later here; an end from either side has no message.
 * The message is not looked into: reconcile_take is the one that reads it.   Spec: WIRE W20. */

#include "swarm/limits.h"
#include "swarm/wire/message.h"

enum { SYNC_FRAME_HEAD_SIZE = 13, SYNC_FRAME_WEIGHT_BYTES = 4096 };
enum sync_role { SYNC_ASK, SYNC_ANSWER, SYNC_END, SYNC_ROLE_COUNT };

struct sync_frame {
    enum sync_role role;
    uint32_t session; /* the initiator's name for it */
    uint64_t since;   /* ms */
    struct span message;
};
/* Refuses SYNC_ROLE; an ask without a message, an end with one (BODY_SIZE); RECONCILE_TOO_LARGE. */
enum refusal sync_frame_check(struct span body, const struct verifier *verifier, struct arena *arena,
                              const void **checked);
/* What a body of this size counts for in the rates of both ends: one for each 4 KiB, and one. */
int64_t sync_frame_weight(size_t body_size);
/* The head; the message is written behind it. */
void sync_frame_build_head(struct buffer *out, enum sync_role role, uint32_t session, uint64_t since);
