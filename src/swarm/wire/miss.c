/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/miss.h"

enum refusal miss_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    if (body.size != MISS_SIZE) return REFUSAL_BODY_SIZE;
    if (body.at[4] < MISS_NOT_HELD || body.at[4] > MISS_TOO_LARGE) return REFUSAL_MEMBER_MISTYPED;
    struct miss *miss = arena_take(arena, sizeof *miss);
    if (miss == NULL) return REFUSAL_NO_ROOM;
    miss->req = bytes_read_u32(body.at);
    miss->code = body.at[4];
    *checked = miss;
    return REFUSAL_NONE;
}

void miss_build(struct buffer *out, const struct miss *miss) {
    buffer_put_u32(out, miss->req);
    buffer_put_u8(out, (uint8_t)miss->code);
}
