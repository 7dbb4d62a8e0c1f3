/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/cancel.h"

enum refusal cancel_check(struct span body, const struct verifier *verifier, struct arena *arena,
                          const void **checked) {
    (void)verifier;
    if (body.size != CANCEL_SIZE) return REFUSAL_BODY_SIZE;
    struct cancel *cancel = arena_take(arena, sizeof *cancel);
    if (cancel == NULL) return REFUSAL_NO_ROOM;
    cancel->req = bytes_read_u32(body.at);
    *checked = cancel;
    return REFUSAL_NONE;
}

void cancel_build(struct buffer *out, const struct cancel *cancel) {
    buffer_put_u32(out, cancel->req);
}
