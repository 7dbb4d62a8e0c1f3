/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/lack.h"

enum { ID_SIZE = sizeof(struct object_id) };

enum refusal lack_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    const size_t count = body.size / ID_SIZE;
    if (body.size % ID_SIZE != 0 || count == 0 || count > LIMIT_LACK_IDS) return REFUSAL_BODY_SIZE;
    struct lack *lack = arena_take(arena, sizeof *lack);
    struct object_id *ids = arena_take(arena, body.size);
    if (lack == NULL || ids == NULL) return REFUSAL_NO_ROOM;
    memcpy(ids, body.at, body.size);
    *lack = (struct lack){count, ids};
    *checked = lack;
    return REFUSAL_NONE;
}

void lack_build(struct buffer *out, const struct object_id *ids, size_t count) {
    for (size_t i = 0; i < count; i++) buffer_put(out, (struct span){ids[i].bytes, sizeof ids[i].bytes});
}
