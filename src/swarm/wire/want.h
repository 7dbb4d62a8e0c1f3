/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* want (46): give me that object, or a part of it.   Spec: WIRE W12. */

#include "swarm/content/object_id.h"
#include "swarm/wire/message.h"

enum { WANT_SIZE = 44 };

struct want {
    uint32_t req; /* the asker's name for the question */
    struct object_id id;
    uint32_t offset;
    uint32_t length; /* 0 = to the end */
};
enum refusal want_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void want_build(struct buffer *out, const struct want *want);
