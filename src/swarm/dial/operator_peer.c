/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/operator_peer.h"

#include "swarm/dial/dial.h"
#include "swarm/dial/dial_race.h"
#include "swarm/dial/redial.h"

static bool has_link(const struct engine *engine, size_t index) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (link->in_use && link->state != LINK_STATE_CLOSED && link->is_operators && link->operator_index == index) {
            return true;
        }
    }
    return false;
}

static void dial_one(struct engine *engine, size_t index, int64_t now_ms) {
    struct operator_peer *peer = &engine->operator_peers[index];
    bool has_id = peer->named.has_id;
    int64_t next_ms = INT64_MAX;
    if (peer->addr_count == 0 || has_link(engine, index)) return;
    if (has_id && link_table_has_peer(&engine->links, &peer->named.id)) return;
    if (!backoff_may_dial(&peer->backoff, now_ms)) {
        dial_look_again(engine, peer->backoff.next_at_ms);
        return;
    }
    struct dial_choice choice = {
        .addrs = peer->addrs, .count = peer->addr_count, .from = peer->next_addr, .is_operators = true};
    const struct address *address = dial_choose_by_family(engine, &choice, &next_ms, now_ms);
    if (address == NULL) {
        dial_look_again(engine, next_ms);
        return;
    }
    struct learned_from from = {.kind = PROVENANCE_OPERATOR, .at_ms = engine_wall_ms(engine, now_ms)};
    struct dial_target target = {
        .address = address, .id = has_id ? &peer->named.id : NULL, .from = from, .operator_index = (int)index};
    struct link_row *link = dial_to(engine, &target, now_ms);
    if (link == NULL) return;
    if (link->wish == MESH_WISH_LOW) link->wish = MESH_WISH_HIGH; /* it is named: a full view there shall make room */
    dial_race_begun(engine, link, peer->addrs, peer->addr_count, now_ms);
}

void operator_peer_dial_all(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->operator_peer_count && dial_pending_count(engine) < LIMIT_DIALS_AT_ONCE; i++) {
        dial_one(engine, i, now_ms);
    }
}

void operator_peer_addresses(struct engine *engine, const struct input *input, int64_t now_ms) {
    if (input->as.place.source >= engine->operator_peer_count) return;
    struct operator_peer *peer = &engine->operator_peers[input->as.place.source];
    peer->addr_count = 0;
    for (size_t i = 0; i < input->as.place.count && peer->addr_count < LIMIT_TICKET_ADDRS_MAX; i++) {
        peer->addrs[peer->addr_count++] = input->as.place.addresses[i];
    }
    dial_candidates_changed(engine, now_ms);
}

void operator_peer_pin(struct engine *engine, uint8_t index, const struct node_id *id) {
    if (index >= engine->operator_peer_count) return;
    struct operator_peer *peer = &engine->operator_peers[index];
    if (peer->named.has_id) return;
    peer->named.has_id = true;
    peer->named.id = *id;
    struct book_entry *entry = address_book_find(&engine->book, id);
    if (entry != NULL) entry->is_operators = true;
}

bool operator_peer_is_named(const struct engine *engine, const struct node_id *id) {
    for (size_t i = 0; i < engine->operator_peer_count; i++) {
        const struct engine_operator_peer *named = &engine->operator_peers[i].named;
        if (named->has_id && node_id_equal(&named->id, id)) return true;
    }
    return false;
}

void operator_peer_reward(struct engine *engine, const struct node_id *id) {
    for (size_t i = 0; i < engine->operator_peer_count; i++) {
        struct operator_peer *peer = &engine->operator_peers[i];
        if (peer->named.has_id && node_id_equal(&peer->named.id, id)) backoff_clear(&peer->backoff);
    }
}

void operator_peer_hold(struct engine *engine, const struct link_row *link, int64_t until_ms) {
    if (link->is_operators)
        backoff_hold(&engine->operator_peers[link->operator_index].backoff, BACKOFF_ASKED, until_ms);
}

/* The operator named an address; who proved to live there is the peer from now on. */
static void pin_by_proof(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    struct operator_peer *peer = &engine->operator_peers[link->operator_index];
    if (!link->is_operators || peer->named.has_id) return;
    operator_peer_pin(engine, link->operator_index, &link->node_id);
    struct action *action = actions_add(engine->actions, ACTION_PIN);
    action->source = link->operator_index;
    action->peer = link->node_id;
    struct event *event = engine_emit_peer(engine, EVENT_PEER_PINNED, &link->node_id, now_ms);
    event_set_text(event, peer->named.name);
}

void operator_peer_link_opened(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    pin_by_proof(engine, link, now_ms);
}

void operator_peer_link_ended(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    if (!link->is_operators) return;
    struct operator_peer *peer = &engine->operator_peers[link->operator_index];
    if (link->reason == REASON_DUPLICATE && link->is_proven) pin_by_proof(engine, link, now_ms); /* the other is open */
    if (link->opened_at_ms == 0 && dial_race_goes_on(engine, link)) return;                      /* the rival decides */
    if (link->opened_at_ms == 0) peer->next_addr++;
    redial_charge(engine, link, &peer->backoff, now_ms);
}
