/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/record_delivery.h"

#include "swarm/engine_inside.h"

struct action *record_hand_over(struct engine *engine, const struct publication *publication, struct span text,
                                struct span type) {
    const struct checked_record *record = &publication->record;
    struct action *action = actions_add(engine->actions, ACTION_RECORD);
    action->bytes = text;
    action->as.record.publication = publication;
    action->as.record.id = record->id;
    action->as.record.author = record->author;
    action->as.record.node_id = record->node_id;
    action->as.record.at_ms = record->at_ms;
    action->as.record.type = type;
    return action;
}

struct action *record_deliver(struct engine *engine, const struct link_row *from, const struct publication *publication,
                              struct span text, int64_t now_ms) {
    const bool is_current = replica_hear(engine, publication, now_ms);
    struct buffer type = engine_body(engine);
    buffer_put(&type, publication->record.type);
    const struct span kept_type = actions_keep_bytes(engine->actions, &type);
    struct action *action = record_hand_over(engine, publication, text, kept_type);
    action->link = from->id;
    action->has_peer = true;
    action->peer = from->node_id;
    action->as.record.is_obsolete = !is_current;
    return action;
}
