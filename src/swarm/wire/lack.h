/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* lack (4b): these records, which you have, I have not: send them, in this order.   Spec: WIRE W20. */

#include "swarm/content/object_id.h"
#include "swarm/limits.h"
#include "swarm/wire/message.h"

struct lack {
    size_t count; /* 1..LIMIT_LACK_IDS */
    const struct object_id *ids;
};
enum refusal lack_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void lack_build(struct buffer *out, const struct object_id *ids, size_t count);
