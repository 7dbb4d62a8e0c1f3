/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/dial/dial.h"

#include "base/deadline.h"
#include "swarm/control/gate.h"
#include "swarm/dial/better_way.h"
#include "swarm/dial/candidate.h"
#include "swarm/dial/dial_race.h"
#include "swarm/dial/hand_call.h"
#include "swarm/dial/operator_peer.h"
#include "swarm/dial/outage.h"
#include "swarm/link/session.h"
#include "swarm/mesh/active_view.h"
#include "swarm/mesh/explore.h"

#include <stdio.h>

/* When nobody can be dialled now, look again at the latest after this, whatever the back-offs say. */
enum { LOOK_AGAIN_MS = 5000 };

void dial_candidates_changed(struct engine *engine, int64_t now_ms) {
    if (engine->next_dial_ms > now_ms) engine->next_dial_ms = now_ms;
}

void dial_start(struct engine *engine, int64_t now_ms) {
    engine->next_dial_ms = now_ms;
}

int64_t dial_deadline_ms(const struct engine *engine) {
    const int64_t others_ms = deadline_earlier(dial_race_deadline_ms(engine), hand_call_deadline_ms(engine));
    return deadline_earlier(deadline_earlier(others_ms, better_way_deadline_ms(engine)), engine->next_dial_ms);
}

void dial_look_again(struct engine *engine, int64_t at_ms) {
    if (at_ms < engine->next_dial_ms) engine->next_dial_ms = at_ms;
}

static const char *source_text(const struct engine *engine, const struct learned_from *from, char text[64]) {
    char id[16];
    switch ((enum provenance)from->kind) {
    case PROVENANCE_OPERATOR: return "the caretaker";
    case PROVENANCE_BEACON:
    case PROVENANCE_CAPSULE:
        return from->source < engine->harvest.source_count ? engine->harvest.sources[from->source].place.name
                                                           : "a source of before";
    case PROVENANCE_PEX: snprintf(text, 64, "peer %s", node_id_short(&from->node, id)); return text;
    case PROVENANCE_INBOUND: return "its own call";
    case PROVENANCE_CACHE: return "the address book";
    case PROVENANCE_NONE: break;
    }
    return "nowhere";
}

static bool is_joining(const struct engine *engine) {
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (link_row_is_dial(link) && link->wish == MESH_WISH_JOIN) return true;
    }
    return false;
}

/* Who has nobody joins through one peer at a time: each join is passed on to many. */
static enum mesh_wish wish_of_now(const struct engine *engine) {
    size_t active = active_view_count(engine);
    if (active == 0 && !is_joining(engine)) return MESH_WISH_JOIN;
    return active < engine->view_min ? MESH_WISH_HIGH : MESH_WISH_LOW;
}

static void emit_attempt(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    char text[64];
    struct event *event = engine_emit_link(engine, EVENT_CONNECT_ATTEMPT, link, now_ms);
    event_set_text(event, source_text(engine, &link->learned_from, text));
}

static const struct pace_limit dial_limit = {LIMIT_DIAL_EVERY_MS, LIMIT_DIAL_BURST};

/* Who is refused at once by everybody does not run through the whole book in a second. */
static bool is_out_of_pace(struct engine *engine, int64_t now_ms) {
    if (pace_allows(&engine->dials, &dial_limit, now_ms)) return false;
    dial_look_again(engine, now_ms + LIMIT_DIAL_EVERY_MS);
    return true;
}

bool dial_may_signal(const struct engine *engine, const struct node_id *id, enum deed deed, int64_t now_ms) {
    if (id == NULL || !gate_may_signal(engine, deed)) return false;
    const struct book_entry *entry = address_book_find(&engine->book, id);
    return entry == NULL || entry->signaled_at_ms == 0 || now_ms - entry->signaled_at_ms >= LIMIT_DIAL_SAME_ADDRESS_MS;
}

