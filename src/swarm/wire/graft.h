/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* graft (44): send me that record, which you said you have, and from now on every one as it comes.   Spec: WIRE W11. */

#include "swarm/content/object_id.h"
#include "swarm/wire/message.h"

struct graft {
    struct object_half id;
};
enum refusal graft_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void graft_build(struct buffer *out, const struct object_half *id);
