/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* offered (22): of the files that were offered, those that the sender fetches from now on and those that it does not
 * take. Also said without an offer, to all neighbours that hold files for others: that it fetches a file for others
 * (take), or gave that up (refuse), so that nobody else gives the same away.
 * Only to a peer that listed the feature in its hello. An id named twice is refused.   Spec: WIRE W21. */

#include "swarm/content/object_id.h"
#include "swarm/limits.h"
#include "swarm/wire/message.h"

struct offered {
    size_t take_count, refuse_count;
    struct object_id take[LIMIT_OFFER_FILES];
    struct object_id refuse[LIMIT_OFFER_FILES];
};
enum refusal offered_check(struct span body, const struct verifier *verifier, struct arena *arena,
                           const void **checked);
void offered_build(struct buffer *out, const struct offered *offered);