struct link_row *dial_to(struct engine *engine, const struct dial_target *target, int64_t now_ms) {
    const enum deed deed = target->is_by_hand ? DEED_DIAL_BY_HAND : DEED_DIAL;
    const bool by_signaling = target->address == NULL;
    const bool may = by_signaling ? dial_may_signal(engine, target->id, deed, now_ms) : gate_may(engine, deed);
    if (!may || !link_table_has_room(&engine->links)) return NULL;
    if (target->id != NULL && gate_is_blocked(engine, target->id, BLOCK_OUTBOUND)) return NULL;
    if (!by_signaling && !dial_policy_charge(&engine->policy, target->address, now_ms)) return NULL;
    if (!target->is_probe) pace_pay(&engine->dials, &dial_limit, now_ms);
    enum mesh_wish wish = wish_of_now(engine);
    struct link_row *link = link_table_add(&engine->links, engine->next_link_id);
    engine->next_link_id += 2;
    if (by_signaling) {
        struct book_entry *entry = address_book_find(&engine->book, target->id);
        if (entry != NULL) entry->signaled_at_ms = now_ms;
        link->transport = LINK_TRANSPORT_WEBRTC;
    } else {
        link->address = *target->address;
    }
    link->has_peer = target->id != NULL;
    if (target->id != NULL) link->node_id = *target->id;
    link->learned_from = target->from;
    link->is_operators = target->operator_index >= 0;
    link->is_by_hand = target->is_by_hand;
    link->operator_index = (uint8_t)(target->operator_index >= 0 ? target->operator_index : 0);
    link->wish = target->is_probe ? MESH_WISH_NONE : wish;
    link->is_probe = target->is_probe;
    link->began_at_ms = now_ms;
    session_enter(engine, link, LINK_STATE_DIALING, REASON_NONE, now_ms);
    if (!link->is_probe) emit_attempt(engine, link, now_ms);
    outage_dialled(engine, now_ms);
    struct action *action = actions_add(engine->actions, ACTION_DIAL);
    action->link = link->id;
    action->by_signaling = by_signaling;
    action->address = link->address;
    action->has_peer = link->has_peer;
    action->peer = link->node_id;
    return link;
}

const struct address *dial_choose_address(const struct engine *engine, const struct dial_choice *choice,
                                          int64_t *next_ms, int64_t now_ms) {
    for (size_t i = 0; i < choice->count; i++) {
        const struct address *address = &choice->addrs[(choice->from + i) % choice->count];
        if (choice->family != ADDRESS_NONE && address->family != choice->family) continue;
        if (!dial_policy_allows(&engine->policy, address, choice->is_operators)) continue;
        int64_t allowed_ms = dial_policy_next_ms(&engine->policy, address, now_ms);
        if (allowed_ms <= now_ms) return address;
        if (allowed_ms < *next_ms) *next_ms = allowed_ms;
    }
    return NULL;
}

const struct address *dial_choose_by_family(const struct engine *engine, struct dial_choice *choice, int64_t *next_ms,
                                            int64_t now_ms) {
    choice->family = ADDRESS_IPV6;
    const struct address *address = dial_choose_address(engine, choice, next_ms, now_ms);
    choice->family = ADDRESS_IPV4;
    return address != NULL ? address : dial_choose_address(engine, choice, next_ms, now_ms);
}

/* How to call this entry now: by an address (in *address), or through signaling (NULL there) when none of its addresses
 * may ever be dialled from here. False: not now, and when to ask again is noted; that some may never be dialled is no
 * reason to ask each time. */
static bool choose_way(struct engine *engine, struct book_entry *entry, const struct address **address,
                       int64_t now_ms) {
    int64_t next_ms = INT64_MAX;
    struct dial_choice choice = {.addrs = entry->row.addrs, .count = entry->row.addr_count, .from = entry->next_addr};
    *address = dial_choose_by_family(engine, &choice, &next_ms, now_ms);
    if (*address != NULL) return true;
    if (next_ms == INT64_MAX && gate_may_signal(engine, DEED_DIAL)) {
        if (dial_may_signal(engine, &entry->row.node_id, DEED_DIAL, now_ms)) return true;
        next_ms = entry->signaled_at_ms + LIMIT_DIAL_SAME_ADDRESS_MS;
    }
    entry->next_address_ms = next_ms == INT64_MAX ? now_ms + LIMIT_BACKOFF_MS_MAX : next_ms;
    dial_look_again(engine, entry->next_address_ms);
    return false;
}

