/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* ihave (43): records that the sender has and does not send, by the first halves of their ids; whoever misses one asks
 * for it (graft). Only to a peer that listed the feature in its hello. None, or more than LIMIT_IHAVE_IDS, are refused.
 * Spec: WIRE W11. */

#include "swarm/content/object_id.h"
#include "swarm/limits.h"
#include "swarm/wire/message.h"

struct ihave {
    size_t count;
    struct object_half ids[LIMIT_IHAVE_IDS];
};
enum refusal ihave_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void ihave_build(struct buffer *out, const struct object_half *ids, size_t count);
