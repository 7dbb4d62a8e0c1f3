/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/redial.h"

#include "swarm/dial/better_way.h"
#include "swarm/dial/dial.h"
#include "swarm/dial/dial_race.h"
#include "swarm/dial/hand_call.h"
#include "swarm/dial/operator_peer.h"
#include "swarm/dial/outage.h"
#include "swarm/link/session.h"
#include "swarm/mesh/explore.h"

void redial_hold(struct engine *engine, const struct link_row *link, int64_t until_ms) {
    struct book_entry *entry = address_book_find(&engine->book, &link->node_id);
    if (entry != NULL) backoff_hold(&entry->backoff, BACKOFF_ASKED, until_ms);
    operator_peer_hold(engine, link, until_ms);
}

void redial_link_up(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    dial_race_won(engine, link, now_ms);
    struct book_entry *entry = address_book_find(&engine->book, &link->node_id);
    if (entry != NULL) entry->is_held = true;
}

void redial_link_opened(struct engine *engine, struct link_row *link, int64_t now_ms) {
    dial_candidates_changed(engine, now_ms);
    if (link->wish != MESH_WISH_NONE) backoff_clear(&engine->low_backoff);
    operator_peer_link_opened(engine, link, now_ms);
    hand_call_link_opened(engine, link);
    explore_link_opened(engine, link, now_ms);
    better_way_link_opened(engine, link, now_ms);
}

static void emit_failed(struct engine *engine, const struct link_row *link, const char *detail, int64_t now_ms) {
    struct event *event = engine_emit_link(engine, EVENT_CONNECT_FAILED, link, now_ms);
    event_set_text(event, detail == NULL ? reason_name(link->reason) : detail);
}

void redial_dial_failed(struct engine *engine, const struct input *input, int64_t now_ms) {
    struct link_row *link = link_table_find(&engine->links, input->as.link.id);
    if (link == NULL) return;
    if (link->state == LINK_STATE_CLOSING) { /* given up meanwhile: that is why it ended */
        session_enter(engine, link, LINK_STATE_CLOSED, link->reason, now_ms);
        return;
    }
    link->reason = input->as.link.reason;
    if (!link->is_probe && !link->is_trial) { /* of a test of an address the peer is told, and nobody else */
        emit_failed(engine, link, input->as.link.detail, now_ms);
        outage_dial_failed(engine, link, now_ms);
        dial_race_failed(engine, link, now_ms);
    }
    session_enter(engine, link, LINK_STATE_CLOSED, link->reason, now_ms);
}

/* Whether the end says something against dialling again soon; of a link that was open, else only its being the third
 * within a minute does. */
static bool is_drop(const struct link_row *link) {
    switch (link->reason) {
    case REASON_DUPLICATE:
    case REASON_REPLACED:
    case REASON_PAUSED: /* a caretaker's doing, here or there, is no fault of the link */
    case REASON_ISOLATED:
    case REASON_NETWORK_OFF: return false;
    default: return true;
    }
}

/* Whether a dial that did not become a link is held against its target: not when we gave it up for another, or the peer
 * did for a link that it has with us. */
static bool is_failed_dial(const struct engine *engine, const struct link_row *link) {
    if (link->is_inbound || outage_is_on(engine)) return false;
    bool is_linked = link_table_find_peer(&engine->links, &link->node_id, LINK_STATE_OPEN) != NULL;
    return is_drop(link) || (link->is_closed_by_peer && !is_linked);
}

static void charge_dial(struct engine *engine, const struct link_row *link, struct backoff *backoff, int64_t now_ms) {
    if (is_failed_dial(engine, link)) backoff_failed(backoff, &engine->prng, now_ms);
}

/* True when it is held down for flapping. */
static bool charge_drop(struct engine *engine, const struct link_row *link, struct backoff *backoff, int64_t now_ms) {
    int64_t open_ms = now_ms - link->opened_at_ms;
    return is_drop(link) ? backoff_dropped(backoff, open_ms, &engine->prng, now_ms) : backoff_let_go(backoff, now_ms);
}

