/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/want.h"

enum refusal want_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    if (body.size != WANT_SIZE) return REFUSAL_BODY_SIZE;
    struct want *want = arena_take(arena, sizeof *want);
    if (want == NULL) return REFUSAL_NO_ROOM;
    want->req = bytes_read_u32(body.at);
    memcpy(want->id.bytes, body.at + 4, sizeof want->id.bytes);
    want->offset = bytes_read_u32(body.at + 36);
    want->length = bytes_read_u32(body.at + 40);
    *checked = want;
    return REFUSAL_NONE;
}

void want_build(struct buffer *out, const struct want *want) {
    buffer_put_u32(out, want->req);
    buffer_put(out, (struct span){want->id.bytes, sizeof want->id.bytes});
    buffer_put_u32(out, want->offset);
    buffer_put_u32(out, want->length);
}
