/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a beacon answered, checked: the tickets that hold, the count of those that do not.
 * Owns: nothing; lives in the caller's arena.
 * Never: lets one bad ticket spoil the rest; believes more than LIMIT_ANSWER_TICKETS_MAX.
 * Spec: reference 4.3, 4.4, 6.2; W20 and W23 of its weaknesses. */

#include "swarm/identity/ticket.h"

struct beacon_reply {
    bool is_ok;              /* its `ok`; absent counts as true when there are peers */
    enum refusal validation; /* why our announce was refused, when it names a known reason; else NONE */
    char reason[48];         /* its own word for it, cut and made printable; empty = none */
    size_t ticket_count;
    const struct ticket *tickets;    /* in its order; every one verified, its age left to the engine */
    size_t refused_count;            /* listed but not acceptable, or over the cap */
    uint32_t refused[REFUSAL_COUNT]; /* of these, for each cause */
};
/* REFUSAL_ANSWER_INVALID when it is not an object with a `peers` array (or a validation); `arena` wants
 * ANSWER_ARENA_SIZE bytes. */
enum refusal beacon_reply_check(struct span body, const struct verifier *verifier, struct arena *arena,
                                struct beacon_reply *reply);
enum { ANSWER_ARENA_SIZE = 8 * 1024 * 1024 };
