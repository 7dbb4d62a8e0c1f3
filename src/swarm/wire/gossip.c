/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/gossip.h"

#include "swarm/limits.h"

_Static_assert((int)GOSSIP_HEAD_SIZE + (int)RECORD_SIZE_MAX <= (int)LIMIT_BULK_BODY_MAX, "the largest record fits");
_Static_assert(sizeof(struct gossip) + 64 + PUBLICATION_ARENA_SIZE <= LIMIT_CHECK_ARENA, "every record can be checked");

enum refusal gossip_check(struct span body, const struct verifier *verifier, struct arena *arena,
                          const void **checked) {
    if (body.size <= GOSSIP_HEAD_SIZE) return REFUSAL_BODY_SIZE;
    if (body.at[0] > GOSSIP_HOPS_MAX) return REFUSAL_MEMBER_MISTYPED;
    struct gossip *gossip = arena_take(arena, sizeof *gossip);
    if (gossip == NULL) return REFUSAL_NO_ROOM;
    const struct span text = {body.at + GOSSIP_HEAD_SIZE, body.size - GOSSIP_HEAD_SIZE};
    gossip->hops = body.at[0];
    *checked = gossip;
    return publication_check(text, verifier, arena, &gossip->publication);
}

void gossip_build(struct buffer *out, uint8_t hops, struct span record) {
    buffer_put_u8(out, hops);
    buffer_put(out, record);
}

int64_t gossip_weight(size_t body_size) {
    return 1 + (int64_t)(body_size / GOSSIP_WEIGHT_BYTES);
}
