/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A node's word that another does not answer it any more, since when. The accuser is the node that signed the record,
 * whoever its author is; the accused refutes it by an advert of a later time.
 * Owns: nothing.   Never: proof that it is so; kept.   Spec: WIRE W21. */

#include "swarm/content/record.h"

#define GONE_TYPE "gone"

struct checked_gone {
    struct node_id accuser;
    struct node_id node; /* not the accuser itself */
    int64_t since_ms;    /* no later than the record */
};
enum refusal gone_check(const struct checked_record *record, struct checked_gone *gone);

struct gone_draft {
    int64_t at_ms;
    int64_t since_ms;
    struct node_id node;
};
/* Appends the body for record_sign. False: the draft is out of bounds, or `out` is full (nothing usable written). */
bool gone_build(struct buffer *out, const struct gone_draft *draft);
