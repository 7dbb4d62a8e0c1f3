/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/own_record.h"

#include "swarm/content/record_delivery.h"
#include "swarm/control/gate.h"

bool own_record_may(const struct engine *engine) {
    return !engine->replica.has_signed && gate_may(engine, DEED_EXCHANGE) && gate_may(engine, DEED_CONTENT);
}

const struct publication *own_record_say(struct engine *engine, struct span body, int64_t now_ms) {
    struct replica *replica = &engine->replica;
    struct arena arena = arena_over(replica->signing, PUBLICATION_ARENA_SIZE);
    const struct record_signer signer = {.node = &engine->self.node_key};
    struct buffer text = engine_body(engine);
    struct checked_record record;
    replica->has_signed = true;
    if (record_sign(body, &signer, &arena, &text, &record) != REFUSAL_NONE) return NULL;
    (void)actions_keep_bytes(engine->actions, &text);
    if (publication_of_record(&record, &arena, &replica->publication) != REFUSAL_NONE) return NULL;
    record_hand_over(engine, &replica->publication, record.text, record.type)->as.record.is_own = true;
    broadcast_publish(engine, &replica->publication.record, now_ms);
    return &replica->publication;
}
