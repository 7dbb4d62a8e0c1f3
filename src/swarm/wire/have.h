/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* have (20): files that the sender holds whole from now on, and files that it holds no more, by their manifests' ids.
 * Only to a peer that listed the feature in its hello. An id named twice is refused.   Spec: WIRE W12. */

#include "swarm/content/object_id.h"
#include "swarm/limits.h"
#include "swarm/wire/message.h"

struct have {
    size_t add_count, drop_count;
    struct object_id add[LIMIT_HAVE_IDS_MAX];
    struct object_id drop[LIMIT_HAVE_IDS_MAX];
};
enum refusal have_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void have_build(struct buffer *out, const struct have *have);
