/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* miss (48): no answer to that question, and why.   Spec: WIRE W12. */

#include "swarm/wire/message.h"

enum { MISS_SIZE = 5 };
enum miss_code { MISS_NOT_HELD = 1, MISS_BUSY = 2, MISS_REFUSED = 3, MISS_TOO_LARGE = 4 };

struct miss {
    uint32_t req;
    enum miss_code code;
};
enum refusal miss_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void miss_build(struct buffer *out, const struct miss *miss);
