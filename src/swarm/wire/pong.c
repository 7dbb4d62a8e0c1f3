/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/pong.h"

enum refusal pong_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    if (body.size != PONG_SIZE) return REFUSAL_BODY_SIZE;
    struct pong *pong = arena_take(arena, sizeof *pong);
    if (pong == NULL) return REFUSAL_NO_ROOM;
    pong->seq = bytes_read_u32(body.at);
    pong->held_us = bytes_read_u32(body.at + 4);
    *checked = pong;
    return REFUSAL_NONE;
}

void pong_build(struct buffer *out, const struct pong *pong) {
    buffer_put_u32(out, pong->seq);
    buffer_put_u32(out, pong->held_us);
}