bool dial_entry_is_due(struct engine *engine, const struct book_entry *entry, int64_t now_ms) {
    if (entry->waits_for_change) return false;
    if (entry->row.addr_count == 0 && !gate_may_signal(engine, DEED_DIAL)) return false;
    int64_t at_ms = entry->next_address_ms;
    bool has_failed = entry->backoff.cause == BACKOFF_FAILED;
    bool waits = !(has_failed && outage_is_on(engine)); /* what failed because of us says nothing about the target */
    if (waits && at_ms < entry->backoff.next_at_ms) at_ms = entry->backoff.next_at_ms;
    if (at_ms <= now_ms) return true;
    dial_look_again(engine, at_ms);
    return false;
}

struct link_row *dial_entry(struct engine *engine, struct book_entry *entry, int64_t now_ms) {
    if (link_table_has_peer(&engine->links, &entry->row.node_id) || !dial_entry_is_due(engine, entry, now_ms))
        return NULL;
    if (is_out_of_pace(engine, now_ms)) return NULL;
    const struct address *address;
    if (!choose_way(engine, entry, &address, now_ms)) return NULL;
    struct dial_target target = {
        .address = address, .id = &entry->row.node_id, .from = entry->row.learned_from, .operator_index = -1};
    struct link_row *link = dial_to(engine, &target, now_ms);
    if (link == NULL) {
        entry->next_address_ms = now_ms + LOOK_AGAIN_MS; /* others first */
        return NULL;
    }
    dial_race_begun(engine, link, entry->row.addrs, entry->row.addr_count, now_ms);
    entry->is_held = true;
    return link;
}

void dial_signaling(struct engine *engine, bool is_on, int64_t now_ms) {
    if (engine->is_signaling == is_on) return;
    engine->is_signaling = is_on;
    if (is_on) outage_source_answered(engine, now_ms);
    for (size_t i = 0; is_on && i < engine->book.capacity; i++) engine->book.entries[i].next_address_ms = 0;
    dial_candidates_changed(engine, now_ms);
}

size_t dial_pending_count(const struct engine *engine) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) count += link_row_is_dial(&engine->links.rows[i]);
    return count;
}

/* Who has the minimum and was turned away from a full view does not knock on every other door at once: where most views
 * are full, a few nodes short of their target would keep everybody busy. */
static bool may_dial_more(struct engine *engine, int64_t now_ms) {
    if (active_view_count(engine) < engine->view_min || backoff_may_dial(&engine->low_backoff, now_ms)) return true;
    dial_look_again(engine, engine->low_backoff.next_at_ms);
    return false;
}

/* In an outage every second dial is to the best known, again and again, since it is over when one of them answers; the
 * others are to anybody, since it may be no outage at all, and the best known are gone. */
static struct link_row *dial_anybody(struct engine *engine, int64_t now_ms) {
    if (outage_is_on(engine) && prng_below(&engine->prng, 2) == 0) return candidate_dial_by_chance(engine, now_ms);
    if (outage_is_on(engine)) return candidate_dial_book(engine, now_ms);
    struct link_row *link = candidate_dial_passive(engine, now_ms);
    return link != NULL ? link : candidate_dial_book(engine, now_ms);
}

static bool is_outage_pause(struct engine *engine, int64_t now_ms) {
    int64_t next_ms = outage_next_dial_ms(engine);
    if (next_ms <= now_ms) return false;
    dial_look_again(engine, next_ms);
    return true;
}

void dial_tick(struct engine *engine, int64_t now_ms) {
    if (engine->is_stopping || engine->started_at_ms == 0) return;
    dial_race_tick(engine, now_ms);
    better_way_tick(engine, now_ms);
    hand_call_tick(engine, now_ms);
    if (now_ms < engine->next_dial_ms) return;
    engine->next_dial_ms = now_ms + LOOK_AGAIN_MS;
    if (!gate_may(engine, DEED_DIAL)) return;
    operator_peer_dial_all(engine, now_ms);
    while (link_table_has_room(&engine->links) && may_dial_more(engine, now_ms) && !is_outage_pause(engine, now_ms)) {
        size_t pending = dial_pending_count(engine);
        if (pending >= LIMIT_DIALS_AT_ONCE) return; /* the end of one of them looks again */
        if (active_view_count(engine) + pending >= engine->view_target) return;
        if (is_out_of_pace(engine, now_ms) || dial_anybody(engine, now_ms) == NULL) return;
    }
}
