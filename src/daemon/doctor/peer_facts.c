/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/doctor/peer_facts.h"

#include <stdio.h>

#include "base/memory.h"
#include "swarm/control/block_list.h"

static void take_block(struct peer_facts *facts, const struct engine *engine) {
    const struct peer_face face = {.node_id = &facts->peer,
                                   .user_id = facts->is_known ? facts->known.user_id : NULL,
                                   .is_user_proven = facts->is_known && facts->known.is_user_proven};
    const struct block *block = block_list_find(engine_view_blocks(engine), &face, BLOCK_ALL);
    struct operation_view operation;
    facts->is_blocked = block != NULL;
    facts->block = (struct peer_facts_block){0};
    if (block == NULL) return;
    facts->block.direction = block->direction;
    if (engine_view_operation(engine, block->operation, &operation))
        (void)snprintf(facts->block.reason, sizeof facts->block.reason, "%s", operation.operation.reason);
}

static bool is_better(const struct peer_facts *facts, const struct link_view *link) {
    return !facts->has_link || link->state == LINK_STATE_OPEN || facts->link.state != LINK_STATE_OPEN;
}

static void take_links(struct peer_facts *facts, const struct engine *engine, int64_t now_ms) {
    struct link_view *links = memory_zeroed(LIMIT_LINKS_MAX, sizeof *links);
    const size_t count = engine_view_links(engine, links, LIMIT_LINKS_MAX, now_ms);
    facts->has_link = false;
    facts->other_count = facts->weak_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct link_view *link = &links[i];
        const bool is_its = link->has_peer && node_id_equal(&link->node_id, &facts->peer);
        if (is_its && is_better(facts, link)) facts->link = *link;
        facts->has_link |= is_its;
        if (is_its || link->state != LINK_STATE_OPEN) continue;
        facts->other_count++;
        facts->weak_count += link->strength >= 0 && link->strength < PEER_FACTS_WEAK;
    }
    memory_free(links);
}

static void take_telling(struct peer_facts *facts, const struct engine *engine) {
    struct neighbour_view views[LIMIT_VIEW_MAX];
    struct node_view self;
    const size_t count = engine_view_neighbours(engine, views, LIMIT_VIEW_MAX);
    engine_view_node(engine, &self);
    facts->has_telling = false;
    for (size_t i = 0; i < count; i++) {
        const struct neighbour_view *its = &views[i];
        if (!node_id_equal(&its->node_id, &facts->peer)) continue;
        facts->has_telling = true;
        facts->telling =
            (struct peer_facts_telling){.at_ms = its->at_ms, .link_count = its->view.link_count, .rtt_ms = -1};
        for (size_t k = 0; k < its->view.link_count; k++) {
            if (!node_id_equal(&its->view.links[k].peer, &self.node_id)) continue;
            facts->telling.names_us = true;
            facts->telling.rtt_ms = its->view.links[k].rtt_ms;
        }
    }
}

static void take_events(struct peer_facts *facts, const struct event_log *log) {
    const uint64_t oldest = event_log_oldest(log);
    facts->event_count = 0;
    for (uint64_t seq = event_log_newest(log); seq >= oldest && seq > 0; seq--) {
        const struct event_record *record = event_log_at(log, seq);
        if (facts->event_count == PEER_FACTS_EVENTS || record == NULL) return;
        const struct event *event = &record->event;
        const bool is_loud = event_level((enum event_code)event->code) >= EVENT_LEVEL_WARN;
        if (is_loud && event->has_peer && node_id_equal(&event->peer, &facts->peer))
            facts->events[facts->event_count++] = *event;
    }
}

void peer_facts_take(struct peer_facts *facts, const struct engine *engine, const struct event_log *events,
                     int64_t now_ms) {
    struct rendezvous_view clock;
    engine_view_rendezvous(engine, &clock);
    facts->wall_ms = now_ms + clock.wall_offset_ms;
    facts->is_known = engine_view_peer(engine, &facts->peer, &facts->known, now_ms);
    facts->may_be_called = engine_view_may_call(engine, &facts->peer);
    take_block(facts, engine);
    engine_view_controls(engine, facts->controls);
    take_links(facts, engine, now_ms);
    take_telling(facts, engine);
    take_events(facts, events);
    facts->has_examination |= engine_view_examination(engine, &facts->peer, &facts->examination);
}

bool peer_facts_is_linked(const struct peer_facts *facts) {
    return facts->has_link && facts->link.state == LINK_STATE_OPEN;
}
