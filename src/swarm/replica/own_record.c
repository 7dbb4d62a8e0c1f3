/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/replica/own_record.h"

#include "swarm/control/gate.h"

bool own_record_may(const struct engine *engine) {
    return !engine->replica.has_signed && gate_may(engine, DEED_EXCHANGE) && gate_may(engine, DEED_CONTENT);
}

static void hand_over(struct engine *engine, const struct publication *publication) {
    struct action *action = actions_add(engine->actions, ACTION_RECORD);
    const struct checked_record *record = &publication->record;
    action->bytes = record->text;
    action->as.record.publication = publication;
    action->as.record.id = record->id;
    action->as.record.author = record->author;
    action->as.record.node_id = record->node_id;
    action->as.record.at_ms = record->at_ms;
    action->as.record.type = record->type;
    action->as.record.is_own = true;
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
    hand_over(engine, &replica->publication);
    broadcast_publish(engine, &replica->publication.record, now_ms);
    return &replica->publication;
}
