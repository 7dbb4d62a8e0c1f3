/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/ihave.h"

enum refusal ihave_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    const size_t count = body.size / OBJECT_HALF_SIZE;
    if (count == 0 || count > LIMIT_IHAVE_IDS || body.size != count * OBJECT_HALF_SIZE) return REFUSAL_BODY_SIZE;
    struct ihave *ihave = arena_take(arena, sizeof *ihave);
    if (ihave == NULL) return REFUSAL_NO_ROOM;
    ihave->count = count;
    memcpy(ihave->ids, body.at, body.size);
    *checked = ihave;
    return REFUSAL_NONE;
}

void ihave_build(struct buffer *out, const struct object_half *ids, size_t count) {
    for (size_t i = 0; i < count; i++) buffer_put(out, (struct span){ids[i].bytes, sizeof ids[i].bytes});
}
