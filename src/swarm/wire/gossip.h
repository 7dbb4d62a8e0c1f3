/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* gossip (42): a record on its way to everybody. Only to a peer that listed the feature in its hello.
 * The check is that of the record and of what it says, signatures and all; whether it is new, welcome or in time is for
 * the handler to say. More hops than may be are refused.   Spec: WIRE W11. */

#include "swarm/content/publication.h"
#include "swarm/wire/message.h"

enum {
    GOSSIP_HEAD_SIZE = 1,
    GOSSIP_HOPS_MAX = 16,       /* W11 */
    GOSSIP_WEIGHT_BYTES = 4096, /* what a check costs beyond its signature: this many bytes are one more of weight */
    GOSSIP_WEIGHT_MAX = 1 + (GOSSIP_HEAD_SIZE + RECORD_SIZE_MAX) / GOSSIP_WEIGHT_BYTES,
};

struct gossip {
    uint8_t hops; /* nodes that passed it on so far; 0 from who published it */
    struct publication publication;
};
enum refusal gossip_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked);
void gossip_build(struct buffer *out, uint8_t hops, struct span record);
/* What one of this size counts for in the rates of both ends: 1..GOSSIP_WEIGHT_MAX. */
int64_t gossip_weight(size_t body_size);
