/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/ping.h"

enum refusal ping_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    if (body.size != PING_SIZE) return REFUSAL_BODY_SIZE;
    struct ping *ping = arena_take(arena, sizeof *ping);
    if (ping == NULL) return REFUSAL_NO_ROOM;
    ping->seq = bytes_read_u32(body.at);
    ping->loss_in_ppm = bytes_read_u32(body.at + 4);
    ping->loss_out_ppm = bytes_read_u32(body.at + 8);
    *checked = ping;
    return REFUSAL_NONE;
}

void ping_build(struct buffer *out, const struct ping *ping) {
    buffer_put_u32(out, ping->seq);
    buffer_put_u32(out, ping->loss_in_ppm);
    buffer_put_u32(out, ping->loss_out_ppm);
}
