/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/graft.h"

enum refusal graft_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    if (body.size != OBJECT_HALF_SIZE) return REFUSAL_BODY_SIZE;
    struct graft *graft = arena_take(arena, sizeof *graft);
    if (graft == NULL) return REFUSAL_NO_ROOM;
    memcpy(graft->id.bytes, body.at, sizeof graft->id.bytes);
    *checked = graft;
    return REFUSAL_NONE;
}

void graft_build(struct buffer *out, const struct object_half *id) {
    buffer_put(out, (struct span){id->bytes, sizeof id->bytes});
}