void redial_charge(struct engine *engine, const struct link_row *link, struct backoff *backoff, int64_t now_ms) {
    if (link->opened_at_ms == 0) {
        charge_dial(engine, link, backoff, now_ms);
        return;
    }
    if (!charge_drop(engine, link, backoff, now_ms)) return;
    struct event *event = engine_emit_peer(engine, EVENT_LINK_HELD_DOWN, &link->node_id, now_ms);
    event->figures[0] = LIMIT_FLAP_DROPS;
    event->figures[1] = LIMIT_FLAP_HOLD_MS;
}

static void charge_entry(struct engine *engine, struct link_row *link, int64_t now_ms) {
    struct book_entry *entry = link->has_peer ? address_book_find(&engine->book, &link->node_id) : NULL;
    if (entry == NULL) return;
    if (link->opened_at_ms == 0 && dial_race_goes_on(engine, link)) return; /* the rival decides */
    entry->last_reason = link->reason;
    if (link->opened_at_ms != 0) entry->row.last_seen_at_ms = engine_wall_ms(engine, now_ms);
    bool is_failure = link->opened_at_ms == 0 && link->reason != REASON_VIEW_FULL && is_failed_dial(engine, link);
    if (is_failure) {
        book_entry_failed(entry);
        passive_view_remove(&engine->passive, &link->node_id);
    }
    /* A wrong key at one of several addresses is that address's fault, not the node's (W6): the others have their turn
     * before the node waits. */
    bool is_address_fault = link->reason == REASON_IDENTITY && !link->is_proven && entry->row.addr_count > 1;
    if (link->opened_at_ms == 0) entry->next_addr++;
    if (!is_address_fault || entry->next_addr % entry->row.addr_count == 0) {
        redial_charge(engine, link, &entry->backoff, now_ms);
    }
    if (reason_redial(link->reason) == REASON_REDIAL_CHANGED && !is_address_fault) entry->waits_for_change = true;
}

static void charge_low(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    bool was_turned_away =
        link->opened_at_ms == 0 && !link->is_inbound && link->reason == REASON_VIEW_FULL && link->is_closed_by_peer;
    bool had_place = link->opened_at_ms != 0 && link->wish != MESH_WISH_NONE;
    if (had_place) backoff_clear(&engine->low_backoff); /* fewer links than before: another chance */
    if (was_turned_away) backoff_failed(&engine->low_backoff, &engine->prng, now_ms);
}

static void let_go_of_entry(struct engine *engine, const struct link_row *link) {
    struct book_entry *entry = link->has_peer ? address_book_find(&engine->book, &link->node_id) : NULL;
    if (entry != NULL) entry->is_held = link_table_has_peer(&engine->links, &link->node_id);
}

void redial_link_ended(struct engine *engine, struct link_row *link, int64_t now_ms) {
    let_go_of_entry(engine, link);
    if (!link->is_probe && !link->is_trial) charge_entry(engine, link, now_ms);
    charge_low(engine, link, now_ms);
    explore_link_ended(engine, link, now_ms);
    operator_peer_link_ended(engine, link, now_ms);
    hand_call_link_ended(engine, link);
    dial_candidates_changed(engine, now_ms);
}

void redial_reward(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        bool has_held =
            link->in_use && link->state == LINK_STATE_OPEN && now_ms - link->opened_at_ms >= LIMIT_BACKOFF_CLEAR_MS;
        struct book_entry *entry = has_held ? address_book_find(&engine->book, &link->node_id) : NULL;
        if (entry != NULL) backoff_clear(&entry->backoff);
        if (has_held) operator_peer_reward(engine, &link->node_id);
    }
}

void redial_forgive(struct engine *engine, int64_t now_ms) {
    for (size_t i = 0; i < engine->book.capacity; i++) {
        struct book_entry *entry = &engine->book.entries[i];
        if (entry->in_use && entry->backoff.cause == BACKOFF_FAILED) backoff_clear(&entry->backoff);
    }
    for (size_t i = 0; i < engine->operator_peer_count; i++) {
        struct backoff *backoff = &engine->operator_peers[i].backoff;
        if (backoff->cause == BACKOFF_FAILED) backoff_clear(backoff);
    }
    backoff_clear(&engine->low_backoff);
    dial_candidates_changed(engine, now_ms);
}
